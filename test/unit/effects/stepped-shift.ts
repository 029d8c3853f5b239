import assert from "node:assert/strict";
import { mock } from "node:test";
import type { ServiceOutputs } from "../../../effects/service-due";
import { effect, type ShiftOutputs } from "../../../effects/traffic-shift";
import type { AcceptedSlots } from "../../../release/passed-test";
import { allTo } from "../../../release/weights";
import { BLUE, FakeBalancer, GREEN, only, state, TRAFFIC, type Traffic } from "./fake-balancer";
import { StubAws } from "./stub-aws";

export const STEPPED: Traffic = {
  ...TRAFFIC,
  steps: [
    { percent: 10, pauseSeconds: 6 },
    { percent: 50, pauseSeconds: 4 },
    { percent: 100, pauseSeconds: 0 },
  ],
  bakeSeconds: 6,
  alarms: ["failed"],
  watch: ["mine"],
};
export const TO_GREEN: Traffic = { ...STEPPED, live: "green", taskDefinitionArn: "arn:task:2" };
export const OLDS = {
  ...STEPPED,
  ruleArn: "arn:rule:1",
  weights: allTo("blue"),
  proven: { blue: "arn:task:1" },
};

type Olds = Omit<ServiceOutputs, "ruleArn">;

/** What the state keeps of `web`, and what has passed its acceptance test. */
type Done = ServiceOutputs & { readonly accepted: AcceptedSlots | undefined };

function web({ services, accepted }: ShiftOutputs): Done {
  const service = services["web"] ?? assert.fail();
  return { ...service, accepted: accepted?.["web"] };
}

/** A shift in steps, against a clock that is moved by hand. */
export class SteppedShift {
  readonly balancer = new FakeBalancer();
  arn = this.balancer.withRule(allTo("blue"));
  /** With which second of the shift alarms come up. */
  firesAt: Partial<Record<string, number>> = {};
  ailsAt = Infinity;
  seconds = 0;
  /** Weights of green as they were written, with the second. */
  written: [number, number][] = [];
  readonly aws: StubAws;

  constructor() {
    Object.assign(this.balancer.services, { [BLUE]: "web-blue", [GREEN]: "web" });
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const { balancer } = this;
    const { ModifyRule: modify } = balancer.answers;
    this.aws = new StubAws({
      ...balancer.answers,
      ModifyRule: (input) => {
        const answer = modify?.(input);
        this.written.push([this.seconds, balancer.weights(this.arn).green]);
        return answer;
      },
      DescribeTargetHealth: () => ({
        TargetHealthDescriptions: [0, 1].map((id) => ({
          Target: { Id: `10.0.0.${id}`, Port: 8080 },
          TargetHealth: {
            State: id === 0 && this.seconds >= this.ailsAt ? "unhealthy" : "healthy",
          },
        })),
      }),
      DescribeAlarms: ({ AlarmNames }) => ({
        MetricAlarms: (AlarmNames as string[]).map((AlarmName) => {
          const fires = this.seconds >= (this.firesAt[AlarmName] ?? Infinity);
          return {
            AlarmName,
            StateValue: fires ? "ALARM" : "OK",
            StateReason: fires ? "7.5 was greater than 5" : "",
          };
        }),
      }),
    });
  }

  close(): void {
    this.aws.restore();
    mock.timers.reset();
  }

  async shift(news = TO_GREEN, olds: Olds = OLDS, accepted: AcceptedSlots = {}): Promise<Done> {
    const before = { ...state({ ...olds, ruleArn: this.arn }), accepted: { web: accepted } };
    const done = await this.ended(effect.update("traffic", before, only(news)));
    return web(done.outs as ShiftOutputs);
  }

  /** A shift that finds no rule. @param olds what the state knows; nothing of a stack that is new */
  async open(news: Traffic, olds?: Olds): Promise<Done> {
    this.balancer.rules.splice(0);
    if (olds) return this.shift(news, olds);
    const done = await this.ended(effect.create(only(news)));
    return web(done.outs as ShiftOutputs);
  }

  /** Lets the clock run until a shift has ended, a second at a time. */
  private async ended<T>(update: Promise<T>): Promise<T> {
    const over = update.then(
      () => true,
      () => true,
    );
    for (;;) {
      for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate);
      if (await Promise.race([over, Promise.resolve(false)])) return update;
      this.seconds++;
      mock.timers.tick(1000);
    }
  }
}
