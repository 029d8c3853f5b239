import type { Speakers } from "../ledger/bucket-policy";
import type { Gate } from "./gate";

/** Whose words a gate counts, where all of its patterns can be put as a bucket's policy needs them. */
export function speakersOf({
  approvals,
  emergency,
}: Pick<Gate, "approvals" | "emergency">): Speakers {
  const approved = principals(approvals.flatMap(({ from }) => from));
  const overridden = principals(emergency);
  return { ...(approved && { approved }), ...(overridden && { overridden }) };
}

function principals(patterns: readonly string[]): readonly string[] | undefined {
  const found = patterns.map(principalsLike);
  return found.length > 0 && found.every((each) => each !== undefined)
    ? [...new Set(found.flat())]
    : undefined;
}

const USER = /^arn:[\w-]+:iam::\d{12}:user\/[^:]+$/;
const SESSION = /^(arn:[\w-]+):sts::(\d{12}):assumed-role\/([^/:]+)(\/[^/:]*)?$/;

/**
 * A user as it is; of a session its role, in any path, whatever the session is called: that much more is let through, and the gate looks
 * at the rest. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
function principalsLike(pattern: string): readonly string[] | undefined {
  if (USER.test(pattern)) return [pattern];
  const [, arn, account, role = "", session] = SESSION.exec(pattern) ?? [];
  if (arn === undefined || account === undefined) return undefined;
  // Without a slash its last `*` is of the session's name as well.
  const name = session === undefined ? role.replace(/\*.*$/, "*") : role;
  return [`${arn}:iam::${account}:role/${name}`, `${arn}:iam::${account}:role/*/${name}`];
}
