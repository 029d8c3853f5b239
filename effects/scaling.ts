import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from "@aws-sdk/client-application-auto-scaling";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";
import type { EcsServiceName } from "./ecs-service";

/** What a service's policies may do: add and take tasks, only add them, or neither. */
export type Freedom = "both" | "outOnly" | "none";

const IDENTITY = {
  ServiceNamespace: "ecs",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

/** `service/CLUSTER/SERVICE` */
const resourceId = ({ clusterArn, serviceName }: EcsServiceName): string =>
  `service/${clusterArn.split("/").at(-1) ?? ""}/${serviceName}`;

function freedomOf({ SuspendedState: suspended = {} }: ScalableTarget): Freedom {
  if (suspended.DynamicScalingOutSuspended) return "none";
  return suspended.DynamicScalingInSuspended ? "outOnly" : "both";
}

/**
 * Suspends and resumes what scales ECS services; their policies stay as they were declared.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html
 */
export class Scaling {
  private readonly client: ApplicationAutoScalingClient;

  constructor(place: AwsPlace) {
    this.client = new ApplicationAutoScalingClient(clientConfig(place));
  }

  /** Nothing where nothing scales the service. */
  async freedom(service: EcsServiceName): Promise<Freedom | undefined> {
    const { ScalableTargets: [target] = [] } = await this.client.send(
      new DescribeScalableTargetsCommand({ ...IDENTITY, ResourceIds: [resourceId(service)] }),
    );
    return target && freedomOf(target);
  }

  /** Does nothing where nothing scales the service. */
  async give(service: EcsServiceName, freedom: Freedom): Promise<void> {
    const now = await this.freedom(service);
    if (now === undefined || now === freedom) return;
    await this.client.send(
      new RegisterScalableTargetCommand({
        ...IDENTITY,
        ResourceId: resourceId(service),
        SuspendedState: {
          DynamicScalingInSuspended: freedom !== "both",
          DynamicScalingOutSuspended: freedom === "none",
          ScheduledScalingSuspended: freedom === "none",
        },
      }),
    );
  }
}
