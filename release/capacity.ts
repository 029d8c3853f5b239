import type { Standby } from "../settings/types";

/** Tasks that the settings ask of a slot: a cold one has none while it has no traffic. */
export function askedTasks(
  isLive: boolean,
  { tasks, standby }: { readonly tasks: number; readonly standby: Standby },
): number {
  return isLive || standby === "warm" ? tasks : 0;
}

/**
 * Tasks that a slot is to have. What scaled it, a policy or a hand, is never undone: the settings count where
 * it has fewer, and where they themselves have changed since and nothing else has scaled it. Where they ask for none, it has none.
 *
 * @param desired what ECS is asked for now
 * @param asked what the settings ask for
 * @param askedBefore what they asked for when the slot was last proved; nothing if it never was
 */
export function tasksOf(desired: number, asked: number, askedBefore: number | undefined): number {
  if (asked === 0) return 0;
  const isOwn = askedBefore !== undefined && desired === askedBefore;
  return isOwn ? asked : Math.max(desired, asked);
}
