import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Judge } from "../../../policy/judge";
import type { Rule, StackResource } from "../../../policy/rule";
import { RULES } from "../../../policy/rules";
import { ROOT } from "../docs/markdown";
import { ACCESS } from "./cases/access";
import { CONTAINERS } from "./cases/containers";
import { DATA } from "./cases/data";
import { NETWORK } from "./cases/network";
import { OPERATION } from "./cases/operation";
import type { Cases, Shown } from "./samples";

const CASES: Cases = { ...ACCESS, ...CONTAINERS, ...DATA, ...NETWORK, ...OPERATION };

/** These refuse all of their types, so what keeps them is of another. */
const BY_TYPE = new Set(["no-long-lived-credentials"]);

/** What the rule says of what it is shown. */
function told(rule: Rule, shown: Shown): string[] {
  const judge = new Judge({ exceptions: [], problems: [] });
  const messages: string[] = [];
  const report = (message: string): void => {
    messages.push(message);
  };
  if ("checkAmong" in rule) judge.stack(rule, shown as readonly StackResource[], report);
  else {
    const resource = shown as StackResource;
    const looks = rule.types.includes(resource.type) || BY_TYPE.has(rule.name);
    assert.ok(looks, "a case of a type that the rule looks at");
    judge.resource(rule, resource, report);
  }
  assert.deepEqual(judge.takeUnknown(), []);
  return messages;
}

describe("the rules", () => {
  for (const rule of RULES)
    describe(rule.name, () => {
      const { keeps, breaks } = CASES[rule.name] ?? { keeps: {}, breaks: {} };
      for (const [what, shown] of Object.entries(keeps))
        it(`lets pass: ${what}`, () => {
          assert.deepEqual(told(rule, shown), []);
        });
      for (const [what, [shown, message]] of Object.entries(breaks))
        it(`refuses: ${what}`, () => {
          const messages = told(rule, shown);
          assert.equal(messages.length, 1, messages.join("\n"));
          assert.match(messages[0] ?? "", message);
        });
    });

  it("are each shown what keeps and what breaks them", () => {
    const untried = RULES.filter(({ name }) => {
      const { keeps = {}, breaks = {} } = CASES[name] ?? {};
      return Object.keys(keeps).length === 0 || Object.keys(breaks).length === 0;
    });
    assert.deepEqual(untried, []);
    assert.deepEqual(
      Object.keys(CASES).sort(),
      RULES.map(({ name }) => name),
    );
  });

  it("are each a file of their own name", () => {
    const files = readdirSync(join(ROOT, "policy", "rules")).map((file) => basename(file, ".ts"));
    assert.deepEqual(
      RULES.map(({ name }) => name),
      files.sort(),
    );
  });

  it("are these", () => {
    assert.deepEqual(
      RULES.map(({ name }) => name),
      `
alarm-acts
alarm-says-what-missing-data-means
cluster-insights
container-drops-capabilities
container-health-check
container-logs
container-non-root
container-root-read-only
ecr-repository-encrypted
ecr-scans-on-push
ecr-tags-immutable
http-redirects-to-https
iam-actions-named
iam-resources-named
image-by-digest
internet-ingress-at-load-balancer
internet-ingress-ports
kms-key-rotates
listener-tls-1-2
live-slot-has-alarms
load-balancer-drops-invalid-headers
log-retention-set
no-broad-managed-policy
no-default-network
no-long-lived-credentials
no-secret-in-environment
protected-is-kept
rds-backups
rds-encrypted
rds-not-public
rds-requires-tls
resource-policy-names-principals
role-trust-named
role-trust-of-provider-narrowed
s3-bucket-blocks-public-access
s3-bucket-encrypted
s3-bucket-tls-only
s3-bucket-versioned
s3-object-lock-retains
secret-by-version
service-circuit-breaker
service-has-no-public-address
sns-topic-encrypted
sqs-queue-encrypted
subnet-gives-no-public-address
tags-on-everything
target-group-health-check
task-roles-apart
`
        .trim()
        .split("\n"),
    );
  });
});
