// @ts-check
/** Colours, where a person reads: not for a file or a pipe, and not against NO_COLOR (https://no-color.org). */

const codes = { bold: 1, red: 31, green: 32, yellow: 33 };

/** @typedef {keyof typeof codes} Colour */

/** @param {{ isTTY?: boolean }} stream @param {NodeJS.ProcessEnv} [env] */
export function hasColours(stream, env = process.env) {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"] !== undefined) return env["FORCE_COLOR"] !== "0";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** @param {Colour} colour @param {string} text @param {{ isTTY?: boolean }} stream */
export const paint = (colour, text, stream) =>
  hasColours(stream) ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
