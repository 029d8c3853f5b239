/** One thing wrong with the settings: what was found where, what is allowed, what to do. */
export interface Problem {
  /** Config path, for example `switchyard:services.web.cpu`. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  readonly action: string;
}

/** The user's mistake: every problem of the settings at once, one a line. */
export class SettingsError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemLine).join("\n"));
    this.name = "SettingsError";
    this.problems = problems;
  }
}

export interface ReleaseErrorOptions {
  /** What was being done, for example `shift traffic`. */
  readonly step: string;
  /** Whether running the same again can succeed without any change. */
  readonly retryable: boolean;
  readonly cause?: unknown;
}

/** A step of a release that did not do what was asked. */
export class ReleaseError extends Error {
  readonly step: string;
  readonly retryable: boolean;

  constructor(message: string, options: ReleaseErrorOptions) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "ReleaseError";
    this.step = options.step;
    this.retryable = options.retryable;
  }
}

function problemLine({ path, found, allowed, action }: Problem): string {
  return printable(`${path}: found ${found}; allowed ${allowed}; ${action}`);
}

/** On one line, with nothing in it that a terminal would obey or hide: names come from files. */
function printable(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what it is about
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
