import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  Policies,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { parse } from "yaml";
import { policiesOf } from "../../../policy/pack";
import type { StackResource } from "../../../policy/rule";
import { RULES } from "../../../policy/rules";
import { ROOT } from "../docs/markdown";
import { of } from "./samples";

const NOW = new Date("2027-03-01T12:00:00Z");
const LOG_GROUP = of("aws:cloudwatch/logGroup:LogGroup", {}, { name: "audit" });
const BUCKET = of("aws:s3/bucket:Bucket", {}, { name: "ledger" });
const EXCEPTION = {
  rule: "log-retention-set",
  resource: "* audit",
  reason: "the auditors decide on the period",
  expires: "2027-03-31",
};

/** Asks a pack of a stack as the engine does: each resource first, then all of them. @returns `POLICY` of each violation */
async function asked(policies: Policies, stack: readonly StackResource[]): Promise<string[]> {
  const found: string[] = [];
  const report = (name: string) => () => found.push(name);
  const isOfStack = (policy: Policies[number]): policy is StackValidationPolicy =>
    "validateStack" in policy;
  for (const policy of policies.filter(
    (each): each is ResourceValidationPolicy => !isOfStack(each),
  ))
    for (const resource of stack) {
      assert.ok(typeof policy.validateResource === "function");
      const args = resource as unknown as ResourceValidationArgs;
      await policy.validateResource(args, report(policy.name));
    }
  for (const policy of policies.filter(isOfStack)) {
    const args = { resources: stack } as unknown as StackValidationArgs;
    await policy.validateStack(args, report(policy.name));
  }
  return found.sort();
}

const pack = (...exceptions: object[]): Policies =>
  policiesOf({ rules: RULES, exceptions: { exceptions }, now: NOW });

describe("the pack", () => {
  it("has every rule, and last what tells how they went", () => {
    const names = pack().map(({ name }) => name);
    assert.deepEqual(names, [...RULES.map(({ name }) => name), "exceptions-hold", "all-known"]);
  });

  it("leaves no rule to be a remark but the one about values that are not known", () => {
    const levels = pack().map(({ name, enforcementLevel }) => [name, enforcementLevel]);
    assert.deepEqual(
      levels.filter(([, level]) => level !== undefined),
      [["all-known", "advisory"]],
    );
    assert.match(
      readFileSync(join(ROOT, "policy", "index.ts"), "utf8"),
      /enforcementLevel: "mandatory"/,
    );
  });

  it("asks rules of a resource and rules of a stack", async () => {
    assert.deepEqual(await asked(pack(), [LOG_GROUP, BUCKET]), [
      "log-retention-set",
      "s3-bucket-blocks-public-access",
      "s3-bucket-encrypted",
      "s3-bucket-tls-only",
      "s3-bucket-versioned",
    ]);
  });

  it("takes exceptions, and refuses those that do not hold", async () => {
    assert.deepEqual(await asked(pack(EXCEPTION), [LOG_GROUP]), []);
    const expired = { ...EXCEPTION, expires: "2027-02-28" };
    const both = ["exceptions-hold", "log-retention-set"];
    assert.deepEqual(await asked(pack(expired), [LOG_GROUP]), both);
    assert.deepEqual(await asked(pack(EXCEPTION), [BUCKET]).then((all) => all[0]), both[0]);
  });

  it("has a file of exceptions that can be read", () => {
    const document: unknown = parse(readFileSync(join(ROOT, "policy", "exceptions.yaml"), "utf8"));
    assert.ok(Array.isArray((document as { exceptions?: unknown }).exceptions));
  });
});
