import type { SlotState } from "../../release/slots";
import { RULE } from "../unit/effects/fake-balancer";
import type { Content } from "./after";
import type { ModelService } from "./service";

export type Name = "web" | "api";

/** What is delivered: a content for each service. */
export type Release = Readonly<Record<Name, Content>>;

/** A service and what its slots are to hold. */
export interface Planned {
  readonly name: Name;
  readonly service: ModelService;
  readonly next: SlotState<Content>;
}

/** What the program tells the guard and the shift of a service. */
export function declared(
  { name, service, next }: Planned,
  { tasks, together }: { readonly tasks: number; readonly together: boolean },
) {
  const { listenerArn, paths } = RULE;
  const { priority, record } = service;
  return {
    service: name,
    listenerArn,
    paths,
    priority,
    blueTargetGroupArn: service.group("blue"),
    greenTargetGroupArn: service.group("green"),
    live: next.live,
    ...(record && record.live !== next.live && { from: record.live }),
    order: name === "web" && !together ? 1 : 0,
    clusterArn: "arn:cluster",
    minimumHealthyTargets: tasks,
    readyTimeoutSeconds: 10,
  };
}
