/**
 * Tasks that a slot is to have. What scaled it, a policy or a hand, is never undone: the settings count where
 * it has fewer, and where they themselves have changed since and nothing else has scaled it.
 *
 * @param desired what ECS is asked for now
 * @param asked what the settings ask for
 * @param askedBefore what they asked for when the slot was last proved; nothing if it never was
 */
export function tasksOf(desired: number, asked: number, askedBefore: number | undefined): number {
  const isOwn = askedBefore !== undefined && desired === askedBefore;
  return isOwn ? asked : Math.max(desired, asked);
}
