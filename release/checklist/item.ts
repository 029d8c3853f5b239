/** What was found of one thing that should be so before a release is delivered. */
export interface Item {
  readonly name: string;
  readonly answer: Answer;
  readonly found: string;
  /** A command, or what else to do, where it does not hold or can't be told. */
  readonly action?: string;
}

export type Answer =
  | "holds"
  | "fails"
  /** It could not be looked at. */
  | "unknown"
  /** The stack has nothing of the kind: it is neither ticked nor in the way. */
  | "absent";

/** A line of the checklist: it holds if all of its items do, but for those of which the stack has nothing. */
export interface Line {
  readonly title: string;
  readonly answer: Answer;
  readonly items: readonly Item[];
}

export const holds = (name: string, found: string): Item => ({ name, answer: "holds", found });

export const fails = (name: string, found: string, action: string): Item => ({
  name,
  answer: "fails",
  found,
  ...(action !== "" && { action }),
});

export const unknown = (name: string, found: string, action: string): Item => ({
  ...fails(name, found, action),
  answer: "unknown",
});

export const absent = (name: string, found = "not part of this stack"): Item => ({
  name,
  answer: "absent",
  found,
});

/** What could be read, or why it could not. */
export type Read<T> =
  | { readonly read: true; readonly value: T }
  | {
      readonly read: false;
      readonly reason: string;
      /** Whether somebody has changed what was read. @default false */
      readonly isTampered?: boolean;
    };

export function lineOf(title: string, items: readonly Item[]): Line {
  const has = (answer: Answer): boolean => items.some((each) => each.answer === answer);
  const answer = (["fails", "unknown", "holds"] as const).find(has) ?? "absent";
  return { title, answer, items };
}
