import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import type { Entry } from "../../release/ledger/entry";
import { shortId } from "../../release/release";
import { heal, killDelivery, problemsAfter } from "../soak/killed-delivery";
import { writeDelivery, writeVersion } from "../soak/sample";
import { Aws } from "./aws";
import { history, pulumi, started, up } from "./story";
import { watchAnswers } from "./watched-answers";

type Figures = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const delivery = { steps: [{ percent: 100 }], bakeSeconds: 0 };
const SECONDS = 3;
const PER_SECOND = 20;

/** Stage's deliveries rehearse their rollback, while a load that knows nothing of it runs. */
describe("a delivery that rehearses its rollback", function () {
  this.timeout(240_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let load: Load | undefined;
  let host = "";

  const releaseId = async (): Promise<string> => (await stacks.outputs("stage")).release.id;
  /** What is on record of a release, by kind. */
  const onRecord = async (release: string): Promise<Map<string, Entry>> => {
    const own = (await history(stacks, "stage")).filter((entry) => entry.release === release);
    return new Map(own.map((entry) => [entry.kind, entry]));
  };
  const figures = (entry: Entry | undefined): Figures => {
    assert.ok(entry, "nothing on record");
    return entry.details?.["services"] as unknown as Figures;
  };
  const webWeights = async (): Promise<string> => {
    const { blue = 0, green = 0 } = (await aws.weights()).get("web") ?? {};
    return `${blue}:${green}`;
  };

  before(async () => {
    stacks = await Stacks.start({ name: "rehearsal", stacks: ["stage"], timeScale: 0.1 });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    writeDelivery(stacks, delivery);
    for (const [key, value] of [
      ["seconds", SECONDS],
      ["requestsPerSecond", PER_SECOND],
    ] as const)
      await pulumi(
        ...([stacks, "stage", "config", "set", "--path"] as const),
        ...[`switchyard:rehearsal.${key}`, String(value)],
      );
    writeVersion(stacks, 1);
    await up(stacks, "stage");
    host = new URL((await stacks.outputs("stage")).url).host;
    load = new Load({ port: stacks.account("stage").port, host, requestsPerSecond: 40 });
  });

  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("says of the first release that nothing is before it, after a load", async () => {
    const found = await onRecord(await releaseId());
    const nothing = { before: "nothing before it" };
    assert.deepEqual(figures(found.get("rehearsed")), { api: nothing, web: nothing });
    for (const each of Object.values(figures(found.get("load")))) {
      assert.ok(Number(each["requests"]) > SECONDS * PER_SECOND * 0.8, JSON.stringify(each));
      assert.equal(each["failed"], 0);
    }
  });

  it("shows it in the preview, goes back and forward, and has it on record with its figures", async () => {
    const first = await releaseId();
    writeVersion(stacks, 2);
    const answers = watchAnswers(stacks.account("stage").port, host);
    const output = await pulumi(stacks, "stage", "up", "--yes");
    const releases = (await answers()).map(({ release }) => release);
    const turns = releases.filter((release, at) => release !== releases[at - 1]);
    assert.match(output, /~\s+\S*RollbackRehearsal\s+switchyard\s+update/);
    const second = await releaseId();
    const [old, next] = [shortId(first), shortId(second)];
    assert.deepEqual(turns, [old, next, old, next]);
    const found = await onRecord(second);
    for (const [name, each] of Object.entries(figures(found.get("rehearsed")))) {
      const { requests, secondsBack, secondsForward, before, dropped, toldBy } = each;
      assert.deepEqual([before, dropped, toldBy], [first, 0, "answers"], name);
      assert.ok(Number(requests) > 3 * SECONDS * PER_SECOND * 0.8);
      assert.ok(Number(secondsBack) < SECONDS && Number(secondsForward) < SECONDS);
      console.log(
        `      ${name}: ${String(requests)} requests, ${String(dropped)} dropped, ` +
          `back in ${String(secondsBack)} s, forward in ${String(secondsForward)} s`,
      );
    }
    assert.deepEqual(await problemsAfter(stacks, 2), []);
  });

  it("killed while the version before has the traffic, is finished and rehearsed by one up", async () => {
    writeVersion(stacks, 3);
    const before = await webWeights();
    let hasMoved = false;
    const seen = await killDelivery(stacks, async () => {
      const now = await webWeights();
      hasMoved ||= now !== before;
      return hasMoved && now === before;
    });
    assert.ok(seen.processes > 1, "it was over before its moment");
    assert.match(seen.underWay.join(), /RollbackRehearsal/);
    assert.equal(await webWeights(), before);
    const { problems } = await heal(stacks, seen, 3);
    assert.deepEqual(problems, []);
    const { web } = figures((await onRecord(await releaseId())).get("rehearsed"));
    assert.equal(web?.["dropped"], 0);
  });

  it("is refused when the version before has gone, with the traffic on the new one and nothing on record", async () => {
    const recorded = await releaseId();
    const before = await webWeights();
    const old = before === "100:0" ? "web-blue" : "web-green";
    writeVersion(stacks, 4);
    const updating = stacks.pulumi("stage", ["up", "--yes", "--skip-preview"]);
    while ((await webWeights()) === before) await sleep(20);
    await aws.scale(old, 0);
    const { code, output } = await updating;
    assert.notEqual(code, 0);
    assert.match(
      output,
      /the rehearsal of the rollback failed: the traffic can't go back: web: (blue|green) has \d healthy targets, it needs 2/,
    );
    assert.match(output, /all traffic is with the new version; look at/);
    assert.notEqual(await webWeights(), before);
    assert.equal(await releaseId(), recorded);
  });

  it("has not cost a single request", async () => {
    const { served, failures } = await started(load).stop();
    assert.deepEqual(failures, {});
    console.log(`      ${served} requests served, 0 failed`);
  });
});
