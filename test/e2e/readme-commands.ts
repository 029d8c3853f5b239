import assert from "node:assert/strict";
import { blocks, page } from "../unit/docs/markdown";

/** The commands of a page's sections, in order, as they stand there. */
export function commands(file: string, ...sections: string[]): string[] {
  const found = blocks(page(file)).filter(
    ({ language, section }) => language === "sh" && sections.includes(section),
  );
  assert.ok(found.length >= sections.length, `${file}: ${sections.join(", ")}`);
  return found.map(({ text }) => text);
}
