import type { AcceptedSlots } from "../release/passed-test";
import { allTo, type Weights } from "../release/weights";
import { acceptedIn, type AcceptanceTest } from "./acceptance-test";
import { awaitCapacity } from "./await-capacity";
import { explain, messageOf } from "./clients";
import { ListenerRule, type LiveRule, targetGroupOf } from "./listener-rule";
import type { ReleasePart } from "./release-parts";
import {
  acceptanceOf,
  atOnce,
  POLL_SECONDS,
  refusal,
  type ServiceShiftInputs,
} from "./service-shift";
import { ShiftWatch } from "./shift-watch";

/**
 * Gives a service without a rule its rule, with all traffic to the live slot, and runs its acceptance test; takes the rule away again. One that a
 * killed run or version 0.1.0 has left is taken over, and put back as it was: it may have carried traffic ever since.
 */
export class ServiceOpening implements ReleasePart {
  readonly name: string;
  readonly order: number;
  /** Of the rule, once it is there. */
  arn: string | undefined;
  private left: LiveRule | undefined;
  private readonly inputs: ServiceShiftInputs;
  private readonly rule: ListenerRule;
  private readonly watch: ShiftWatch;
  private isCreating = false;
  private acceptance: AcceptanceTest | undefined;

  constructor(inputs: ServiceShiftInputs) {
    this.name = inputs.service;
    this.order = inputs.order;
    this.inputs = inputs;
    this.rule = new ListenerRule(inputs);
    this.watch = new ShiftWatch({
      ...atOnce(inputs),
      targetGroupArn: targetGroupOf(inputs, inputs.live),
      needed: inputs.minimumHealthyTargets,
    });
  }

  prepare(stop: AbortSignal): Promise<void> {
    const { inputs } = this;
    const slot = { ...inputs, targetGroupArn: targetGroupOf(inputs, inputs.live) };
    return awaitCapacity(slot, inputs.minimumHealthyTargets, { unlessHealthy: true, stop });
  }

  get accepted(): AcceptedSlots {
    return acceptedIn(this.inputs.live, this.acceptance);
  }

  async look(): Promise<void> {
    await this.watch.look();
    this.acceptance?.look();
  }

  async advance(): Promise<number | undefined> {
    if (this.arn === undefined) await this.begin();
    this.acceptance?.look();
    return this.acceptance?.isRunning ? POLL_SECONDS : undefined;
  }

  private async begin(): Promise<void> {
    this.isCreating = true;
    await this.open(allTo(this.inputs.live)).catch((error: unknown) => {
      throw explain(error, "creating the listener rule");
    });
    this.isCreating = false;
    this.acceptance = await acceptanceOf(this.inputs);
  }

  private async open(weights: Weights): Promise<void> {
    const made = await this.rule.create(weights);
    if (typeof made === "string") this.arn = made;
    else {
      this.left = made;
      this.arn = made.arn;
      await this.rule.route(made.arn, this.inputs.paths);
      await this.rule.write(made.arn, weights);
    }
  }

  async undo(): Promise<string | undefined> {
    const { arn, left } = this;
    if (arn === undefined) return undefined;
    const what = await (left ? this.putBack(left) : this.rule.delete(arn)).then(
      () => `its rule is ${left ? "as it was" : "gone again"}`,
      (failure: unknown) =>
        `its rule could not be ${left ? "put back" : "taken away again"} (${messageOf(failure)})`,
    );
    await this.acceptance?.cancel();
    return what;
  }

  private async putBack({ arn, weights, paths }: LiveRule): Promise<void> {
    await this.rule.write(arn, weights);
    if (paths) await this.rule.route(arn, paths);
  }

  describe(reason: string, undone: string | undefined): string {
    if (this.isCreating) return `${this.name}: ${reason}`;
    if (undone === undefined) return refusal(this.inputs, reason);
    return `${this.name}: ${this.inputs.live} could not be given the traffic, ${undone}: ${reason}`;
  }
}
