import { type SlotPlace } from "./roles";
import { typeOf } from "./graph";

/**
 * What a shape leaves out, because it is no infrastructure: two stacks with other releases, or other slots live, are in parity.
 *
 * - The release: digests and tags of images, the release's id, the version of a secret that a slot was given, and
 *   where an image is copied from, what was found in it and by which data, and what the ledger says of it. `promote` changes them.
 * - Which colour is live: slots are called by their roles.
 * - What the standby slot holds, its tasks and their number with it: it is of an earlier release, or empty. Of its target
 *   group, which is always there, only the health check is the content's.
 * - How many tasks scaling has asked for, and any other input whose changes the program ignores. How many the settings ask for is
 *   in what waits for them, `SlotReady` and `TrafficShift`.
 * - How AWS is reached: the named profile; and the code of our own resources, which is the program's.
 *
 * @param input name of an input of the resource
 */
export function isLeftOut(urn: string, place: SlotPlace | undefined, input: string): boolean {
  const type = typeOf(urn);
  if (place?.role === "standby" && /:TargetGroup$/.test(type) && input === "healthCheck")
    return true;
  return RULES.some(([of, inputs]) => of.test(type) && inputs.includes(input));
}

const RULES: readonly (readonly [type: RegExp, inputs: readonly string[]])[] = [
  [/./, ["__provider", "__defaults"]],
  [/^pulumi-nodejs:dynamic\//, ["profile"]],
  [/:ImageBuild$/, ["tag", "digest", "buildArgs"]],
  [/:ImageCopy$/, ["digest", "sourceRegistry"]],
  [/:ImageScan$/, ["images", "data"]],
  [/:ReleaseRecord$/, ["release", "drafts", "way", "declaration"]],
];

/** What is left out of each service's entry in a resource of all services. */
export const OF_A_SERVICE: readonly string[] = [
  ...["image", "contents", "from", "isNew"],
  // Of a rehearsal: what the release before was.
  ...["returns", "before"],
];

/** Environment variable of a container that says which release it is of. */
export const RELEASE_VARIABLE = "RELEASE_ID";

/** What names a secret in front of the version of it, `ARN:::VERSION`. */
const SECRET_VERSION =
  /^(\$\{aws:secretsmanager\/secret:Secret [^{}]*\}|arn:[^:]*:secretsmanager:.*?):::.*$/;

/** A text without digests, and without the version of a secret at the end of what a container gets it by. */
export function withoutRelease(text: string): string {
  return text
    .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:[release]")
    .replace(SECRET_VERSION, "$1:::[release]");
}
