/** A text for a regular expression, in which it stands for itself alone. */
export const escaped = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, "\\$&");

/** Each place where one of these expressions stands by itself: no letter or digit before or after it. */
export const wholeWord = (...expressions: readonly string[]): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])(?:${expressions.join("|")})(?![A-Za-z0-9])`, "g");

/** Whether a pattern is of this whole text: `*` is any text, everything else is itself. */
export const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "s").test(text);
