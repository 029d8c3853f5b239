import { otherSlot, type Slot } from "../release/slots";
import { describeWeights } from "../release/weights";
import type { ScaledMove } from "./kept-tasks";
import { type LiveRule, targetGroupOf, type WeightedRule } from "./listener-rule";
import { ServiceShift, type ServiceShiftInputs } from "./service-shift";

/** A service whose traffic may have to go back to the slot that the record calls live. */
export interface RecordedService extends WeightedRule {
  readonly service: string;
  /** Place among the services of a release. The way back is the other way round. */
  readonly order: number;
  readonly clusterArn: string;
  /** Healthy targets that the slot must have, unless more carry the traffic now. */
  readonly minimumHealthyTargets: number;
  /** How long the slot has to get them. */
  readonly readyTimeoutSeconds: number;
}

/** What was live when an update last succeeded has nothing to prove. */
const AT_ONCE = {
  taskDefinitionArn: "",
  image: "",
  steps: [],
  bakeSeconds: 0,
  alarms: [],
  watch: [],
} as const satisfies Partial<ServiceShiftInputs>;

/** Gives all traffic of a service to the slot that the record calls live, as one part of all that goes there. */
export class WayToRecord extends ServiceShift {
  /** Both slots keep their tasks meanwhile, and the one that has the traffic then scales both ways. */
  readonly move: ScaledMove;
  private readonly found: string;

  private constructor(inputs: ServiceShiftInputs, before: LiveRule, other: string | undefined) {
    super(inputs, before, before.weights);
    const between = [inputs.serviceName, ...(other === undefined ? [] : [other])];
    this.move = { to: inputs, between, home: other };
    this.found = describeWeights(before.weights);
  }

  /**
   * @param behind names of ECS services by their target groups
   * @throws where nothing runs in that slot
   */
  static of(
    service: RecordedService,
    live: Slot,
    before: LiveRule,
    behind: ReadonlyMap<string, string>,
  ): WayToRecord {
    const serviceName = behind.get(targetGroupOf(service, live));
    const other = behind.get(targetGroupOf(service, otherSlot(live)));
    if (serviceName === undefined)
      throw new Error(
        `${service.service}: ${live} is to take all traffic back, and no ECS service is there; ` +
          "look at what was deleted, then run the update again",
      );
    const order = -service.order;
    return new WayToRecord({ ...AT_ONCE, ...service, live, order, serviceName }, before, other);
  }

  override describe(reason: string, undone: string | undefined): string {
    const { name, found, live } = this;
    const now = undone ?? `the weights are ${found}`;
    return (
      `${name}: ${live} is to take all traffic back before anything new is started, and could not; ${now}: ${reason}; ` +
      `look at the tasks in ${live}, or deliver again what carries the traffic, then run the update again`
    );
  }
}
