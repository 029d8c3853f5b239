import type { Slot } from "./slots";

/** A test of a version that was run, and ended with exit code 0. */
export interface PassedTest {
  /** What was tested. */
  readonly taskDefinitionArn: string;
  /** ARN of the task that tested it. */
  readonly task: string;
  /** What its container was given in place of its command. @default the task definition's */
  readonly command?: readonly string[];
  /** What was added to the task definition's: plain values. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Which kinds of tests a version may have to pass: before it gets any traffic, and once it has all of it. */
export type TestKind = "smoke" | "acceptance";

/** By slot: the acceptance test that a version in it has passed last. */
export type AcceptedSlots = Readonly<Partial<Record<Slot, PassedTest>>>;
