import type { Answer, Item, Line } from "../checklist/item";
import { type Paint, printable } from "./paint";
import { redact } from "./redact";

const MARKS: Readonly<Record<Answer, string>> = {
  holds: "✓",
  fails: "✗",
  unknown: "?",
  absent: "–",
};
const WORDS: Readonly<Record<Answer, string>> = {
  holds: "holds",
  fails: "does not hold",
  unknown: "can't be told",
  absent: "not part of this stack",
};
const STYLES = { holds: "green", fails: "red", unknown: "yellow", absent: "dim" } as const;

/** The checklist for people: what was found of each, and what to do where it does not hold. */
export function checklistView(stack: string, lines: readonly Line[], paint: Paint): string {
  const each = lines.flatMap(({ title, answer, items }) => [
    `${paint(STYLES[answer], MARKS[answer])} ${paint("bold", title)}: ${WORDS[answer]}`,
    ...items.flatMap((item) => itemLines(item, paint)),
  ]);
  return [`before a delivery to ${paint("bold", stack)}:`, ...each, ""].join("\n");
}

function itemLines({ name, answer, found, action }: Item, paint: Paint): string[] {
  const text = printable(redact(found)).replaceAll("\n", " ");
  const mark = paint(STYLES[answer], MARKS[answer]);
  return [
    `  ${mark} ${printable(name)}: ${text}`,
    ...(action === undefined ? [] : [`      to do: ${printable(action)}`]),
  ];
}
