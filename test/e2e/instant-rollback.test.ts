import {
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Load } from "../../demo/load";
import type { RunResult } from "../../demo/run";
import { Stacks } from "../../demo/stacks";
import { TRAFFIC_TAG } from "../../effects/move-traffic";
import type { StackOutputs } from "../../release/outputs";
import { shortId } from "../../release/release";
import { Aws, clientConfigOf } from "./aws";
import { edit, plannedChanges, pulumi, started, up } from "./story";
import { watchAnswers } from "./watched-answers";

const ROLLBACK = ["run", "release", "--", "rollback", "--stack", "stage", "--up", "--yes"];

/** The way back to a slot that is still warm: weights first, the stack afterwards. */
describe("a rollback to a warm slot", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let first: StackOutputs;
  let second: StackOutputs;
  let load: Load | undefined;

  const slotsWithAll = async (): Promise<string> => {
    const weights = [...(await aws.weights()).entries()].sort();
    return weights.map(([name, each]) => `${name} ${each["blue"]}:${each["green"]}`).join(", ");
  };
  const both = (weights: string): string => `api ${weights}, web ${weights}`;

  /** Looks at the weights until it is stopped. @returns what they were, one after the other */
  const watchWeights = (): { readonly seen: string[]; readonly stop: () => Promise<string[]> } => {
    const seen: string[] = [];
    const state = { stopped: false };
    const watching = (async () => {
      while (!state.stopped) {
        const now = await slotsWithAll();
        if (seen.at(-1) !== now) seen.push(now);
        await sleep(50);
      }
    })();
    return {
      seen,
      stop: async () => {
        state.stopped = true;
        await watching;
        return seen;
      },
    };
  };

  const locks = (): string[] => {
    const folder = join(stacks.workspace.home, "state/.pulumi/locks/organization/switchyard/stage");
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  const noteOf = async (service: string): Promise<string | undefined> => {
    const arn = await aws.ruleOf(service);
    const client = new ElasticLoadBalancingV2Client(clientConfigOf(stacks.account("stage")));
    const answer = await client.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    const tags = answer.TagDescriptions?.[0]?.Tags ?? [];
    return tags.find(({ Key }) => Key === TRAFFIC_TAG)?.Value;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "instant-rollback", stacks: ["stage"] });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    await up(stacks, "stage");
    first = await stacks.outputs("stage");
    edit(stacks, "web/page.ts", "version 1", "version 2");
    edit(stacks, "api/main.ts", /$/, "\nprocess.title = 'second';\n");
    await up(stacks, "stage");
    second = await stacks.outputs("stage");
    assert.notEqual(first.release.images["api"], second.release.images["api"]);
    const { port } = stacks.account("stage");
    load = new Load({ port, host: new URL(first.url).host, requestsPerSecond: 60 });
  });

  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("is refused while an update runs, and touches nothing", async () => {
    const updating = up(stacks, "stage");
    while (locks().length === 0) await sleep(50);
    const { code, output } = await stacks.run("stage", "npm", ROLLBACK);
    assert.equal(code, 3, output);
    assert.match(output, /refused: stage is being updated by \S+ \(process \d+\)/);
    assert.doesNotMatch(output, /is now pinned/);
    await updating;
    assert.equal(await slotsWithAll(), both("0:100"));
  });

  it("moves both services' traffic by one write each, and the update finds it done", async () => {
    const weights = watchWeights();
    const answers = watchAnswers(stacks.account("stage").port, new URL(first.url).host);
    const began = performance.now();
    const moved: number[] = [];
    const { code, output } = await stacks.run("stage", "npm", ROLLBACK, {
      onLine: (line) => {
        if (line.startsWith("traffic moved")) moved.push(performance.now());
      },
    });
    const updated = performance.now();
    assert.equal(code, 0, output);
    assert.match(output, /traffic moved: api from green to blue, web from green to blue; written/);
    const bad = shortId(second.release.id);
    const last = (await answers()).findLast(({ release }) => release === bad);
    assert.ok(last, "the bad version gave no answer");
    assert.ok(last.asked < (moved[0] ?? NaN), "no answer of the bad version after it was said");
    assert.deepEqual(new Set(await weights.stop()).size, weights.seen.length, "back and forth");
    assert.deepEqual([weights.seen[0], weights.seen.at(-1)], [both("0:100"), both("100:0")]);
    const outputs = await stacks.outputs("stage");
    assert.equal(outputs.release.id, first.release.id);
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
    assert.match(
      (await noteOf("web")) ?? "",
      /^rollback 20\S+ by \S+ from \w{12} green to \w{12} blue$/,
    );
    const seconds = (until: number): string => ((until - began) / 1000).toFixed(2);
    console.log(`      ${/written and read back.*/.exec(output)?.[0] ?? ""}`);
    console.log(
      `      last answer of the bad version after ${seconds(last.answered)} s, all done after ${seconds(updated)} s`,
    );
  });

  it("killed right after its write, is finished by one update in the same direction", async () => {
    const weights = watchWeights();
    while (weights.seen.length === 0) await sleep(10);
    const killed: RunResult = await stacks.run("stage", "npm", ROLLBACK, {
      onStart: (pid) => {
        void (async () => {
          while (weights.seen.at(-1) !== both("0:100")) await sleep(5);
          process.kill(-pid, "SIGKILL");
        })();
      },
    });
    assert.notEqual(killed.code, 0, killed.output);
    assert.deepEqual(locks(), [], "the update had not begun");
    await up(stacks, "stage");
    assert.deepEqual(new Set(await weights.stop()).size, weights.seen.length, "back and forth");
    assert.equal(await slotsWithAll(), both("0:100"));
    assert.equal((await stacks.outputs("stage")).release.id, second.release.id);
  });

  it("goes by the update where the standby has too few tasks, and says so", async () => {
    await aws.scale("web-blue", 1);
    while ((await aws.tasks()).filter(({ family }) => family.endsWith("web-blue")).length > 1)
      await sleep(100);
    await sleep(1000);
    const { code, output } = await stacks.run("stage", "npm", ROLLBACK);
    assert.equal(code, 0, output);
    assert.match(output, /note: the traffic is left to the update: web: blue has 1 healthy/);
    assert.equal(await slotsWithAll(), both("100:0"));
    assert.equal((await stacks.outputs("stage")).release.id, first.release.id);
  });

  it("has not cost a single request", async () => {
    const { served, failed, failures } = await started(load).stop();
    assert.deepEqual(failures, {});
    assert.equal(failed, 0);
    console.log(`      ${served} requests served, ${failed} failed`);
  });
});
