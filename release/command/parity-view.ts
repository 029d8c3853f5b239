import { pathText } from "../parity/differences";
import type { ParityReport, Undeclared } from "../parity/judge";
import type { Shape } from "../parity/shape";
import type { Substitution } from "../parity/substitutions";
import { shortId } from "../release";
import { type Paint, printable } from "./paint";
import { redact } from "./redact";
import { table } from "./table";

/** Characters of a value that are shown: JSON has the whole. */
const MOST = 200;

/** What is said of two stacks in parity. */
export function parityView(
  shapes: readonly [Shape, Shape],
  { substituted, unknown, hash }: ParityReport,
  paint: Paint,
): string {
  const [one, other] = shapes.map(({ names }) => names.stack);
  const counts = shapes.map(({ resources }) => Object.keys(resources).length);
  const lines = [
    `${paint("green", `${one} and ${other} are in parity`)}: ${counts.join(" and ")} resources, ${substituted} differences, all declared`,
    ...(unknown.length > 0
      ? [
          `  ${unknown.length} inputs have values that only an update brings about: compared by what they are made from. Look again after it`,
        ]
      : []),
    `  hash ${shortId(hash)}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** A difference, with what would declare it. */
export function differenceView(difference: Undeclared, file: string): string {
  const { resource, path, values, declared } = difference;
  const subject = printable(shortResource(resource));
  const property = path && printable(pathText(path));
  const lines = [
    property === undefined
      ? `${subject}: ${Object.keys(values).join()} alone has it`
      : `${subject}: ${property}`,
    ...(path
      ? table(Object.entries(values).map(([stack, value]) => [`  ${stack}`, show(value)]))
      : []),
    ...(path && Object.keys(values).length === 1 ? ["  the other has nothing there"] : []),
    ...(declared
      ? [`  ${file} allows other values there, for the reason: ${printable(declared.reason)}`]
      : [
          `  if that is meant, declare it in ${file}:`,
          `  - resource: ${text(subject)}`,
          property === undefined
            ? `    only: ${Object.keys(values).join()}`
            : `    property: ${text(property)}`,
          "    reason: say why",
        ]),
  ];
  return lines.join("\n");
}

/** A declaration that no difference needs. */
export function unusedView(
  { resource, property, only, reason }: Substitution,
  file: string,
): string {
  const what = property ?? (only === undefined ? "" : `only in ${only}`);
  return printable(
    `${resource}: ${what}: ${file} declares this, and there is no such difference: take it out (its reason was: ${reason})`,
  );
}

/** With the last word of its type, as a declaration may call it. */
const shortResource = (key: string): string => {
  const [type = "", ...name] = key.split(" ");
  return `${type.split(":").at(-1) ?? type} ${name.join(" ")}`;
};

function show(value: unknown): string {
  const whole = printable(redact(typeof value === "string" ? value : JSON.stringify(value)));
  return whole.length > MOST ? `${whole.slice(0, MOST)} and more` : whole;
}

/** As YAML takes it: quoted where it would mean something else. */
const text = (value: string): string =>
  /^[A-Za-z][\w .[\]/-]*$/.test(value) && !/\s$/.test(value) ? value : JSON.stringify(value);
