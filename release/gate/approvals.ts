import type { Entry } from "../ledger/entry";
import { matches } from "../text-pattern";
import type { ApprovalRule, Gate } from "./gate";
import { personOf } from "./people";

/** An approval that counts for nothing, and why. */
export interface Disregarded {
  readonly by: string;
  readonly why: string;
}

export interface Approvals {
  /** Of each rule, who approved. */
  readonly byRule: readonly { readonly rule: ApprovalRule; readonly people: readonly string[] }[];
  readonly disregarded: readonly Disregarded[];
}

/** Who may not approve, and why: whoever made the release, and whoever wants it here. */
export type Excluded = ReadonlyMap<string, string>;

/**
 * Which approvals count, each person's once, and each for one rule, such that as many rules as can be are satisfied.
 *
 * @param since number of the entry by which the release was last asked for: an approval before that was given to something else
 */
export function countApprovals(
  entries: readonly Entry[],
  { approvals: rules, people }: Pick<Gate, "approvals" | "people">,
  excluded: Excluded,
  since: number,
): Approvals {
  const disregarded: Disregarded[] = [];
  const arns = new Map<string, Set<string>>();
  for (const { by, sequence } of entries) {
    const person = personOf(by.arn, people);
    const why = excluded.get(person);
    if (sequence < since)
      disregarded.push({ by: by.arn, why: "it was given before the release was asked for here" });
    else if (why !== undefined) disregarded.push({ by: by.arn, why });
    else if (!rules.some((rule) => isOf(rule, by.arn)))
      disregarded.push({ by: by.arn, why: "no rule names this principal" });
    else arns.set(person, (arns.get(person) ?? new Set()).add(by.arn));
  }
  const seats = rules.flatMap((rule, index) =>
    Array.from({ length: rule.count }, () => ({ rule, index })),
  );
  const sitting = seat(
    seats.map(({ rule }) => rule),
    arns,
  );
  const byRule = rules.map((rule, index) => {
    const sat = [...sitting].filter(([at]) => seats[at]?.index === index);
    return { rule, people: sat.map(([, person]) => person).sort() };
  });
  return { byRule, disregarded };
}

const isOf = ({ from }: ApprovalRule, arn: string): boolean =>
  from.some((pattern) => matches(pattern, arn));

/** Gives as many people a seat as there can be: whoever sits may be asked to move (augmenting paths). */
function seat(
  seats: readonly ApprovalRule[],
  arns: ReadonlyMap<string, ReadonlySet<string>>,
): Map<number, string> {
  const sitting = new Map<number, string>();
  const place = (person: string, tried: Set<number>): boolean => {
    for (const [at, rule] of seats.entries()) {
      if (tried.has(at) || ![...(arns.get(person) ?? [])].some((arn) => isOf(rule, arn))) continue;
      tried.add(at);
      const other = sitting.get(at);
      if (other !== undefined && !place(other, tried)) continue;
      sitting.set(at, person);
      return true;
    }
    return false;
  };
  for (const person of arns.keys()) place(person, new Set());
  return sitting;
}
