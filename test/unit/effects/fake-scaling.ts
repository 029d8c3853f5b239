import type { Answer } from "./stub-aws";

interface Suspended {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

/** Application Auto Scaling with some services registered. */
export class FakeScaling {
  /** What is suspended of each registered service, by its resource id. */
  readonly targets = new Map<string, Suspended | undefined>();

  /** `in`, `out` and `scheduled` as they are suspended; nothing of a service that is not registered. */
  suspended(service: string): string[] | undefined {
    const id = `service/cluster/${service}`;
    if (!this.targets.has(id)) return undefined;
    const found = this.targets.get(id);
    return [
      ...(found?.DynamicScalingInSuspended ? ["in"] : []),
      ...(found?.DynamicScalingOutSuspended ? ["out"] : []),
      ...(found?.ScheduledScalingSuspended ? ["scheduled"] : []),
    ];
  }

  register(service: string, suspendedIn = false): void {
    this.targets.set(`service/cluster/${service}`, {
      DynamicScalingInSuspended: suspendedIn,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    });
  }

  get answers(): Record<string, Answer> {
    return {
      DescribeScalableTargets: ({ ResourceIds }) => ({
        ScalableTargets: (ResourceIds as string[])
          .filter((id) => this.targets.has(id))
          .map((ResourceId) => ({ ResourceId, SuspendedState: this.targets.get(ResourceId) })),
      }),
      RegisterScalableTarget: ({ ResourceId, SuspendedState, MinCapacity, MaxCapacity }) => {
        if (MinCapacity !== undefined || MaxCapacity !== undefined)
          throw new Error("the range is not this effect's to change");
        this.targets.set(ResourceId as string, SuspendedState as Suspended);
        return {};
      },
    };
  }
}
