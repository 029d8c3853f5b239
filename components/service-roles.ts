import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { PULL_ACTIONS } from "./pull-actions";

export interface ServiceRolesArgs {
  readonly repositoryArn: pulumi.Input<string>;
  readonly logGroupArn: pulumi.Input<string>;
  /** Secrets that the tasks of either slot receive. */
  readonly secretArns: pulumi.Output<string[]>;
}

const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
    },
  ],
});

/**
 * Execution role: what ECS needs to start the tasks of one service, and no more: its image, its log
 * group, its secrets. Task role: what the code itself may do in AWS: nothing.
 */
export class ServiceRoles extends pulumi.ComponentResource {
  readonly executionRoleArn: pulumi.Output<string>;
  readonly taskRoleArn: pulumi.Output<string>;

  constructor(name: string, args: ServiceRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:service:ServiceRoles", name, {}, opts);
    const execution = new iam.Role(`${name}-execution`, { assumeRolePolicy }, { parent: this });
    new iam.RolePolicy(
      `${name}-execution`,
      { role: execution.id, policy: executionPolicy(args) },
      { parent: this },
    );
    const task = new iam.Role(`${name}-task`, { assumeRolePolicy }, { parent: this });
    this.executionRoleArn = execution.arn;
    this.taskRoleArn = task.arn;
    this.registerOutputs({
      executionRoleArn: this.executionRoleArn,
      taskRoleArn: this.taskRoleArn,
    });
  }
}

function executionPolicy(args: ServiceRolesArgs): pulumi.Output<string> {
  const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
  const allow = (Sid: string, Action: string | string[], Resource: string | string[]): object => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  return pulumi
    .all([args.logGroupArn, args.secretArns, args.repositoryArn])
    .apply(([logGroupArn, secretArns, repositoryArn]) => {
      const statements = [
        // This action takes no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
        allow("RegistryToken", "ecr:GetAuthorizationToken", "*"),
        allow("Image", PULL_ACTIONS, repositoryArn),
        allow("Logs", logs, `${logGroupArn}:*`),
        ...(secretArns.length > 0
          ? [allow("Secrets", "secretsmanager:GetSecretValue", secretArns)]
          : []),
      ];
      return JSON.stringify({ Version: "2012-10-17", Statement: statements });
    });
}
