import assert from "node:assert/strict";
import fc from "fast-check";
import { clock } from "../../../effects/interruption";
import { effect, type ShiftInputs, type ShiftOutputs } from "../../../effects/traffic-shift";
import { allTo, sameWeights, type Weights } from "../../../release/weights";
import { FakeBalancer, TRAFFIC, type Traffic } from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const NAMES = ["a", "b", "c", "d"];
const service = (name: string, order: number): Traffic => ({
  ...TRAFFIC,
  service: name,
  serviceName: name,
  order,
  priority: 1 + NAMES.indexOf(name),
  paths: [`/${name}`],
  blueTargetGroupArn: `arn:${name}-blue`,
  greenTargetGroupArn: `arn:${name}-green`,
  steps: [
    { percent: 50, pauseSeconds: 0 },
    { percent: 100, pauseSeconds: 0 },
  ],
});
const stack = (services: Record<string, Traffic>): ShiftInputs => ({
  region: "us-east-1",
  services,
});

interface Plan {
  readonly order: number;
  readonly delivers: boolean;
  /** What a hand has left. */
  readonly edited: number | undefined;
}

const plans = fc.array(
  fc.record({
    order: fc.integer({ min: 0, max: 2 }),
    delivers: fc.boolean(),
    edited: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined, freq: 3 }),
  }),
  { minLength: 1, maxLength: NAMES.length },
);

describe("the traffic shift of several services, whatever call fails", () => {
  let balancer: FakeBalancer;
  let aws: StubAws;
  /** Which calls fail, counted from the start of an update. */
  let fails: (call: number) => boolean;
  let calls: number;
  const { pause } = clock;
  const replacePause = (value: typeof clock.pause): void => {
    clock.pause = value;
  };
  beforeEach(() => {
    replacePause(() => Promise.resolve());
  });
  afterEach(() => {
    aws.restore();
    replacePause(pause);
  });

  const begin = async (wanted: readonly Plan[]): Promise<[ShiftOutputs, ShiftInputs]> => {
    balancer = new FakeBalancer();
    [fails, calls] = [() => false, 0];
    const answers = Object.fromEntries(
      Object.entries(balancer.answers).map(([name, answer]) => [
        name,
        (input: Record<string, unknown>) => {
          if (fails(calls++)) throw awsError("InternalFailure", "broken");
          return answer(input);
        },
      ]),
    );
    aws = new StubAws(answers);
    const named = NAMES.slice(0, wanted.length);
    for (const name of named)
      for (const slot of ["blue", "green"])
        balancer.targets[`arn:${name}-${slot}`] = ["healthy", "healthy"];
    const before = Object.fromEntries(
      named.map((name, index) => [name, service(name, wanted[index]?.order ?? 0)]),
    );
    const { outs } = (await effect.create(stack(before))) as { outs: ShiftOutputs };
    for (const [index, { edited }] of wanted.entries()) {
      const groups = rules()[index]?.groups ?? [];
      if (edited === undefined) continue;
      groups.forEach((group, slot) => {
        group.Weight = slot === 0 ? edited : 100 - edited;
      });
    }
    const after = Object.fromEntries(
      named.map((name, index) => [
        name,
        {
          ...service(name, wanted[index]?.order ?? 0),
          ...(wanted[index]?.delivers && {
            live: "green" as const,
            taskDefinitionArn: "arn:task:2",
          }),
        },
      ]),
    );
    calls = 0;
    return [outs, stack(after)];
  };

  /** In the order of the services' names, which is that of their priorities. */
  const rules = (): FakeBalancer["rules"] =>
    balancer.rules.toSorted((one, other) => one.priority - other.priority);
  const weights = (): Weights[] =>
    rules().map(({ groups: [blue, green] }) => ({
      blue: blue?.Weight ?? 0,
      green: green?.Weight ?? 0,
    }));
  const wantedWeights = (news: ShiftInputs): Weights[] =>
    Object.values(news.services).map(({ live }) => allTo(live));
  const isAsWanted = (news: ShiftInputs): boolean =>
    weights().every((now, index) => sameWeights(now, wantedWeights(news)[index] ?? now));

  it("delivers all of it, or leaves none of it with any traffic", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 0, max: 40 }), async (wanted, failing) => {
        const [olds, news] = await begin(wanted);
        fails = (call) => call === failing;
        const isDone = await effect.update("traffic", olds, news).then(
          () => true,
          () => false,
        );
        if (isDone) assert.ok(isAsWanted(news), "done");
        else
          wanted.forEach(({ delivers, edited }, index) => {
            // Nobody has touched what a hand had left, or it was put right.
            const touched = weights()[index]?.green ?? 0;
            if (delivers) assert.ok(touched === 0 || touched === 100 - (edited ?? 100));
          });
        fails = () => false;
        await effect.update("traffic", olds, news);
        assert.ok(isAsWanted(news), "and the next update delivers it");
        aws.restore();
      }),
      { numRuns: 300 },
    );
  }).timeout(300_000);

  it("is delivered by the next update, wherever this one was killed", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 0, max: 40 }), async (wanted, killedAt) => {
        const [olds, news] = await begin(wanted);
        fails = (call) => call >= killedAt;
        await effect.update("traffic", olds, news).catch(() => undefined);
        fails = () => false;
        if (!isAsWanted(news))
          assert.equal((await effect.diff("traffic", olds, news)).changes, true, "it shows");
        const { outs } = (await effect.update("traffic", olds, news)) as { outs: ShiftOutputs };
        assert.ok(isAsWanted(news));
        assert.equal((await effect.diff("traffic", outs, news)).changes, false);
        aws.restore();
      }),
      { numRuns: 300 },
    );
  }).timeout(300_000);
});
