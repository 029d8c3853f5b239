// @ts-check
/** Progress of a set-up, on standard error: a line a step, and its seconds while it runs on a terminal. */
import { styleText } from "node:util";

/**
 * @typedef {{ say(text: string): void, done(note?: string): void, failed(): void }} Step
 * @typedef {{ start(name: string, how: string): Step }} Progress
 */

/** @param {number} total how many steps there can be @returns {Progress} */
export function createProgress(total) {
  const out = process.stderr;
  let number = 0;
  return {
    start(name, how) {
      const label = `toolchain ${++number}/${total} ${name}`;
      const began = Date.now();
      const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
      out.write(`${label}: ${how}\n`);
      const timer = out.isTTY ? setInterval(() => out.write(`\r  ${seconds()} `), 1000) : undefined;
      /** @param {"green" | "red" | "yellow"} colour @param {string} text */
      const line = (colour, text) => {
        if (out.isTTY) out.write("\r");
        out.write(`  ${styleText(colour, text, { stream: out })}\n`);
      };
      return {
        say: (text) => line("yellow", text),
        done: (note) => {
          clearInterval(timer);
          line("green", `${note ?? "done"} (${seconds()})`);
        },
        failed: () => {
          clearInterval(timer);
          line("red", `failed after ${seconds()}`);
        },
      };
    },
  };
}
