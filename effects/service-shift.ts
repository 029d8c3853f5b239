import type { AwsPlace } from "../components/place";
import type { AcceptedSlots } from "../release/passed-test";
import { remainingSteps, type ShiftStep } from "../release/shift-plan";
import { otherSlot, type Slot } from "../release/slots";
import { allTo, describeWeights, sameWeights, shareTo, type Weights } from "../release/weights";
import { acceptedIn, AcceptanceTest } from "./acceptance-test";
import { awaitCapacity } from "./await-capacity";
import { clientConfig, messageOf } from "./clients";
import type { EcsServiceName } from "./ecs-service";
import { ListenerRule, type LiveRule, targetGroupOf, type WeightedRule } from "./listener-rule";
import type { ReleasePart } from "./release-parts";
import { proveImage } from "./running-image";
import { ShiftWatch } from "./shift-watch";
import { targetHealthOf } from "./target-health";
import type { TaskRunInputs } from "./task-run";

/** How the traffic of one service is to be shared, and what the shift to that is watched by. */
export interface ServiceShiftInputs extends WeightedRule, EcsServiceName {
  readonly service: string;
  /** Place among the services of a release, lower ones first. */
  readonly order: number;
  /** The slot that is to have all traffic. */
  readonly live: Slot;
  /** The slot that the record calls live, where it is the other one. */
  readonly from?: Slot;
  /** What the slot runs. */
  readonly taskDefinitionArn: string;
  /** Healthy targets that the slot must have before it gets traffic. */
  readonly minimumHealthyTargets: number;
  /** How long the slot has to get as many healthy tasks as carry the traffic now. */
  readonly readyTimeoutSeconds: number;
  /** Shares of the traffic on the way, rising to 100; empty: all at once. */
  readonly steps: readonly ShiftStep[];
  /** How long the slot is watched once it has all traffic. */
  readonly bakeSeconds: number;
  /** Names of the slot's own alarms, which turn it back. */
  readonly alarms: readonly string[];
  /** Names of other alarms that turn it back. */
  readonly watch: readonly string[];
  /** What every task of the slot must run, `REPOSITORY@DIGEST`, before the shift is called a success. */
  readonly image: string;
  /** Run once the slot has all traffic; turns it back when it fails. @default none */
  readonly acceptance?: Omit<TaskRunInputs, keyof AwsPlace | "key">;
  /** Whether policies scale the service. @default false */
  readonly scales?: boolean;
}

/** For a version that was live before: a way back must not wait, whatever its alarms say of the time since. */
export function atOnce(inputs: ServiceShiftInputs): ServiceShiftInputs {
  const quick = { ...inputs, steps: [], bakeSeconds: 0, alarms: [], watch: [] };
  delete quick.acceptance;
  return quick;
}

/** How often it is asked whether the acceptance test is over. */
export const POLL_SECONDS = 1;

/** A share that the new version gets, or nothing more than time in which it is watched. */
interface Stage {
  readonly percent?: number;
  readonly pauseSeconds: number;
}

/** Moves the traffic of one service step by step, and puts it back where it was safe. */
export class ServiceShift implements ReleasePart {
  readonly name: string;
  readonly order: number;
  /** The slot that is to have all traffic. */
  readonly live: Slot;
  private readonly inputs: ServiceShiftInputs;
  private readonly before: LiveRule;
  private readonly safe: Weights | undefined;
  /** Whether it is safe where the traffic is to go anyway: a hand or a killed run has led some of it elsewhere. */
  private readonly comesHome: boolean;
  private readonly rule: ListenerRule;
  private readonly stages: Stage[];
  private watch: ShiftWatch;
  /** Whether some traffic was elsewhere already, where a hand or a killed run has led it. */
  private readonly wasAstray: boolean;
  private hasWritten = false;
  /** As last written or read; nothing where the rule does something else with the traffic. */
  private current: Weights | undefined;
  private acceptance: AcceptanceTest | undefined;
  /** Whether it is known that what answers is what was asked for; of a version that was live before, it is. */
  private isProven: boolean;
  /** When the present stage is over, in Unix milliseconds. */
  private over = 0;

  /**
   * @param before the rule as it is now
   * @param safe where the traffic goes should anything be wrong; nothing where it is to stay as it is by then
   */
  constructor(inputs: ServiceShiftInputs, before: LiveRule, safe?: Weights) {
    this.name = inputs.service;
    this.order = inputs.order;
    this.live = inputs.live;
    this.inputs = inputs;
    this.before = before;
    this.safe = safe;
    this.comesHome = safe !== undefined && sameWeights(safe, allTo(inputs.live));
    this.rule = new ListenerRule(inputs);
    this.stages = [
      ...remainingSteps(inputs.steps, before.weights[inputs.live]),
      { pauseSeconds: inputs.bakeSeconds },
    ];
    this.watch = this.watchFor(inputs.minimumHealthyTargets);
    this.wasAstray = safe !== undefined && !sameWeights(before.weights, safe);
    this.isProven = inputs.steps.length === 0;
    this.current = before.isForeign ? undefined : before.weights;
  }

  /** The slot that has the traffic should the release fail. */
  get home(): Slot {
    return this.safe && !this.comesHome ? otherSlot(this.inputs.live) : this.inputs.live;
  }

  private get targetGroupArn(): string {
    return targetGroupOf(this.inputs, this.inputs.live);
  }

  private watchFor(needed: number): ShiftWatch {
    const { targetGroupArn } = this;
    return new ShiftWatch({ ...this.inputs, targetGroupArn, needed });
  }

  async prepare(stop: AbortSignal): Promise<void> {
    const needed = await this.neededTargets();
    // A version that goes step by step is turned back should its tasks go; one that goes at once must keep them.
    await awaitCapacity({ ...this.inputs, targetGroupArn: this.targetGroupArn }, needed, {
      unlessHealthy: !this.isProven,
      stop,
    });
    this.watch = this.watchFor(needed);
    if (this.before.weights[this.inputs.live] === 0) await this.watch.settle(stop);
  }

  /** As many healthy targets as the settings ask for, and as the slot has that carries the traffic now. */
  private async neededTargets(): Promise<number> {
    const { live, minimumHealthyTargets } = this.inputs;
    const other = otherSlot(live);
    if (this.before.weights[other] === 0) return minimumHealthyTargets;
    const { healthy } = await targetHealthOf(this.inputs, targetGroupOf(this.inputs, other))();
    return Math.max(minimumHealthyTargets, healthy);
  }

  async look(): Promise<void> {
    await this.watch.look();
    this.acceptance?.look();
  }

  async advance(): Promise<number | undefined> {
    const left = (this.over - Date.now()) / 1000;
    if (left > 0) return left;
    for (let stage = this.stages.shift(); stage; stage = this.stages.shift()) {
      if (stage.percent !== undefined) await this.give(stage.percent);
      else this.acceptance = await acceptanceOf(this.inputs);
      if (stage.pauseSeconds === 0) continue;
      this.over = Date.now() + stage.pauseSeconds * 1000;
      return stage.pauseSeconds;
    }
    this.acceptance?.look();
    if (this.acceptance?.isRunning) return POLL_SECONDS;
    if (!this.isProven) await proveImage({ ...this.inputs, targetGroupArn: this.targetGroupArn });
    this.isProven = true;
    return undefined;
  }

  get accepted(): AcceptedSlots {
    return acceptedIn(this.inputs.live, this.acceptance);
  }

  /** Writes the weights and reads them back. */
  private async give(percent: number): Promise<void> {
    const to = shareTo(this.inputs.live, percent);
    const { arn } = this.before;
    if (this.current && sameWeights(this.current, to)) return;
    this.hasWritten = true;
    await this.rule.write(arn, to);
    const now = await this.rule.read(arn);
    if (!now || now.isForeign || !sameWeights(now.weights, to))
      throw new Error(
        `read back ${now ? describeWeights(now.weights) : "no rule"} after the write`,
      );
    this.current = to;
  }

  async undo(): Promise<string | undefined> {
    const { safe } = this;
    if (!safe || !(this.wasAstray || this.hasWritten)) return undefined;
    // What this run took from home goes back there; what it found elsewhere only if home answers.
    if (!this.hasWritten && !(await this.canUndo())) return undefined;
    const what = await this.rule.write(this.before.arn, safe).then(
      () => `the weights are back at ${describeWeights(safe)}`,
      (failure: unknown) =>
        `nor could the weights be put back to ${describeWeights(safe)} (${messageOf(failure)}): ` +
        "look at what is live, then run the update again",
    );
    await this.acceptance?.cancel();
    return what;
  }

  /**
   * Whether home answers: as it does where it still has a share, and with as many targets as it needs where it has none. No
   * traffic goes to a dead target group, whatever has failed.
   */
  async canUndo(): Promise<boolean> {
    const { home, before, inputs } = this;
    if (!this.wasAstray) return true;
    const looked = targetHealthOf(inputs, targetGroupOf(inputs, home))();
    const needed = before.weights[home] > 0 ? 1 : inputs.minimumHealthyTargets;
    return looked.then(
      ({ healthy }) => healthy >= needed,
      () => false,
    );
  }

  describe(reason: string, undone: string | undefined): string {
    const { live } = this.inputs;
    if (undone !== undefined && this.comesHome)
      return `${this.name}: ${undone}, after this: ${reason}`;
    if (undone !== undefined)
      return `${this.name}: the traffic could not be moved to ${live}, ${undone}: ${reason}`;
    if (!this.comesHome && !this.hasWritten) return refusal(this.inputs, reason);
    return `${this.name}: all traffic could not be given back to ${live}: ${reason}; run the update again`;
  }
}

/** Begins the acceptance test of the slot that has all traffic; nothing where it has none. */
export async function acceptanceOf(
  inputs: ServiceShiftInputs,
): Promise<AcceptanceTest | undefined> {
  const { acceptance, live } = inputs;
  if (!acceptance) return undefined;
  const { addresses } = await targetHealthOf(inputs, targetGroupOf(inputs, live))();
  return new AcceptanceTest({ ...clientConfig(inputs), ...acceptance }, addresses);
}

/** The sentence for a service that nothing was done to. */
export const refusal = ({ service, live }: ServiceShiftInputs, reason: string): string =>
  `${service}: no traffic was moved to ${live}: ${reason}; ` +
  "mend the version or wait until it is well, then run the update again";
