import assert from "node:assert/strict";
import { mock } from "node:test";
import type { ShiftInputs } from "../../effects/traffic-shift";
import { askedTasks } from "../../release/capacity";
import type { ShiftStep } from "../../release/shift-plan";
import { assignSlots, otherSlot, type Slot, SLOTS, type SlotState } from "../../release/slots";
import type { Weights } from "../../release/weights";
import type { Standby } from "../../settings/types";
import { BLUE, FakeBalancer, GREEN, RULE } from "../unit/effects/fake-balancer";
import { awsError, StubAws } from "../unit/effects/stub-aws";
import { assertAfter, type Content, type Held, type Run, type Snapshot } from "./after";
import { Effects } from "./effects";

const group = (slot: Slot): string => (slot === "blue" ? BLUE : GREEN);
/** How long a bad version serves before it shows. */
const SHOWS_AFTER_SECONDS = 3;
/** How long an alarm fires on after what it looks at is over. */
const FORGETS_AFTER_SECONDS = 40;

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
  } = {
    steps: [
      { percent: 20, pauseSeconds: 6 },
      { percent: 100, pauseSeconds: 0 },
    ],
    bakeSeconds: 6,
    tasks: 2,
    standby: "warm",
  };
  userAlarmFires = false;
  /** A killed run leaves the stack locked. */
  isLocked = false;
  /** What the stack exported after its last successful update. */
  record: SlotState<Content> | undefined;
  readonly balancer = new FakeBalancer();
  private readonly aws: StubAws;
  private readonly effects: Effects;
  private readonly slots: Record<Slot, Held | undefined> = { blue: undefined, green: undefined };
  private readonly silentAt: Record<Slot, number> = { blue: 0, green: 0 };
  private readonly desired: Record<Slot, number> = { blue: 0, green: 0 };
  /** What each slot was last proved with, as the state keeps it. */
  private readonly proofs: Record<Slot, string> = { blue: "", green: "" };
  /** Whether a hand has moved traffic since the last update that succeeded. */
  private isEdited = false;
  private violation: Error | undefined;
  private registered = 0;
  private clock = 0;
  private callsLeft = Infinity;
  private interruptAt = Infinity;

  constructor() {
    mock.timers.enable({ apis: ["Date"] });
    const { CreateRule: create, ModifyRule: modify, ...answers } = this.balancer.answers;
    const writing = (answer: typeof create) => (input: Record<string, unknown>) => {
      const result = answer?.(input);
      if (input["Actions"] !== undefined) this.lookAtTraffic();
      return result;
    };
    const counted = { ...answers, CreateRule: writing(create), ModifyRule: writing(modify) };
    this.aws = new StubAws(
      Object.fromEntries(
        Object.entries({ ...counted, ...this.observed() }).map(([name, answer]) => [
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

  private observed(): Record<string, (input: Record<string, unknown>) => unknown> {
    const slotOf = (name: unknown): Slot => (String(name).endsWith("blue") ? "blue" : "green");
    return {
      ListServices: () => ({ serviceArns: ["web-blue", "web-green"] }),
      DescribeServices: ({ services }) => ({
        services: (services as string[]).map((serviceName) => ({
          serviceName,
          status: "ACTIVE",
          desiredCount: this.desired[slotOf(serviceName)],
          loadBalancers: [{ targetGroupArn: group(slotOf(serviceName)) }],
        })),
      }),
      UpdateService: ({ service, desiredCount }) => {
        this.desired[slotOf(service)] = desiredCount as number;
        return {};
      },
      DescribeTargetHealth: ({ TargetGroupArn }) => ({
        TargetHealthDescriptions: this.targets(TargetGroupArn === BLUE ? "blue" : "green").map(
          (State, index) => ({
            Target: { Id: `10.0.0.${index}`, Port: 8080 },
            TargetHealth: { State },
          }),
        ),
      }),
      DescribeAlarms: ({ AlarmNames }) => ({
        MetricAlarms: (AlarmNames as string[]).map((AlarmName) => ({
          AlarmName,
          StateValue: this.fires(AlarmName) ? "ALARM" : "OK",
          StateReason: "",
        })),
      }),
    };
  }

  private fires(alarm: string): boolean {
    if (alarm === "user") return this.userAlarmFires;
    return this.clock < this.silentAt[alarm === "blue" ? "blue" : "green"];
  }

  private targets(slot: Slot): string[] {
    const held = this.slots[slot];
    if (!held) return [];
    const ails = held.content === "ails" && held.exposed >= SHOWS_AFTER_SECONDS;
    return Array.from({ length: this.desired[slot] }, (_, index) =>
      ails && index > 0 ? "unhealthy" : "healthy",
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
    for (const slot of SLOTS) {
      const held = this.slots[slot];
      if (!held || this.weights[slot] === 0) continue;
      held.exposed += seconds;
      if (held.content === "fails" && held.exposed >= SHOWS_AFTER_SECONDS)
        this.silentAt[slot] = this.clock + FORGETS_AFTER_SECONDS;
    }
    if (this.clock >= this.interruptAt) throw new Error("the update was interrupted");
  }

  get weights(): Weights {
    const [rule] = this.balancer.rules;
    return rule ? this.balancer.weights(rule.arn) : { blue: 0, green: 0 };
  }

  /** An effect takes what is thrown in its midst for a failure of AWS: what was seen is kept for the end. */
  private lookAtTraffic(): void {
    try {
      this.assertServed();
    } catch (error) {
      this.violation ??= error as Error;
    }
  }

  private assertServed(): void {
    for (const slot of SLOTS) {
      if (this.weights[slot] === 0) continue;
      assert.ok(this.slots[slot], `traffic goes to ${slot}, which holds nothing`);
      assert.ok(this.targets(slot).includes("healthy"), `nothing answers in ${slot}`);
    }
  }

  /** Puts a version into a slot, where it gets healthy, as the proof of a slot makes sure; or takes it out. */
  private place(slot: Slot, content: Content | undefined, isLive: boolean): void {
    this.put(slot, content);
    const held = this.slots[slot];
    if (!held) return;
    const asked = askedTasks(isLive, this.settings);
    const proof = `${held.taskDefinitionArn} with ${asked}`;
    if (this.proofs[slot] === proof && (asked > 0 || this.desired[slot] === 0)) return;
    if (asked === 0) assert.equal(this.weights[slot], 0, `${slot} is stopped while it has traffic`);
    this.desired[slot] = asked === 0 ? 0 : Math.max(this.desired[slot], asked);
    this.spendCall();
    this.proofs[slot] = proof;
  }

  private put(slot: Slot, content: Content | undefined): void {
    if (this.slots[slot]?.content === content) return;
    this.spendCall();
    // A hand may give traffic to a slot between two runs, where nothing looks before the content changes.
    // After a first update that failed late there is no other slot to take the traffic.
    if (!this.isEdited && this.record)
      assert.equal(this.weights[slot], 0, `${slot} changes while it has traffic`);
    if (content === undefined) {
      this.slots[slot] = undefined;
      this.desired[slot] = 0;
      return;
    }
    const taskDefinitionArn = `arn:task:${++this.registered}`;
    this.slots[slot] = { content, taskDefinitionArn, exposed: 0, hasServed: false };
  }

  /** Long enough for every alarm to have fallen silent that nothing keeps awake. */
  rest(): void {
    this.clock += 2 * FORGETS_AFTER_SECONDS;
  }

  editWeights(weights: Weights): void {
    this.isEdited = true;
    const [rule] = this.balancer.rules;
    for (const slot of SLOTS) {
      const found = rule?.groups.find((each) => each.TargetGroupArn === group(slot));
      if (found) found.Weight = weights[slot];
    }
  }

  scale(slot: Slot, tasks: number): void {
    if (this.slots[slot]) this.desired[slot] = tasks;
  }

  /** One `pulumi up`, killed after so many calls or interrupted after so many seconds. */
  async deliver(
    desired: Content,
    { killAfter = Infinity, interruptAfter = Infinity, othersFail = false } = {},
  ): Promise<Run> {
    if (this.isLocked) return { result: "refused" };
    const next = assignSlots(this.record, desired);
    assert.deepEqual(assignSlots(this.record, desired), next, "the same inputs give the same plan");
    const before = this.snapshot();
    this.callsLeft = killAfter;
    this.interruptAt = this.clock + interruptAfter;
    let result: Run["result"] = "done";
    try {
      await this.update(next, desired);
      if (othersFail) result = "late";
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      result = this.callsLeft < 0 ? "killed" : "failed";
    } finally {
      this.callsLeft = Infinity;
      this.interruptAt = Infinity;
    }
    if (this.violation) throw this.violation;
    assertAfter(result, { ...this.settings, record: this.record, next }, before, this.snapshot());
    if (result === "done") [this.record, this.isEdited] = [next, false];
    if (result === "killed") this.isLocked = true;
    return { result };
  }

  private snapshot(): Snapshot {
    return {
      weights: this.weights,
      slots: { ...this.slots },
      desired: { ...this.desired },
    };
  }

  private async update(next: SlotState<Content>, desired: Content): Promise<void> {
    const { live } = next;
    const { blue, green } = next;
    await this.effects.guard({
      ...RULE,
      live,
      contents: { ...(blue && { blue }), ...(green && { green }) },
      wakes: { clusterArn: "arn:cluster", tasks: this.settings.tasks, timeoutSeconds: 10 },
    });
    this.place(live, desired, true);
    const held = this.slots[live];
    assert.ok(held);
    const { region, ...rule } = RULE;
    const web = {
      ...rule,
      ...this.settings,
      order: 0,
      live,
      taskDefinitionArn: held.taskDefinitionArn,
      clusterArn: "arn:cluster",
      serviceName: `web-${live}`,
      minimumHealthyTargets: this.settings.tasks,
      readyTimeoutSeconds: 10,
      alarms: [live],
      watch: ["user"],
      image: "repository@digest",
    };
    await this.effects.shift({ region, services: { web } } satisfies ShiftInputs);
    if (this.record && !held.hasServed)
      assert.ok(held.exposed >= web.bakeSeconds, `${desired} is live and was not watched`);
    held.hasServed = true;
    this.place(otherSlot(live), next[otherSlot(live)], false);
  }
}
