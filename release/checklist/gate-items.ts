import type { Condition } from "../gate/conditions";
import { newest } from "../gate/facts";
import { EVIDENCE, type Evidence } from "../gate/gate";
import type { ChecklistFacts, GateAnswer } from "./facts";
import { absent, fails, holds, type Item, unknown } from "./item";

/** Evidence that a line of its own asks for. */
const ELSEWHERE: readonly Evidence[] = ["rehearsed", "parity"];

/** What the gate wants on record of the release's tests. */
export function evidenceItems(facts: ChecklistFacts): Item[] {
  return fromGate("tests of the release", facts, (answer) => {
    const items = conditionsWith(answer, (kind) => kind !== undefined && !ELSEWHERE.includes(kind));
    return items.length > 0
      ? items
      : [fails("tests of the release", "the gate wants none on record", WANT_EVIDENCE)];
  });
}

const WANT_EVIDENCE = "add evidence to the gate; docs/guides/settings.md says which there is";

/** One kind of evidence, whether or not the gate wants it. */
export function evidenceItem(
  kind: "rehearsed" | "parity",
  name: string,
  facts: ChecklistFacts,
): Item[] {
  return fromGate(name, facts, (answer) => {
    const asked = conditionsWith(answer, (each) => each === kind);
    if (asked.length > 0) return asked.map((each) => ({ ...each, name }));
    const { from, facts: known } = answer;
    const entry = newest(known.there, kind);
    const make =
      kind === "parity"
        ? `npm run release -- parity --stack ${from},${facts.stack} --record`
        : `npm run pulumi -- up -s ${from}, with this release`;
    if (entry?.stack === from && kind === "parity" && entry.result !== known.declaration)
      return [fails(name, `${entry.time}, before the infrastructure changed`, make)];
    if (entry?.stack === from) return [holds(name, `in ${from}, ${entry.time}`)];
    return [fails(name, known.unreadable ?? `nothing on record in ${from}`, make)];
  });
}

/** What else the gate wants: that somebody asked, and others agreed, at a time that is right. */
export function approvalItems(facts: ChecklistFacts): Item[] {
  return fromGate("approval", facts, (answer) => {
    const { way, because } = answer.verdict;
    const entry = because ? ` (entry ${because.sequence}, ${because.time})` : "";
    if (way === "unchanged") return [holds("approval", `the release runs already${entry}`)];
    if (way === "back") return [holds("approval", `going back is always open${entry}`)];
    const items = conditionsWith(answer, (kind) => kind === undefined);
    if (way === "overridden") return [holds("approval", `an emergency${entry}`), ...items];
    if (way === "finish")
      return [holds("approval", `let in before, and not ended${entry}`), ...items];
    return items;
  });
}

function fromGate(
  name: string,
  { gate, stack, file, state }: ChecklistFacts,
  use: (answer: GateAnswer) => Item[],
): Item[] {
  if (gate === undefined && file?.pinned === undefined && file?.gate !== undefined)
    return [unknown(name, "no release is pinned", `npm run release -- promote --to ${stack}`)];
  if (gate === undefined)
    return [
      fails(
        name,
        `${stack} has no gate: nothing says what must be proven, and by whom`,
        `add switchyard:gate to ${file?.name ?? `Pulumi.${state.stack}.yaml`}; docs/guides/settings.md says how`,
      ),
    ];
  if (!gate.read) return [unknown(name, gate.reason, `npm run release -- verify --stack ${stack}`)];
  return use(gate.value);
}

/** Conditions of the gate as items, by the kind of evidence that each is of, if it is of any. */
function conditionsWith(
  { verdict, facts, from }: GateAnswer,
  isOf: (kind: Evidence | undefined) => boolean,
): Item[] {
  if (verdict.way === "unchanged") {
    // Nothing is asked then: what is on record says what was proven.
    const known = EVIDENCE.filter((kind) => isOf(kind) && newest(facts.there, kind) !== undefined);
    return known.map((kind) => holds(`${kind} in ${from}`, newest(facts.there, kind)?.time ?? ""));
  }
  return verdict.conditions.filter((each) => isOf(kindOf(each))).map(itemOf);
}

const kindOf = ({ name }: Condition): Evidence | undefined =>
  EVIDENCE.find((kind) => name.startsWith(`${kind} in `));

const itemOf = ({ name, holds: isSo, found, action }: Condition): Item =>
  isSo ? holds(name, found) : fails(name, found, action);

/** What the project has nothing of yet. */
export const notThere = (...names: readonly string[]): Item[] => names.map((name) => absent(name));
