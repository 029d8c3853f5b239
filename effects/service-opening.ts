import { allTo } from "../release/weights";
import { explain } from "./clients";
import { ListenerRule } from "./listener-rule";
import type { ReleasePart } from "./release-parts";
import {
  atOnce,
  messageOf,
  refusal,
  type ServiceShiftInputs,
  targetGroupOf,
} from "./service-shift";
import { ShiftWatch } from "./shift-watch";

/** Gives a service without a rule its rule, with all traffic to the live slot; takes it away again. */
export class ServiceOpening implements ReleasePart {
  readonly name: string;
  readonly order: number;
  /** Of the rule, once it is there. */
  arn: string | undefined;
  private readonly inputs: ServiceShiftInputs;
  private readonly rule: ListenerRule;
  private readonly watch: ShiftWatch;
  private isCreating = false;

  constructor(inputs: ServiceShiftInputs) {
    this.name = inputs.service;
    this.order = inputs.order;
    this.inputs = inputs;
    this.rule = new ListenerRule(inputs);
    this.watch = new ShiftWatch({
      ...atOnce(inputs),
      targetGroupArn: targetGroupOf(inputs, inputs.live),
      neededTargets: inputs.minimumHealthyTargets,
    });
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  look(): Promise<void> {
    return this.watch.look();
  }

  async advance(): Promise<undefined> {
    this.isCreating = true;
    this.arn ??= await this.rule.create(allTo(this.inputs.live)).catch((error: unknown) => {
      throw explain(error, "creating the listener rule");
    });
    this.isCreating = false;
  }

  async undo(): Promise<string | undefined> {
    if (this.arn === undefined) return undefined;
    return this.rule.delete(this.arn).then(
      () => "its rule is gone again",
      (failure: unknown) => `its rule could not be taken away again (${messageOf(failure)})`,
    );
  }

  describe(reason: string): string {
    return this.isCreating ? `${this.name}: ${reason}` : refusal(this.inputs, reason);
  }
}
