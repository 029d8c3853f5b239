import * as pulumi from "@pulumi/pulumi";
import type { PassedTest } from "../release/passed-test";
import { EffectResource } from "./effect-resource";
import type { AwsPlace } from "./place";

export interface OneOffTaskArgs extends AwsPlace {
  /** What messages call it, for example `web: the smoke test`. */
  readonly title: string;
  /** What it is run for: it is run again when one of them is another. */
  readonly triggers: readonly pulumi.Input<string>[];
  /** False: what the triggers say counts as done, and nothing is run. @default true */
  readonly enabled?: boolean;
  readonly clusterArn: pulumi.Input<string>;
  /** For Fargate, with the awsvpc network mode. */
  readonly taskDefinitionArn: pulumi.Input<string>;
  /** The container whose exit code counts: 0, or the update fails. */
  readonly containerName: string;
  /** Private ones with a way to the registry and to CloudWatch Logs. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  /** What the container is given in place of its command. @default the task definition's */
  readonly command?: readonly string[];
  /** Added to the task definition's. Plain values only. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** From the start of the task to its end, after which it is stopped and the update fails. */
  readonly timeoutSeconds: number;
  /** Where the container logs, for the last lines of one that failed. */
  readonly logGroup: pulumi.Input<string>;
  readonly logStreamPrefix: string;
}

/**
 * An ECS task that runs once, to its end, as a step of the update: a migration, a seed, a test. Exit code 0, or the
 * update fails and shows the last lines of its log. What a killed run has started is waited for, not started
 * again; Ctrl-C stops the task. A run may be repeated after one that ended unseen, so its command must bear that.
 */
export class OneOffTask extends EffectResource {
  /** What was run for its triggers; nothing where they only count as done. */
  declare readonly passed: pulumi.Output<PassedTest | undefined>;

  constructor(name: string, args: OneOffTaskArgs, opts?: pulumi.CustomResourceOptions) {
    const props = { environment: {}, enabled: true, ...args, passed: undefined };
    super("one-off-task", "OneOffTask", name, props, opts);
  }
}
