import assert from "node:assert/strict";
import { type Slot, SLOTS, type SlotState } from "../../release/slots";
import type { Weights } from "../../release/weights";
import type { FakeBalancer } from "../unit/effects/fake-balancer";
import type { Content, Held, Snapshot } from "./after";

/** How long a bad version serves before it shows. */
const SHOWS_AFTER_SECONDS = 3;
/** How long an alarm fires on after what it looks at is over. */
export const FORGETS_AFTER_SECONDS = 40;

/** One service in its two slots, as the account has it. */
export class ModelService {
  /** What the stack exported of it after its last successful update. */
  record: SlotState<Content> | undefined;
  readonly name: string;
  readonly priority: number;
  readonly slots: Record<Slot, Held | undefined> = { blue: undefined, green: undefined };
  readonly desired: Record<Slot, number> = { blue: 0, green: 0 };
  private readonly balancer: FakeBalancer;
  private readonly silentAt: Record<Slot, number> = { blue: 0, green: 0 };
  /** What each slot was last proved with, as the state keeps it. */
  private readonly proofs: Record<Slot, string> = { blue: "", green: "" };
  private registered = 0;

  constructor(name: string, priority: number, balancer: FakeBalancer) {
    [this.name, this.priority, this.balancer] = [name, priority, balancer];
  }

  group(slot: Slot): string {
    return `arn:${this.name}-${slot}`;
  }

  private get groups(): { TargetGroupArn: string; Weight: number }[] {
    return this.balancer.rules.find(({ priority }) => priority === this.priority)?.groups ?? [];
  }

  get weights(): Weights {
    const of = (slot: Slot): number =>
      this.groups.find(({ TargetGroupArn }) => TargetGroupArn === this.group(slot))?.Weight ?? 0;
    return { blue: of("blue"), green: of("green") };
  }

  editWeights(weights: Weights): void {
    for (const slot of SLOTS)
      for (const each of this.groups)
        if (each.TargetGroupArn === this.group(slot)) each.Weight = weights[slot];
  }

  snapshot(): Snapshot {
    return { weights: this.weights, slots: { ...this.slots }, desired: { ...this.desired } };
  }

  targets(slot: Slot): string[] {
    const held = this.slots[slot];
    if (!held) return [];
    const ails = held.content === "ails" && held.exposed >= SHOWS_AFTER_SECONDS;
    return Array.from({ length: this.desired[slot] }, (_, index) =>
      ails && index > 0 ? "unhealthy" : "healthy",
    );
  }

  /** Whether what is recorded as live could carry all traffic: it has a share already, or all of its targets are healthy. */
  homeAnswers(before: Snapshot): boolean {
    if (!this.record) return true;
    const targets = this.targets(this.record.live);
    const healthy = targets.filter((each) => each === "healthy");
    return before.weights[this.record.live] > 0
      ? healthy.length > 0
      : healthy.length === targets.length;
  }

  fires(slot: Slot, now: number): boolean {
    return now < this.silentAt[slot];
  }

  /** Traffic shows what a version is worth. */
  pass(seconds: number, now: number): void {
    for (const slot of SLOTS) {
      const held = this.slots[slot];
      if (!held || this.weights[slot] === 0) continue;
      held.exposed += seconds;
      if (held.content === "fails" && held.exposed >= SHOWS_AFTER_SECONDS)
        this.silentAt[slot] = now + FORGETS_AFTER_SECONDS;
    }
  }

  assertServed(): void {
    for (const slot of SLOTS) {
      if (this.weights[slot] === 0) continue;
      assert.ok(this.slots[slot], `traffic goes to ${this.name}-${slot}, which holds nothing`);
      assert.ok(this.targets(slot).includes("healthy"), `nothing answers in ${this.name}-${slot}`);
    }
  }

  put(slot: Slot, content: Content | undefined): void {
    if (content === undefined) {
      this.slots[slot] = undefined;
      this.desired[slot] = 0;
      return;
    }
    const taskDefinitionArn = `arn:${this.name}-task:${++this.registered}`;
    this.slots[slot] = { content, taskDefinitionArn, exposed: 0, hasServed: false };
  }

  /** As the proof of a slot does, by a call where there is anything to do. */
  prove(slot: Slot, asked: number, spend: () => void): void {
    const held = this.slots[slot];
    if (!held) return;
    const proof = `${held.taskDefinitionArn} with ${asked}`;
    if (this.proofs[slot] === proof && (asked > 0 || this.desired[slot] === 0)) return;
    if (asked === 0) assert.equal(this.weights[slot], 0, `${slot} is stopped while it has traffic`);
    this.desired[slot] = asked === 0 ? 0 : Math.max(this.desired[slot], asked);
    spend();
    this.proofs[slot] = proof;
  }
}
