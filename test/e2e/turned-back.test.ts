import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import type { StackOutputs } from "../../release/outputs";
import { watchReturn } from "./alarm-watch";
import { Aws, clientConfigOf } from "./aws";
import { edit, plannedChanges, pulumi, started, up } from "./story";

const OWN_ALARM = "orders-too-few";
const OWN_ALARM_ARN = `arn:aws:cloudwatch:us-east-1:111111111111:alarm:${OWN_ALARM}`;
/** A minute of CloudWatch's takes 6 seconds here, so that each pause is long enough for an alarm. */
const delivery = {
  steps: [{ percent: 30, pauseSeconds: 10 }, { percent: 100 }],
  bakeSeconds: 10,
  alarms: { failedPercent: 1, latencySeconds: 1, watch: [OWN_ALARM_ARN] },
};

/** Versions that are healthy and turn out bad under traffic, against a live good one. */
describe("a version that turns out bad under traffic", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let cloudwatch: CloudWatchClient;
  let good: StackOutputs;
  let load: Load | undefined;

  const watch = (kind: string): ReturnType<typeof watchReturn> =>
    watchReturn(stacks.account("stage"), "web", `switchyard-stage-web-green-${kind}`);

  /** An update that is turned back. @returns what it printed */
  const turnedBack = async (): Promise<string> => {
    const { code, output } = await stacks.pulumi("stage", ["up", "--yes", "--skip-preview"]);
    assert.notEqual(code, 0, output);
    assert.doesNotMatch(output, /node_modules|dynamic-provider|effects\//, output);
    assert.deepEqual((await stacks.outputs("stage")).services, good.services, "the record stays");
    assert.deepEqual((await aws.weights()).get("web"), { blue: 100, green: 0 });
    return output;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "turned-back", stacks: ["stage"], timeScale: 0.1 });
    aws = new Aws(stacks.account("stage"));
    cloudwatch = new CloudWatchClient(clientConfigOf(stacks.account("stage")));
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: OWN_ALARM,
        Namespace: "Shop",
        MetricName: "Orders",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "LessThanThreshold",
        TreatMissingData: "ignore",
      }),
    );
    await pulumi(stacks, "stage", "stack", "init");
    const file = join(stacks.workspace.project, "Pulumi.stage.yaml");
    const overrides = { web: { delivery } };
    const text = readFileSync(file, "utf8").replace(
      /^ {2}switchyard:serviceOverrides:\n(?: {4}.*\n)+/m,
      `  switchyard:serviceOverrides: ${JSON.stringify(overrides)}\n`,
    );
    writeFileSync(file, text);
    await up(stacks, "stage");
    good = await stacks.outputs("stage");
    const { port } = stacks.account("stage");
    load = new Load({ port, host: new URL(good.url).host, requestsPerSecond: 60 });
  });

  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("is turned back when 1 in 20 of its answers fail, within 10 seconds of the alarm", async () => {
    // One in four of the requests that web gets is for the page.
    const restore = edit(
      stacks,
      "web/page.ts",
      "): string {",
      "): string {\n  if (Math.random() < 0.2) throw new Error('1 in 5 pages');",
    );
    const watching = watch("failed");
    const output = await turnedBack();
    restore();
    const seconds = await watching.stop();
    assert.match(
      output,
      /web: the traffic could not be moved to green, the weights are back at blue 100 %, green 0 %: the alarm switchyard-stage-web-green-failed fires: Threshold Crossed: /,
    );
    assert.ok(seconds !== undefined && seconds <= 10, `${String(seconds)} s`);
    console.log(`      the weights were back ${seconds.toFixed(1)} s after the alarm`);
  });

  it("is turned back when its answers take too long", async () => {
    const restore = edit(
      stacks,
      "web/routes.ts",
      "handler: (call) => showPage(config, call)",
      "handler: async (call) => { await sleep(1500); return showPage(config, call); }",
    );
    const watching = watch("slow");
    const output = await turnedBack();
    restore();
    const seconds = await watching.stop();
    assert.match(
      output,
      /blue 100 %, green 0 %: the alarm switchyard-stage-web-green-slow fires: /,
    );
    assert.ok(seconds !== undefined && seconds <= 10, `${String(seconds)} s`);
  });

  it("is turned back when targets of it go while it bakes", async () => {
    const restore = edit(
      stacks,
      "web/page.ts",
      "): string {",
      "): string {\n  globalThis.pages = (globalThis.pages ?? 0) + 1;\n  if (globalThis.pages > 40) process.exit(7);",
    );
    const output = await turnedBack();
    restore();
    assert.match(
      output,
      /the weights are back at blue 100 %, green 0 %: (?:it has [01] healthy targets, it needs 2|the alarm \S+-green-(?:failed|unhealthy) fires)/,
    );
  });

  it("is turned back by Ctrl-C, before Pulumi ends", async () => {
    const restore = edit(stacks, "web/page.ts", "version 1", "version 2");
    const update = stacks.pulumi("stage", ["up", "--yes", "--skip-preview"], {
      onStart: (pid) => {
        void (async () => {
          while ((await aws.weights()).get("web")?.["green"] !== 30) await sleep(200);
          process.kill(pid, "SIGINT");
        })();
      },
    });
    const { code, output } = await update;
    restore();
    assert.notEqual(code, 0, output);
    assert.match(
      output,
      /the weights are back at blue 100 %, green 0 %: the update was interrupted/,
    );
    assert.deepEqual((await aws.weights()).get("web"), { blue: 100, green: 0 });
    assert.deepEqual((await stacks.outputs("stage")).services, good.services);
  });

  it("refuses to begin while an alarm of the user's own fires", async () => {
    await cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: OWN_ALARM,
        StateValue: "ALARM",
        StateReason: "0 orders in 5 minutes",
      }),
    );
    const restore = edit(stacks, "web/page.ts", "version 1", "version 2");
    const output = await turnedBack();
    restore();
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: OWN_ALARM, StateValue: "OK", StateReason: "orders" }),
    );
    assert.match(
      output,
      /web: no traffic was moved to green: the alarm orders-too-few fires: 0 orders in 5 minutes; mend/,
    );
  });

  it("leaves the way free for the next good version, which goes step by step", async () => {
    edit(stacks, "web/page.ts", "version 1", "version 3");
    await up(stacks, "stage");
    assert.equal((await stacks.outputs("stage")).services["web"]?.live, "green");
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("has cost no request but those that it answered itself", async () => {
    const { served, failures } = await started(load).stop();
    // 500 is what it answered; 502, and streams that end, what it broke off when it crashed; 504, that
    // nobody was at a crashed task's address any more.
    for (const kind of Object.keys(failures))
      assert.match(kind, /: (?:status 50[024]|answer broken off: aborted)$/);
    assert.ok(served > 1000, `${served} requests`);
    console.log(`      ${served} requests served, ${JSON.stringify(failures)}`);
  });
});
