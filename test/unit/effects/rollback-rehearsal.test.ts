import assert from "node:assert/strict";
import { pause } from "../../../effects/interruption";
import { Rehearsal } from "../../../effects/rehearsal";
import {
  effect,
  type RehearsalInputs,
  type RehearsalOutputs,
} from "../../../effects/rollback-rehearsal";
import {
  effect as shift,
  type ShiftInputs,
  type ShiftOutputs,
} from "../../../effects/traffic-shift";
import { AnsweringBalancer } from "./answering-balancer";
import { BLUE, FakeBalancer, GREEN, TO_GREEN, TRAFFIC, type Traffic } from "./fake-balancer";
import { FakeScaling } from "./fake-scaling";
import { type Answer, awsError, StubAws } from "./stub-aws";

const region = "us-east-1";
const [API_BLUE, API_GREEN] = ["arn:api-blue", "arn:api-green"];
const apiOf = (web: Traffic): Traffic => ({
  ...web,
  ...{ service: "api", serviceName: "api", priority: 3, paths: ["/orders"] },
  ...{ blueTargetGroupArn: API_BLUE, greenTargetGroupArn: API_GREEN },
});
const both = (web: Traffic): ShiftInputs["services"] => ({ web, api: apiOf(web) });
/** As the program declares the traffic of a second version. */
const SHIFTED: Traffic = { ...TO_GREEN, from: "blue" };

const QUICK = { seconds: 0.25, requestsPerSecond: 200, latencySeconds: 2 };
const inputs = (
  traffic: ShiftInputs["services"],
  changes: Partial<RehearsalInputs["services"][string]> = { before: "first" },
): RehearsalInputs => ({
  ...{ region, settings: QUICK, url: "http://balancer.example" },
  services: Object.fromEntries(
    Object.entries(traffic).map(([name, each]) => {
      const path = name === "api" ? "/orders" : "/version";
      return [name, { ...each, asked: { path, status: 200 }, ...changes }];
    }),
  ),
});
const SECOND = inputs(both(SHIFTED));

describe("a rehearsal of the rollback", () => {
  let balancer: FakeBalancer;
  let traffic: AnsweringBalancer;
  let aws: StubAws;
  let shifted: ShiftOutputs;
  let done: RehearsalOutputs;
  const { log } = console;

  /** A first version is live, and then a second one has got all traffic. */
  beforeEach(async () => {
    console.log = () => undefined;
    balancer = new FakeBalancer();
    for (const group of [BLUE, GREEN, API_BLUE, API_GREEN])
      balancer.targets[group] = ["healthy", "healthy"];
    traffic = new AnsweringBalancer(balancer);
    await traffic.start();
    aws = new StubAws({ ...balancer.answers, AddTags: () => ({}) });
    const first = (await shift.create({ region, services: both(TRAFFIC) })).outs as ShiftOutputs;
    const none = inputs(both(TRAFFIC), {});
    done = (await effect.create(none)).outs as RehearsalOutputs;
    const news = { region, services: both(SHIFTED) };
    shifted = (await shift.update("traffic", first, news)).outs as ShiftOutputs;
    aws.calls.length = 0;
    traffic.seen.length = 0;
  });
  afterEach(async () => {
    console.log = log;
    aws.restore();
    await traffic.stop();
  });

  const rehearse = async (news = SECOND): Promise<RehearsalOutputs["rehearsed"]> =>
    ((await effect.update("rehearsal", done, news)).outs as RehearsalOutputs).rehearsed;
  const live = (): string => balancer.rules.map(({ groups }) => groups[0]?.Weight).join();
  const writes = (): number => aws.inputsOf("ModifyRule").length;
  const isDue = async (news: RehearsalInputs, olds = done): Promise<boolean | undefined> =>
    (await effect.diff("rehearsal", olds, news)).changes;

  it("sends all traffic back by one write a service, and forward again, and says what it came to", async () => {
    assert.equal(await isDue(SECOND), true);
    const { web, api } = await rehearse();
    assert.ok(web?.rollback && api?.rollback);
    for (const name of ["web", "api"])
      assert.deepEqual(traffic.turns(name), ["green", "blue", "green"]);
    assert.equal(writes(), 4);
    assert.equal(live(), "0,0");
    const { requests, secondsBack = 9, secondsForward = 9, ...others } = web.rollback;
    assert.deepEqual(others, { before: "first", dropped: 0, toldBy: "answers" });
    assert.ok(secondsBack < 5 && secondsForward < 5);
    assert.equal(requests, traffic.seen.filter(({ service }) => service === "web").length - 1);
    assert.deepEqual([web.version, web.path, web.load.failed], ["arn:task:2", "/version", 0]);
    assert.equal(traffic.host, "balancer.example");
    const [tag] = aws.inputsOf("AddTags").slice(-1) as { Tags: { Value: string }[] }[];
    assert.match(
      tag?.Tags[0]?.Value ?? "",
      /^rehearsal 20\S+ of a rollback: forward from blue to green$/,
    );
  });

  it("is made once of a version, and again of the next", async () => {
    const olds = { ...SECOND, rehearsed: await rehearse() };
    assert.equal(await isDue(SECOND, olds), false);
    assert.equal(await isDue(inputs(both(TO_GREEN)), olds), false);
    const third = both({ ...TRAFFIC, from: "green", taskDefinitionArn: "arn:task:3" });
    assert.equal(await isDue(inputs(third), olds), true);
    assert.equal(await isDue(inputs(third, { before: "second", returns: true }), olds), false);
  });

  it("is a load alone where there is nothing before, and moves nothing", async () => {
    const { web } = await rehearse(inputs(both(TO_GREEN), { isNew: true }));
    assert.ok(web && web.load.requests > 0);
    assert.equal(web.rollback, undefined);
    assert.equal(writes(), 0);
  });

  it("believes the weights where answers do not say who gave them", async () => {
    traffic.says = false;
    const { web } = await rehearse();
    assert.equal(web?.rollback?.toldBy, "weights");
  });

  it("gives all traffic to the new version at once when the one before drops a request", async () => {
    let dropped = 0;
    traffic.behave = (response, { service, slot }) => {
      if (service !== "api" || slot !== "blue") return false;
      dropped ||= performance.now();
      response.destroy();
      return true;
    };
    const long = { ...SECOND, settings: { ...QUICK, seconds: 4 } };
    await assert.rejects(
      rehearse(long),
      /^Error: the rehearsal of the rollback failed: api: \d+ of \d+ requests were dropped: \d+ times ECONNRESET\nall traffic is with the new version; look at .*, then run the update again$/,
    );
    assert.ok(performance.now() - dropped < 3500, "it did not stay there for its four seconds");
    assert.equal(live(), "0,0");
  });

  it("takes an answer of 500 for a dropped request", async () => {
    traffic.behave = (response, { slot }) => {
      if (slot === "blue") response.statusCode = 503;
      return false;
    };
    await assert.rejects(rehearse(), /web: \d+ of \d+ requests were dropped: \d+ times status 503/);
    assert.equal(live(), "0,0");
  });

  it("is refused where the version before has not the tasks, and moves nothing", async () => {
    balancer.targets[API_BLUE] = ["healthy"];
    await assert.rejects(
      rehearse(),
      /^Error: the rehearsal of the rollback failed: the traffic can't go back: api: blue has 1 healthy targets, it needs 2\nall traffic is with the new version;/,
    );
    assert.equal(writes(), 0);
  });

  it("is refused where the new version is not well, or an alarm fires", async () => {
    balancer.targets[GREEN] = ["healthy", "unhealthy"];
    await assert.rejects(
      rehearse(),
      /failed: it has 1 .*\nthe traffic stays with the new version/s,
    );
    balancer.targets[GREEN] = ["healthy", "healthy"];
    aws.on("DescribeAlarms", () => ({
      MetricAlarms: [{ AlarmName: "user", StateValue: "ALARM" }],
    }));
    await assert.rejects(rehearse(inputs(both({ ...SHIFTED, watch: ["user"] }))), /user/);
    assert.equal(writes(), 0);
  });

  it("leaves the traffic where it answers when it can't come forward, and the next update heals it", async () => {
    traffic.behave = (_response, { slot }) => {
      // While the version before answers, the tasks of the new one go.
      if (slot === "blue") balancer.targets[GREEN] = [];
      return false;
    };
    await assert.rejects(
      rehearse(),
      /the traffic can't go forward: web: green has 0 healthy targets, it needs 2\nnot all traffic is with the new version/,
    );
    assert.equal(live(), "100,100");
    traffic.behave = () => false;
    balancer.targets[GREEN] = ["healthy", "healthy"];
    await heal();
  });

  /** The same, without what Pulumi keeps of it. */
  const rehearsal = (wait: (seconds: number) => Promise<void>): Promise<unknown> =>
    new Rehearsal(SECOND, Object.keys(SECOND.services), wait).run();
  const interrupted = (): Promise<never> => Promise.reject(new Error("the update was interrupted"));

  it("waits for a load balancer that nobody reaches, and moves nothing", async () => {
    await traffic.stop();
    await assert.rejects(
      rehearsal(interrupted),
      /interrupted\nthe traffic stays with the new version/,
    );
    assert.equal(writes(), 0);
    await traffic.start();
  });

  it("comes forward again when the update is interrupted in its midst", async () => {
    const wait = (seconds: number): Promise<void> =>
      live() === "100,100" ? interrupted() : pause(seconds);
    await assert.rejects(rehearsal(wait), /interrupted\nall traffic is with the new version/);
    assert.equal(live(), "0,0");
    assert.equal(writes(), 4);
  });

  /** What the next update does: the shift first, then the rehearsal. */
  async function heal(): Promise<void> {
    const news = { region, services: both(SHIFTED) };
    const { changes } = await shift.diff("traffic", shifted, news);
    assert.equal(changes, live() !== "0,0", "a shift is due where the traffic is elsewhere");
    if (changes) await shift.update("traffic", shifted, news);
    assert.equal(live(), "0,0");
    assert.equal(await isDue(SECOND), true);
    const { web } = await rehearse();
    assert.equal(web?.rollback?.dropped, 0);
    assert.equal(live(), "0,0");
  }

  it("is healed by one update, after whichever call it was killed", async () => {
    const ends = new Set<string>();
    const news = { region, services: both(SHIFTED) };
    const all: Record<string, Answer> = { ...balancer.answers, AddTags: () => ({}) };
    let wasKilled = true;
    for (let left = 0; wasKilled; left++) {
      let calls = 0;
      aws.restore();
      const counted = Object.entries(all).map(([name, answer]): [string, Answer] => [
        name,
        (input) => {
          if (calls++ >= left) throw awsError("Killed");
          return answer(input);
        },
      ]);
      aws = new StubAws(Object.fromEntries(counted));
      // Too short for a verdict: what counts is where each of its calls leaves the traffic.
      const fast = { ...SECOND, settings: { ...QUICK, seconds: 0.02 } };
      await rehearse(fast).catch(() => undefined);
      wasKilled = calls > left;
      ends.add(live());
      aws.restore();
      aws = new StubAws(all);
      if ((await shift.diff("traffic", shifted, news)).changes)
        await shift.update("traffic", shifted, news);
      assert.equal(live(), "0,0", `killed after ${left} calls`);
    }
    assert.ok(ends.has("0,0") && ends.has("100,100"), "it was killed on both sides");
    await heal();
  });

  it("lets neither version give tasks back meanwhile, and the new one afterwards", async () => {
    const scaling = new FakeScaling();
    for (const name of ["web-blue", "web-green"]) scaling.register(name);
    Object.assign(balancer.services, { [BLUE]: "web-blue", [GREEN]: "web-green" });
    for (const [name, answer] of Object.entries(scaling.answers)) aws.on(name, answer);
    const suspended: unknown[] = [];
    aws.on("ModifyRule", (input) => {
      suspended.push(["web-blue", "web-green"].map((name) => scaling.suspended(name)));
      return balancer.answers["ModifyRule"]?.(input);
    });
    const clusterArn = "arn:aws:ecs:us-east-1:111111111111:cluster/cluster";
    const web = { ...SHIFTED, scales: true, serviceName: "web-green", clusterArn };
    await rehearse(inputs({ web }));
    assert.equal(suspended.length, 2);
    for (const each of suspended) assert.deepEqual(each, [["in"], ["in"]]);
    assert.deepEqual(scaling.suspended("web-green"), []);
    assert.deepEqual(scaling.suspended("web-blue"), ["in"]);
  });
});
