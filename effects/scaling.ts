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

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
const MOST_DESCRIBED = 50;

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

  /** By `serviceName`, without those that nothing scales. One call for each fifty. */
  async freedoms(services: readonly EcsServiceName[]): Promise<ReadonlyMap<string, Freedom>> {
    const found = new Map<string, Freedom>();
    for (let start = 0; start < services.length; start += MOST_DESCRIBED) {
      const some = services.slice(start, start + MOST_DESCRIBED);
      const { ScalableTargets = [] } = await this.client.send(
        new DescribeScalableTargetsCommand({ ...IDENTITY, ResourceIds: some.map(resourceId) }),
      );
      for (const service of some) {
        const id = resourceId(service);
        const target = ScalableTargets.find(({ ResourceId }) => ResourceId === id);
        if (target) found.set(service.serviceName, freedomOf(target));
      }
    }
    return found;
  }

  /** Does nothing where nothing scales the service. */
  async give(service: EcsServiceName, freedom: Freedom): Promise<void> {
    const now = (await this.freedoms([service])).get(service.serviceName);
    if (now !== undefined && now !== freedom) await this.write(service, freedom);
  }

  /** Of a service that something scales. */
  async write(service: EcsServiceName, freedom: Freedom): Promise<void> {
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
