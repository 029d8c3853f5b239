import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Exception } from "../../../policy/exceptions";
import { Judge } from "../../../policy/judge";
import type { ResourceRule, StackResource } from "../../../policy/rule";
import { logRetentionSet } from "../../../policy/rules/log-retention-set";
import { s3BucketVersioned } from "../../../policy/rules/s3-bucket-versioned";
import { of } from "./samples";

const TYPE = "aws:cloudwatch/logGroup:LogGroup";
const AUDIT = of(TYPE, {}, { name: "audit" });
const KEPT = of(TYPE, { retentionInDays: 30 }, { name: "kept" });
const BUCKET = of("aws:s3/bucket:Bucket", {}, { name: "ledger" });
const EXCEPTION: Exception = {
  rule: "log-retention-set",
  resource: `${TYPE} audit`,
  reason: "the auditors decide on the period",
  expires: "2027-03-31",
};

/** How it shows values that a preview does not know; the package declares no types of that. */
const { unknownCheckingProxy, unknownStringValue } = createRequire(__filename)(
  "@pulumi/policy/proxy",
) as {
  unknownCheckingProxy: (props: object) => StackResource["props"];
  unknownStringValue: string;
};

/** A resource whose property is not known before it is made, as `@pulumi/policy` shows it. */
const inPreview = (resource: StackResource, property: string): StackResource => {
  const props = { ...resource.props, [property]: unknownStringValue };
  return { ...resource, props: unknownCheckingProxy(props) };
};

/** What is reported of a stack of log groups, by the rule and then by the exceptions. */
function judged(
  stack: readonly StackResource[],
  exceptions: readonly Exception[] = [],
  rule: ResourceRule = logRetentionSet,
): { rule: string[]; exceptions: string[]; unknown: readonly string[] } {
  const judge = new Judge({ exceptions, problems: [] });
  const found = { rule: [] as string[], exceptions: [] as string[] };
  for (const resource of stack)
    judge.resource(rule, resource, (message, urn) => {
      assert.equal(urn, resource.urn);
      found.rule.push(message);
    });
  judge.exceptions(stack, (message) => {
    found.exceptions.push(message);
  });
  return { ...found, unknown: judge.takeUnknown() };
}

describe("Judge", () => {
  it("says what failed, what was found, what is allowed and what to do", () => {
    const { rule, exceptions } = judged([AUDIT, KEPT]);
    assert.deepEqual(rule, [
      `${TYPE} audit: retentionInDays: found nothing; allowed: a number of days above 0; 0 and nothing mean for ever; ` +
        "set retentionInDays, as settings do by switchyard:logRetentionDays",
    ]);
    assert.deepEqual(exceptions, []);
  });

  it("lets pass what an exception names, and nothing else", () => {
    const other = of(TYPE, {}, { name: "other" });
    const { rule, exceptions } = judged([AUDIT, other], [EXCEPTION]);
    assert.equal(rule.length, 1);
    assert.match(rule[0] ?? "", / other: retentionInDays/);
    assert.deepEqual(exceptions, []);
  });

  it("lets pass no other rule's findings", () => {
    const { rule } = judged([AUDIT], [{ ...EXCEPTION, rule: "alarm-acts" }]);
    assert.equal(rule.length, 1);
  });

  it("applies exceptions to rules over a whole stack too", () => {
    const judge = new Judge({
      exceptions: [{ ...EXCEPTION, rule: "s3-bucket-versioned", resource: "* ledger" }],
      problems: [],
    });
    const fail = (message: string): void => assert.fail(message);
    judge.stack(s3BucketVersioned, [BUCKET], fail);
    judge.exceptions([BUCKET], fail);
  });

  it("refuses an exception that nothing needs, in its own stack", () => {
    const { exceptions } = judged([KEPT], [{ ...EXCEPTION, stack: "stage" }]);
    assert.equal(exceptions.length, 1);
    assert.match(exceptions[0] ?? "", /log-retention-set for .* audit matches nothing/);
    assert.deepEqual(judged([KEPT], [{ ...EXCEPTION, stack: "production" }]).exceptions, []);
  });

  it("refuses what is wrong with the exceptions' file", () => {
    const judge = new Judge({ exceptions: [], problems: ["no reason"] });
    const messages: string[] = [];
    judge.exceptions([], (message) => messages.push(message));
    assert.deepEqual(messages, ["no reason"]);
  });

  it("leaves out what a preview does not know, says so, and calls no exception useless for it", () => {
    const unknown = inPreview(AUDIT, "retentionInDays");
    const found = judged([unknown], [EXCEPTION]);
    assert.deepEqual(found, { rule: [], exceptions: [], unknown: ["log-retention-set (1)"] });
  });

  it("calls an exception useless whatever is not known of another resource", () => {
    const { exceptions } = judged([inPreview(KEPT, "retentionInDays")], [EXCEPTION]);
    assert.equal(exceptions.length, 1);
  });

  it("looks at the rest of a stack whose rule meets an unknown value", () => {
    const judge = new Judge({ exceptions: [], problems: [] });
    const messages: string[] = [];
    const stack = [inPreview(of(BUCKET.type), "objectLockEnabled"), BUCKET];
    judge.stack(s3BucketVersioned, stack, (message) => messages.push(message));
    assert.equal(messages.length, 1);
    assert.deepEqual(judge.takeUnknown(), ["s3-bucket-versioned (1)"]);
    assert.deepEqual(judge.takeUnknown(), []);
  });

  it("fails when a rule fails in any other way", () => {
    const broken: ResourceRule = {
      ...logRetentionSet,
      check: () => {
        throw new TypeError("a mistake");
      },
    };
    assert.throws(() => judged([AUDIT], [], broken), /a mistake/);
  });
});
