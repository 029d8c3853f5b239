/** What the command's exit code tells. */
export const EXIT = {
  done: 0,
  /** Something did not work: an update failed, a disk was full, Pulumi was not there. */
  failed: 1,
  /** The user's mistake: usage, an unknown stack, a file that can't be read. */
  mistake: 2,
  /** Nothing was done, because a condition did not hold. */
  refused: 3,
} as const;

export type FailureKind = Exclude<keyof typeof EXIT, "done">;

/** An end that is no bug: shown as a message and what to do, without a stack trace. */
export class CommandFailure extends Error {
  readonly kind: FailureKind;
  /** What to do about it, if anything is known. */
  readonly action: string | undefined;
  /** What has been shown already, for those who read the result alone. */
  readonly details: readonly string[];
  /** What was found, for those who read JSON: it stands beside the error. */
  readonly result: Readonly<Record<string, unknown>>;

  constructor(
    kind: FailureKind,
    message: string,
    action?: string,
    cause?: unknown,
    details: readonly string[] = [],
    result: Readonly<Record<string, unknown>> = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CommandFailure";
    this.kind = kind;
    this.action = action;
    this.details = details;
    this.result = result;
  }
}

/** The backend has no stack of that name. */
export class UnknownStack extends CommandFailure {
  constructor(stack: string, cause?: unknown) {
    super(
      "mistake",
      `there is no stack ${stack} in the backend that you are logged in to`,
      `look at \`pulumi stack ls\` and \`pulumi whoami -v\`, or make it with \`pulumi stack init ${stack}\``,
      cause,
    );
    this.name = "UnknownStack";
  }
}
