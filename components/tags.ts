import * as pulumi from "@pulumi/pulumi";

/** Types of the program's resources that AWS lets be tagged. */
const TAGGABLE = new Set([
  "aws:acm/certificate:Certificate",
  "aws:appautoscaling/target:Target",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:ec2/eip:Eip",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/service:Service",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:iam/policy:Policy",
  "aws:iam/role:Role",
  "aws:lb/listener:Listener",
  "aws:lb/listenerRule:ListenerRule",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:lb/targetGroup:TargetGroup",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:sns/topic:Topic",
]);

/** Puts the settings' tags on everything that is declared from here on; a resource's own tags win. */
export function tagEverything(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length === 0) return;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (!TAGGABLE.has(type)) return undefined;
    const own = props as { readonly tags?: Readonly<Record<string, pulumi.Input<string>>> };
    return { props: { ...props, tags: { ...tags, ...own.tags } }, opts };
  });
}
