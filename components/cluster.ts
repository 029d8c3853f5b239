import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";

/** An ECS cluster on Fargate, with Container Insights for the metrics that alarms and capacity rest on. */
export class Cluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:cluster:Cluster", name, {}, opts);
    const cluster = new ecs.Cluster(
      name,
      { settings: [{ name: "containerInsights", value: "enabled" }] },
      { parent: this },
    );
    this.arn = cluster.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
