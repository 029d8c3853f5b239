import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "yellow" | "green" | "blue" | "cyan";

/** Puts a style on a text, or leaves it plain. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_style, text) => text;

const colored: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Colour on a terminal that has it, unless NO_COLOR is set (https://no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const isRefused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return stream.isTTY === true && !isRefused ? colored : plain;
}

/** Without anything that a terminal would obey: what comes from outside can hold anything. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
}
