import type { Grant } from "./grant";
import { resourcesOf, type Territory } from "./resources";
import type { RoleName } from "./roles";

/** Characters of a managed policy, white space not counted. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_POLICY_CHARACTERS = 6144;
/** Managed policies of a role, unless AWS is asked for more: the same page. */
export const MOST_POLICIES = 10;

/** Of one statement's resources: so that statements fit well into policies. */
const MOST_RESOURCE_CHARACTERS = 1400;

interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Grant["condition"];
}

/** Policies that together let a role do what the table grants it, each short enough for AWS. */
export function policiesOf(
  role: RoleName,
  grants: readonly Grant[],
  territory: Territory,
): readonly string[] {
  const documents: string[] = [];
  let current: Statement[] = [];
  for (const statement of statementsOf(role, grants, territory)) {
    const next = [...current, statement];
    if (current.length > 0 && textOf(next).length > MOST_POLICY_CHARACTERS) {
      documents.push(textOf(current));
      current = [statement];
    } else current = next;
  }
  return current.length === 0 ? documents : [...documents, textOf(current)];
}

const textOf = (Statement: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement });

/** One statement for all that may be done to the same things under the same condition; none where there is no such thing. */
function statementsOf(
  role: RoleName,
  grants: readonly Grant[],
  territory: Territory,
): readonly Statement[] {
  const resources = resourcesOf(territory);
  const groups = new Map<string, Grant[]>();
  for (const grant of grants) {
    if (!grant.to.includes(role) || resources[grant.on].length === 0) continue;
    const key = JSON.stringify([grant.on, grant.condition]);
    groups.set(key, [...(groups.get(key) ?? []), grant]);
  }
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { on, condition } = first;
    const actions = [...new Set(same.flatMap((each) => each.actions))].sort();
    return cut(resources[on]).map((Resource) => ({
      Effect: "Allow" as const,
      Action: actions,
      Resource,
      ...(condition && { Condition: condition }),
    }));
  });
}

/** Lists that are short enough, of one that may be long. */
function cut(resources: readonly string[]): readonly (readonly string[])[] {
  const lists: string[][] = [[]];
  for (const each of resources) {
    const last = lists.at(-1) ?? [];
    if (last.length > 0 && [...last, each].join().length > MOST_RESOURCE_CHARACTERS)
      lists.push([each]);
    else last.push(each);
  }
  return lists;
}
