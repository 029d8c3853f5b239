/** Account of an ARN, 12 digits; empty where the ARN names none. */
const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

/**
 * What to say where credentials are of another account than a stack: with those everything would seem to be gone. Nothing where they are
 * of the same, or where it is not known.
 *
 * @param caller ARN of whom the credentials are of
 * @param stack account of the stack, or the ARN of something in it
 */
export function otherAccount(caller: string, stack: string): string | undefined {
  const [found, wanted] = [accountOf(caller), stack.startsWith("arn:") ? accountOf(stack) : stack];
  return wanted === "" || found === wanted
    ? undefined
    : `the credentials are of account ${found}, and the stack is in ${wanted}`;
}
