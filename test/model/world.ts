import assert from "node:assert/strict";
import { mock } from "node:test";
import type { ShiftInputs } from "../../effects/traffic-shift";
import type { GuardedService } from "../../effects/standby-guard";
import { askedTasks } from "../../release/capacity";
import type { ShiftStep } from "../../release/shift-plan";
import { assignSlots, otherSlot, type Slot } from "../../release/slots";
import { allTo, type Weights } from "../../release/weights";
import type { Standby } from "../../settings/types";
import { FakeBalancer, RULE } from "../unit/effects/fake-balancer";
import { type Answer, awsError, StubAws } from "../unit/effects/stub-aws";
import { assertAfter, type Content, type Run } from "./after";
import { accountOf } from "./account";
import { declared, type Name, type Planned, type Release } from "./declared";
import { Effects } from "./effects";
import { FORGETS_AFTER_SECONDS, ModelService } from "./service";

const NAMES = ["web", "api"] as const;

/**
 * A stack and its account, as far as deliveries change them: the effects are the real ones, and so is the
 * assignment of slots; the order is that of the program. At each write of the weights it is asserted that
 * traffic goes to nothing that was never ready.
 */
export class World {
  settings: {
    steps: readonly ShiftStep[];
    bakeSeconds: number;
    tasks: number;
    standby: Standby;
    /** Whether both services shift at once, or `api` before `web`. */
    together: boolean;
  } = {
    steps: [
      { percent: 20, pauseSeconds: 6 },
      { percent: 100, pauseSeconds: 0 },
    ],
    bakeSeconds: 6,
    tasks: 2,
    standby: "warm",
    together: true,
  };
  userAlarmFires = false;
  /** A killed run leaves the stack locked. */
  isLocked = false;
  readonly balancer = new FakeBalancer();
  readonly services: Readonly<Record<Name, ModelService>> = {
    web: new ModelService("web", 7, this.balancer),
    api: new ModelService("api", 3, this.balancer),
  };
  private readonly aws: StubAws;
  private readonly effects: Effects;
  /** Whether a hand has moved traffic since the last update that succeeded. */
  private isEdited = false;
  /** What was live when all traffic of an update had last been moved. */
  private whole: string | undefined;
  private begun: string | undefined;
  /** Whether this run has come as far as to move traffic. */
  private shiftBegan = false;
  private violation: Error | undefined;
  private clock = 0;
  private callsLeft = Infinity;
  private interruptAt = Infinity;

  constructor() {
    mock.timers.enable({ apis: ["Date"] });
    const { CreateRule: create, ModifyRule: modify, ...answers } = this.balancer.answers;
    const writing = (answer: typeof create) => (input: Record<string, unknown>) => {
      const result = answer?.(input);
      if (input["Actions"] !== undefined) this.lookAtTraffic(input);
      return result;
    };
    const counted = { ...answers, CreateRule: writing(create), ModifyRule: writing(modify) };
    this.aws = new StubAws(
      Object.fromEntries(
        Object.entries({ ...counted, ...this.account() }).map(([name, answer]) => [
          name,
          (input: Record<string, unknown>) => {
            this.spendCall();
            return answer(input);
          },
        ]),
      ),
    );
    this.effects = new Effects((seconds) => {
      this.pass(seconds);
    });
  }

  close(): void {
    this.aws.restore();
    this.effects.restore();
    mock.timers.reset();
  }

  private get all(): ModelService[] {
    return Object.values(this.services);
  }

  /** Which slot has how much of each service's traffic. */
  get weights(): string {
    return JSON.stringify(this.all.map(({ weights }) => weights));
  }

  get recorded(): Release | undefined {
    const [web, api] = NAMES.map((name) => this.services[name].record);
    return web && api && { web: web[web.live] as Content, api: api[api.live] as Content };
  }

  /** As it is where all traffic goes to what the record calls live. */
  get recordedWeights(): string {
    return JSON.stringify(this.all.map(({ record }) => record && allTo(record.live)));
  }

  private account(): Readonly<Record<string, Answer>> {
    return accountOf(this.services, (alarm, service, slot) =>
      alarm === "user" ? this.userAlarmFires : service?.fires(slot, this.clock) === true,
    );
  }

  /** A call of a process that was killed never happens. */
  private spendCall(): void {
    if (this.callsLeft-- <= 0) throw awsError("Killed");
  }

  /** Time passes, and traffic shows what a version is worth. */
  private pass(seconds: number): void {
    this.spendCall();
    this.clock += seconds;
    mock.timers.tick(seconds * 1000);
    for (const service of this.all) service.pass(seconds, this.clock);
    if (this.clock >= this.interruptAt) throw new Error("the update was interrupted");
  }

  /** An effect takes what is thrown in its midst for a failure of AWS: what was seen is kept for the end. */
  private lookAtTraffic({ RuleArn, Priority }: Record<string, unknown>): void {
    const rule = this.balancer.rules.find(({ arn }) => arn === RuleArn);
    try {
      this.all.find(({ priority }) => priority === (Priority ?? rule?.priority))?.assertServed();
    } catch (error) {
      this.violation ??= error as Error;
    }
  }

  /** Puts a version into a slot, where it gets healthy, as the proof of a slot makes sure; or takes it out. */
  private place(
    service: ModelService,
    slot: Slot,
    content: Content | undefined,
    isLive: boolean,
  ): void {
    if (service.slots[slot]?.content !== content) {
      this.spendCall();
      this.assertFree(service, slot);
      service.put(slot, content);
    }
    service.prove(slot, askedTasks(isLive, this.settings), () => {
      this.spendCall();
    });
  }

  private assertFree(service: ModelService, slot: Slot): void {
    // A hand may give traffic to a slot between two runs, where nothing looks before the content changes.
    // After a first update that failed late there is no other slot to take the traffic.
    if (this.isEdited || !service.record) return;
    assert.equal(service.weights[slot], 0, `${slot} changes while it has traffic`);
    this.assertWhole("while a slot changes");
  }

  /** What is live is what was so when this run began, or as a whole what was so when another one ended. */
  private assertWhole(when: string): void {
    const wholes = [this.begun, this.whole, this.recordedWeights];
    assert.ok(
      wholes.includes(this.weights),
      `${when} a part of a release is live: ${this.weights}`,
    );
  }

  /** Long enough for every alarm to have fallen silent that nothing keeps awake. */
  rest(): void {
    this.clock += 2 * FORGETS_AFTER_SECONDS;
  }

  /** Replaces the tasks that ail, which helps for a while. */
  mendTasks(): void {
    for (const { slots } of this.all)
      for (const held of Object.values(slots)) if (held) held.exposed = 0;
  }

  editWeights(name: Name, weights: Weights): void {
    this.isEdited = true;
    this.services[name].editWeights(weights);
  }

  scale(name: Name, slot: Slot, tasks: number): void {
    const service = this.services[name];
    if (service.slots[slot]) service.desired[slot] = tasks;
  }

  /** One `pulumi up`, killed after so many calls or interrupted after so many seconds. */
  async deliver(
    desired: Release,
    { killAfter = Infinity, interruptAfter = Infinity, othersFail = false } = {},
  ): Promise<Run> {
    if (this.isLocked) return { result: "refused" };
    const planned = NAMES.map((name) => {
      const service = this.services[name];
      const next = assignSlots(service.record, desired[name]);
      const again = assignSlots(service.record, desired[name]);
      assert.deepEqual(again, next, "the same inputs give the same plan");
      return { name, service, next, before: service.snapshot() };
    });
    const wasRecorded = this.recorded !== undefined;
    this.begun = this.weights;
    this.shiftBegan = false;
    this.callsLeft = killAfter;
    this.interruptAt = this.clock + interruptAfter;
    let result: Run["result"] = "done";
    try {
      await this.update(planned);
      if (othersFail) result = "late";
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      result = this.callsLeft < 0 ? "killed" : "failed";
    } finally {
      this.callsLeft = Infinity;
      this.interruptAt = Infinity;
    }
    if (this.violation) throw this.violation;
    const homesAnswer = planned.every(({ service, before }) => service.homeAnswers(before));
    for (const { service, next, before } of planned) {
      const { record } = service;
      const plan = { ...this.settings, record, next, shiftBegan: this.shiftBegan, homesAnswer };
      assertAfter(result, plan, before, service.snapshot());
    }
    if (result === "failed" && wasRecorded && !this.isEdited) this.assertWhole("after a failure");
    if (result === "done") {
      for (const { service, next } of planned) service.record = next;
      this.isEdited = false;
    }
    if (result === "killed") this.isLocked = true;
    return { result };
  }

  private async update(planned: readonly Planned[]): Promise<void> {
    const { region } = RULE;
    const ruleOf = (each: Planned) => declared(each, this.settings);
    const guarded = planned.map((each): [string, GuardedService] => {
      const { blue, green } = each.next;
      const contents = { ...(blue && { blue }), ...(green && { green }) };
      return [each.name, { ...ruleOf(each), contents }];
    });
    await this.effects.guard({ region, services: Object.fromEntries(guarded) });
    for (const { service, next } of planned) this.place(service, next.live, next[next.live], true);
    const shifted = planned.map((each): [string, ShiftInputs["services"][string]] => {
      const { service, next, name } = each;
      const held = service.slots[next.live];
      assert.ok(held);
      return [
        name,
        {
          ...ruleOf(each),
          ...this.settings,
          taskDefinitionArn: held.taskDefinitionArn,
          serviceName: `${name}-${next.live}`,
          alarms: [`${name}-${next.live}`],
          watch: ["user"],
          image: "repository@digest",
        },
      ];
    });
    this.shiftBegan = true;
    await this.effects.shift({ region, services: Object.fromEntries(shifted) });
    this.whole = this.weights;
    for (const { service, next } of planned) {
      const held = service.slots[next.live];
      assert.ok(held);
      if (service.record && !held.hasServed)
        assert.ok(
          held.exposed >= this.settings.bakeSeconds,
          `${held.content} is live and was not watched`,
        );
      held.hasServed = true;
    }
    for (const { service, next } of planned)
      this.place(service, otherSlot(next.live), next[otherSlot(next.live)], false);
  }
}
