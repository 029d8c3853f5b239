import assert from "node:assert/strict";
import type { readWeights, WeightsNow } from "../../../../effects/live-weights";
import { trafficReport } from "../../../../release/command/traffic-report";
import { FakePlace } from "./fake-place";
import { SHIFT, stateOf } from "./samples";

const rule = {
  ruleArn: "arn:rule:1",
  listenerArn: "arn:listener",
  priority: 7,
  paths: ["/*"],
  blueTargetGroupArn: "arn:blue",
  greenTargetGroupArn: "arn:green",
};
/** A stack whose `web` is live in green. */
const STATE = stateOf({
  resources: [
    {
      urn: SHIFT,
      type: "pulumi-nodejs:dynamic/switchyard:TrafficShift",
      outputs: { region: "us-east-1", services: { web: rule } },
    },
  ],
});
const reading =
  (web: WeightsNow | null): typeof readWeights =>
  () =>
    Promise.resolve({ web });

describe("the traffic that status shows", () => {
  it("is as recorded where all of it goes to the live slot", async () => {
    const readWeights = reading({ blue: 0, green: 100, isForeign: false });
    assert.deepEqual(await trafficReport({ readWeights }, STATE), {
      read: true,
      services: { web: { weights: { blue: 0, green: 100 }, elsewhere: false, asRecorded: true } },
    });
  });

  it("is not where a share goes elsewhere, the rule is gone, or does something else", async () => {
    for (const now of [
      { blue: 10, green: 90, isForeign: false },
      { blue: 0, green: 100, isForeign: true },
      null,
    ]) {
      const report = await trafficReport({ readWeights: reading(now) }, STATE);
      assert.ok(report?.read);
      assert.equal(report.services["web"]?.asRecorded, false);
      assert.equal(report.services["web"].elsewhere, now?.isForeign ?? false);
    }
  });

  it("asks for the rules that the state names", async () => {
    const asked: unknown[] = [];
    const readWeightsOf: typeof readWeights = (shifts) => {
      asked.push(shifts["web"]?.ruleArn, shifts["web"]?.rule.listenerArn);
      return Promise.resolve({});
    };
    await trafficReport({ readWeights: readWeightsOf }, STATE);
    assert.deepEqual(asked, ["arn:rule:1", "arn:listener"]);
  });

  it("says why it is not known: nobody to ask, or nothing to ask for", async () => {
    const readWeights = (): Promise<never> =>
      Promise.reject(new Error("reading the live weights: no AWS credentials were found"));
    assert.deepEqual(await trafficReport({ readWeights }, STATE), {
      read: false,
      reason: "reading the live weights: no AWS credentials were found",
    });
    const report = await trafficReport({ readWeights }, stateOf());
    assert.deepEqual(report, { read: false, reason: "the stack's state names no listener rules" });
  });

  it("leaves out workers, which have no rule", async () => {
    const jobs = { live: "blue", worker: true } as const;
    const state = { ...STATE, services: { ...STATE.services, jobs } };
    const readWeights = reading({ blue: 0, green: 100, isForeign: false });
    const report = await trafficReport({ readWeights }, state);
    assert.deepEqual(report, await trafficReport({ readWeights }, STATE));
    assert.ok(report?.read && !("jobs" in report.services));
  });

  it("is none where there are only workers, and asks nobody", async () => {
    const readWeights = (): Promise<never> => Promise.reject(new Error("asked"));
    const services = { jobs: { live: "blue", worker: true } } as const;
    assert.equal(await trafficReport({ readWeights }, { ...STATE, services }), null);
    assert.equal(await trafficReport({ readWeights }, stateOf({ services })), null);
  });

  it("is none where nothing was ever delivered", async () => {
    const readWeights = reading(null);
    assert.equal(await trafficReport({ readWeights }, stateOf({ services: {} })), null);
  });

  it("is in the result for machines too, and fails nothing where it is not known", async () => {
    const fake = new FakePlace();
    fake.stacks.set("stage", STATE);
    const trafficOf = async (): Promise<unknown> => {
      const { code, out } = await fake.call("status", "--stack", "stage", "--json");
      assert.equal(code, 0);
      return (JSON.parse(out) as { stacks: { traffic: unknown }[] }).stacks[0]?.traffic;
    };
    assert.deepEqual(await trafficOf(), { read: false, reason: "nobody reads weights here" });
    fake.readWeights = reading({ blue: 40, green: 60, isForeign: false });
    assert.deepEqual(await trafficOf(), {
      read: true,
      services: { web: { weights: { blue: 40, green: 60 }, elsewhere: false, asRecorded: false } },
    });
  });
});
