import { shortId } from "../release";
import type { Verdict } from "./decide";

/** What a gate says of a release: all that does not hold, each with what to do. */
export function verdictLines(
  { way, conditions, because }: Verdict,
  release: string,
  stack: string,
): string {
  const failing = conditions.filter(({ holds }) => !holds);
  const lines = failing.map(
    ({ name, found, action }) => `  ${name}: found ${found}${action === "" ? "" : `; ${action}`}`,
  );
  const head =
    way === "overridden"
      ? `${stack} takes release ${shortId(release)} in an emergency, by the word of ${because?.by.arn ?? ""} (entry ${because?.sequence ?? 0}). What does not hold:`
      : `${stack} does not take release ${shortId(release)}: ${failing.length} of ${conditions.length} conditions do not hold.`;
  return [head, ...lines].join("\n");
}
