/**
 * A stack's resource graph as a preview tells it: the inputs that each resource would have after an update.
 * What is a secret, or not known before the update, has Pulumi's marks of it.
 */
export interface PreviewedResource {
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What the resource has now, its id among it; empty where it is not made yet. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly isMade: boolean;
  /** URN of the parent. */
  readonly parent: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Inputs of which a resource that is there keeps what it has. */
  readonly ignoreChanges: readonly string[];
  /** URNs of the resources that an input is made from, by input. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** Type token, without those of the parents. */
export function typeOf(urn: string): string {
  return chainOf(urn).split("$").at(-1) ?? "";
}

/** Types of all parents and of the resource itself, separated by `$`. */
export function chainOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Whether a preview tells of a resource that is only called so: components, providers and the stack itself. */
export function isGrouping(urn: string): boolean {
  return /^(switchyard|pulumi):/.test(typeOf(urn));
}
