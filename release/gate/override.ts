import type { Entry } from "../ledger/entry";
import { shortId } from "../release";
import { matches } from "../text-pattern";
import type { Condition } from "./conditions";
import { askedBy, askersOf, detail, type Facts, minutesSince, newest } from "./facts";
import { ADMISSION_MINUTES, type Gate } from "./gate";
import { personOf } from "./people";

/** A second person's word, and why it lets nothing in any more. */
export interface Word {
  readonly entry: Entry;
  /** @default it counts */
  readonly lapsed?: string;
}

/** The newest word that was given since the release was last asked for, by somebody whom every gate lets give it. */
export function wordOf(gates: readonly Gate[], facts: Facts): Word | undefined {
  const { here } = facts;
  const asked = askedBy(here);
  const askers = askersOf(here);
  const entry = here.findLast(
    (each) =>
      each.kind === "overridden" &&
      asked !== undefined &&
      each.sequence > asked.sequence &&
      (detail(each, "reason") ?? "").trim() !== "" &&
      gates.every(
        ({ emergency, people }) =>
          emergency.some((pattern) => matches(pattern, each.by.arn)) &&
          askers.every(({ by }) => personOf(each.by.arn, people) !== personOf(by.arn, people)),
      ),
  );
  const lapsed = entry && lapseOf(entry, facts);
  return entry && { entry, ...(lapsed !== undefined && { lapsed }) };
}

/** What came after a word that whoever said it did not know of. */
function lapseOf(word: Entry, { here, now, frozen, declaration }: Facts): string | undefined {
  const said = `said ${word.time}`;
  if (minutesSince(word, now) >= ADMISSION_MINUTES)
    return `${said}, and it counts for ${ADMISSION_MINUTES / 60} hours`;
  if (frozen?.kind === "frozen" && frozen.sequence > word.sequence)
    return `${said}, before the stack was frozen by ${frozen.by.arn}, ${frozen.time}`;
  const letIn = newest(
    here.filter(({ details }) => details?.["because"] === word.sequence),
    "admitted",
  );
  const was = detail(letIn, "declaration") ?? declaration;
  if (declaration !== undefined && was !== declaration)
    return `${said}, and the stack is declared from something else than when it let this release in, ${letIn?.time ?? ""}`;
  return undefined;
}

/** A word that has lapsed, as what does not hold: it counts when it is said again. */
export function sayAgain({ entry, lapsed }: Word, { release }: Facts, stack: string): Condition {
  return {
    name: `emergency, by the word of ${entry.by.arn} (entry ${entry.sequence})`,
    holds: false,
    found: lapsed ?? "",
    action: `npm run release -- approve ${shortId(release)} --stack ${stack} --emergency "why it still must"`,
  };
}
