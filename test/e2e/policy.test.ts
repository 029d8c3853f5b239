import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { RunResult } from "../../demo/run";
import { type StackName, Stacks } from "../../demo/stacks";
import { releaseId } from "../../release/release";
import { commands } from "./readme-commands";
import { pulumi } from "./story";

/** What a promotion would have written; a preview does not ask the registry for it. */
const RELEASE = {
  commit: "abc",
  images: { web: `sha256:${"1".repeat(64)}`, api: `sha256:${"2".repeat(64)}` },
};
const REGISTRY = "111111111111.dkr.ecr.us-east-1.amazonaws.com";

describe("the policy pack", function () {
  this.timeout(180_000);
  let stacks: Stacks;
  const [ofStage = "", ofProduction = ""] = commands("docs/guides/policy.md", "How");
  const file = (...names: string[]): string => join(stacks.workspace.project, ...names);

  const preview = (stack: StackName, script: string): Promise<RunResult> =>
    stacks.run(stack, "bash", ["-eu", "-c", script]);

  /** Writes another text into a file until the test is over. */
  const edited = async <T>(
    path: string,
    from: string,
    to: string,
    run: () => Promise<T>,
  ): Promise<T> => {
    const before = readFileSync(path, "utf8");
    assert.ok(before.includes(from), `${path} has no ${from}`);
    writeFileSync(path, before.replace(from, to));
    try {
      return await run();
    } finally {
      writeFileSync(path, before);
    }
  };

  before(async () => {
    stacks = await Stacks.start({ name: "policy" });
    const stackFile = file("Pulumi.production.yaml");
    const settings = parseDocument(readFileSync(stackFile, "utf8"));
    const release = { id: releaseId(RELEASE), registry: REGISTRY, ...RELEASE };
    settings.setIn(["config", "switchyard:release"], settings.createNode(release));
    writeFileSync(stackFile, settings.toString());
    for (const stack of ["stage", "production"] as const)
      await pulumi(stacks, stack, "stack", "init");
  });

  after(() => stacks.stop());

  for (const [stack, script] of [
    ["stage", ofStage],
    ["production", ofProduction],
  ] as const)
    it(`has nothing against a preview of ${stack}, and says what that could not tell`, async () => {
      const { code, output } = await preview(stack, script);
      assert.equal(code, 0, output);
      assert.match(output, /switchyard@v\d\S* \(local: policy\)/);
      assert.doesNotMatch(output, /\[mandatory\]|can't run policy/);
      assert.match(output, /\[advisory\] +all-known/);
      assert.match(output, /not looked at, by .*image-by-digest \(2\)/);
      // What is known of the load balancer, the repositories and the alarms before they are there.
      assert.doesNotMatch(output, /load-balancer-drops|ecr-tags-immutable|live-slot-has-alarms/);
    });

  it("refuses what breaks a rule: with the rule, what was found, and what to do", async () => {
    const { code, output } = await edited(
      file("components", "load-balancer.ts"),
      "dropInvalidHeaderFields: true",
      "dropInvalidHeaderFields: false",
      () => preview("stage", ofStage),
    );
    assert.notEqual(code, 0, output);
    assert.match(output, /\[mandatory\] +load-balancer-drops-invalid-headers/);
    assert.match(
      output,
      /switchyard: dropInvalidHeaderFields: found false; allowed: true; set dropInvalidHeaderFields/,
    );
    assert.equal(output.match(/\[mandatory\]/g)?.length, 1, output);
  });

  it("refuses an exception that has expired, and one that nothing needs", async () => {
    const exceptions = [
      {
        rule: "ecr-tags-immutable",
        resource: "aws:ecr/repository:Repository web",
        reason: "a reason that was a good one once",
        expires: "2020-01-31",
      },
      {
        rule: "log-retention-set",
        resource: "aws:cloudwatch/logGroup:LogGroup web",
        reason: "nobody needs it, which the pack finds",
        expires: new Date().toISOString().slice(0, 10),
      },
    ];
    const { code, output } = await edited(
      file("policy", "exceptions.yaml"),
      "exceptions: []",
      `exceptions: ${JSON.stringify(exceptions)}`,
      () => preview("stage", ofStage),
    );
    assert.notEqual(code, 0, output);
    assert.match(output, /ecr-tags-immutable: expires: found 2020-01-31, which is over/);
    assert.match(output, /log-retention-set for \S+ web matches nothing that breaks the rule/);
  });
});
