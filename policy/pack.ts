import type {
  Policies,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { readExceptions } from "./exceptions";
import { Judge } from "./judge";
import type { Rule } from "./rule";

export interface Pack {
  readonly rules: readonly Rule[];
  /** `exceptions.yaml`, parsed. */
  readonly exceptions: unknown;
  readonly now: Date;
}

/** The rules as Pulumi takes them, and two more, which come last because they tell how the others went. */
export function policiesOf({ rules, exceptions, now }: Pack): Policies {
  const names = rules.map(({ name }) => name);
  const judge = new Judge(readExceptions(exceptions, names, now));
  return [...rules.map((rule) => policyOf(rule, judge)), exceptionsHold(judge), allKnown(judge)];
}

function policyOf(rule: Rule, judge: Judge): ResourceValidationPolicy | StackValidationPolicy {
  const { name, description } = rule;
  if ("checkAmong" in rule)
    return {
      name,
      description,
      validateStack: ({ resources }, report) => {
        judge.stack(rule, resources, report);
      },
    };
  return {
    name,
    description,
    validateResource: (resource, report) => {
      judge.resource(rule, resource, report);
    },
  };
}

const exceptionsHold = (judge: Judge): StackValidationPolicy => ({
  name: "exceptions-hold",
  description: "Every exception has a reason, has not expired and is needed.",
  validateStack: ({ resources }, report) => {
    judge.exceptions(resources, report);
  },
});

const allKnown = (judge: Judge): StackValidationPolicy => ({
  name: "all-known",
  description: "Every rule could look at every value.",
  enforcementLevel: "advisory",
  validateStack: (_stack, report: ReportViolation) => {
    const rules = judge.takeUnknown();
    if (rules.length === 0) return;
    report(
      `values that are known only once they are made were not looked at, by ${rules.join(", ")}; ` +
        "pulumi up --policy-pack policy looks at them before it makes what they are for",
    );
  },
});
