import assert from "node:assert/strict";
import { Load } from "../../demo/load";
import { Stacks } from "../../demo/stacks";
import {
  heal,
  type Killed,
  killDelivery,
  type Moment,
  problemsAfter,
  problemsSeen,
  undisturbedDelivery,
} from "../soak/killed-delivery";
import { writeDelivery, writeVersion } from "../soak/sample";
import { Aws } from "./aws";
import { pulumi, started } from "./story";

const delivery = { steps: [{ percent: 50, pauseSeconds: 2 }, { percent: 100 }], bakeSeconds: 1 };

/** A few telling moments; `npm run soak -- kills` has them all over a delivery. */
describe("a delivery whose processes are all killed", function () {
  this.timeout(240_000);
  this.bail(true);
  let stacks: Stacks;
  let aws: Aws;
  let load: Load | undefined;
  let version = 1;

  /** Kills the next delivery, and lets one `up` follow. */
  const killed = async (moment: Moment, look = problemsSeen): Promise<Killed> => {
    writeVersion(stacks, ++version);
    const seen = await killDelivery(stacks, moment);
    assert.ok(seen.processes > 1, "it was over before its moment");
    const { seconds, problems } = await heal(stacks, seen, version, look);
    assert.deepEqual(problems, []);
    console.log(
      `      killed in ${seen.underWay.join(", ")}, ${seen.weights}; up ${seconds.toFixed(1)} s`,
    );
    return seen;
  };

  const begun =
    (step: RegExp): Moment =>
    ({ steps }) =>
      steps.some((line) => step.test(line));

  const halfMoved: Moment = async () => (await aws.weights()).get("web")?.["blue"] === 50;

  before(async () => {
    stacks = await Stacks.start({ name: "killed", stacks: ["stage"], timeScale: 0.1 });
    aws = new Aws(stacks.account("stage"));
    await pulumi(stacks, "stage", "stack", "init");
    writeDelivery(stacks, delivery);
    writeVersion(stacks, version);
    await undisturbedDelivery(stacks);
    const { port } = stacks.account("stage");
    const { url } = await stacks.outputs("stage");
    load = new Load({ port, host: new URL(url).host, requestsPerSecond: 40 });
  });

  after(async () => {
    load?.abandon();
    await stacks.stop();
  });

  it("is finished by one up when it was building", async () => {
    await killed(begun(/ImageBuild \S+ (creating|updating)/));
  });

  it("is finished by one up when its tasks were starting", async () => {
    await killed(begun(/SlotReady \S+ (creating|updating)/));
  });

  it("is finished by one up when half of the traffic had moved", async () => {
    assert.match((await killed(halfMoved, problemsAfter)).weights, /web 50\/50/);
  });

  it("has failed no request", async () => {
    const { served, failures } = await started(load).stop();
    assert.deepEqual(failures, {});
    assert.ok(served > 1500, `${served} requests`);
    console.log(`      ${served} requests served, 0 failed`);
  });
});
