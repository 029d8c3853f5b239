import { canonicalJson, type Json } from "../canonical-json";
import type { Gate } from "./gate";
import type { Gates } from "./ask";

/** What one gate says otherwise than another, a line each: `soakMinutes: 60 -> 0`. Nothing where both say the same. */
export function gateChanges(from: Gate, to: Gate): string[] {
  const keys = Object.keys({ ...from, ...to }).sort() as (keyof Gate)[];
  return keys.flatMap((key) => {
    const [was, is] = [shown(from[key]), shown(to[key])];
    return was === is ? [] : [`${key}: ${was} -> ${is}`];
  });
}

const shown = (value: unknown): string =>
  value === undefined ? "nothing" : canonicalJson(JSON.parse(JSON.stringify(value)) as Json);

/** How the gate of the settings is another one than that on record, for people; undefined where it is not, or only one is there. */
export function gateChangeLines(
  { settings, inForce }: Pick<Gates, "settings" | "inForce">,
  stack: string,
  when: "this release" | "the first release that passes both",
): string | undefined {
  const changes = settings && inForce ? gateChanges(inForce.gate, settings) : [];
  if (inForce === undefined || changes.length === 0) return undefined;
  const head = `the gate of ${stack} in its settings is not the one on record (entry ${inForce.entry.sequence}), and takes its place with ${when}:`;
  return [head, ...changes.map((each) => `  ${each}`)].join("\n");
}
