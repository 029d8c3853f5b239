// @ts-check
/** Progress of a set-up, on standard error: a line a step, and its seconds while it runs on a terminal. */
import { paint } from "./paint.mjs";

/**
 * @typedef {{ say(text: string): void, done(note?: string): void, failed(): void }} Step
 * @typedef {{ start(name: string, how: string): Step }} Progress
 */

/** @param {number} total how many steps are expected; a step that turns up besides counts on @returns {Progress} */
export function createProgress(total) {
  const out = process.stderr;
  let number = 0;
  return {
    start(name, how) {
      number++;
      const label = `toolchain ${number}/${Math.max(number, total)} ${name}`;
      const began = Date.now();
      const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
      out.write(`${label}: ${how}\n`);
      const timer = out.isTTY ? setInterval(() => out.write(`\r  ${seconds()} `), 1000) : undefined;
      timer?.unref();
      /** @param {import("./paint.mjs").Colour} colour @param {string} text */
      const line = (colour, text) => {
        if (out.isTTY) out.write("\r");
        out.write(`  ${paint(colour, text, out)}\n`);
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
