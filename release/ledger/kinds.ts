/** What a ledger can say of a release. */
export const RELEASE_KINDS = [
  /** Its images are in the registry: by which commit, of whom, by whose run. */
  "built",
  /** What its images hold was looked up: packages, known weaknesses. */
  "scanned",
  /** A task of the new version passed its smoke or acceptance test. */
  "smoke",
  "acceptance",
  /** It answered a load. */
  "load",
  /** Traffic went to it, back, and to it again, under load. */
  "rehearsed",
  /** It has all of the stack's traffic; until it is `replaced` it soaks. */
  "live",
  "replaced",
  /** The stack's resources are those of the other stack, but for what is declared. */
  "parity",
  /** Somebody asked for it to be delivered here. */
  "promoted",
  "approved",
  /** Somebody asked for it to be delivered here past the gate, with a reason. */
  "overridden",
  /** The gate let it in. */
  "admitted",
] as const;

/** What a ledger can say of a stack, whatever it runs: the gate that it has from now on, whether nothing may be delivered, what drifted. */
export const STACK_KINDS = ["gate", "frozen", "unfrozen", "drift"] as const;

export type ReleaseKind = (typeof RELEASE_KINDS)[number];
export type StackKind = (typeof STACK_KINDS)[number];
export type Kind = ReleaseKind | StackKind;

export const KINDS: readonly Kind[] = [...RELEASE_KINDS, ...STACK_KINDS];
