/** What somebody might try in an account with credentials that are not meant for it. */
import { CloudWatchClient, DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { BatchDeleteImageCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  AttachRolePolicyCommand,
  CreateUserCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { linkKey } from "../../release/ledger/keys";
import { REGION } from "./emulator/account";
import type { Credentials } from "./emulator/principals";

/** Things of the account that is tried, by their real names. */
export interface Target {
  readonly accountId: string;
  /** ARNs. */
  readonly cluster: string;
  readonly task: string;
  readonly taskDefinition: string;
  readonly rule: string;
  readonly secret: string;
  readonly role: string;
  /** Names. */
  readonly service: string;
  readonly alarm: string;
  readonly logGroup: string;
  readonly ledger: string;
}

export type Attempts = Readonly<Record<string, () => Promise<unknown>>>;

/** Calls that name things of another account, as one may send them anywhere. */
export function attempts(endpoint: string, credentials: Credentials, target: Target): Attempts {
  const config = { endpoint, region: REGION, credentials, maxAttempts: 1, forcePathStyle: true };
  const [ecs, elb, s3] = [
    new ECSClient(config),
    new ElasticLoadBalancingV2Client(config),
    new S3Client(config),
  ];
  const [ecr, secrets] = [new ECRClient(config), new SecretsManagerClient(config)];
  const { accountId, cluster, service, rule, secret: SecretId, ledger: Bucket } = target;
  const image = {
    registryId: accountId,
    repositoryName: "switchyard/web",
  };
  const Key = linkKey(1);
  return {
    "scale a service": () =>
      ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: 0 })),
    "delete a service": () => ecs.send(new DeleteServiceCommand({ cluster, service, force: true })),
    "look at a service": () =>
      ecs.send(new DescribeServicesCommand({ cluster, services: [service] })),
    "run a task": () =>
      ecs.send(new RunTaskCommand({ cluster, taskDefinition: target.taskDefinition })),
    "stop a task": () => ecs.send(new StopTaskCommand({ cluster, task: target.task })),
    "register a task definition": () =>
      ecs.send(
        new RegisterTaskDefinitionCommand({
          family: "switchyard-production-web-blue",
          taskRoleArn: target.role,
          containerDefinitions: [{ name: "web", image: "evil" }],
        }),
      ),
    "move traffic": () =>
      elb.send(
        new ModifyRuleCommand({
          RuleArn: rule,
          Conditions: [{ Field: "path-pattern", Values: ["/x"] }],
        }),
      ),
    "delete a rule": () => elb.send(new DeleteRuleCommand({ RuleArn: rule })),
    "push an image": () => ecr.send(new PutImageCommand({ ...image, imageManifest: "{}" })),
    "delete an image": () =>
      ecr.send(new BatchDeleteImageCommand({ ...image, imageIds: [{ imageTag: "x" }] })),
    "read a secret": () => secrets.send(new GetSecretValueCommand({ SecretId })),
    "write a secret": () =>
      secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "known" })),
    "write into the ledger": () =>
      s3.send(new PutObjectCommand({ Bucket, Key: linkKey(500), Body: "x", IfNoneMatch: "*" })),
    "read the ledger": () => s3.send(new GetObjectCommand({ Bucket, Key })),
    "list the ledger": () => s3.send(new ListObjectVersionsCommand({ Bucket })),
    "hide an entry": () => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    "open the ledger": () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: "{}" })),
    "take a role on": () =>
      new STSClient(config).send(
        new AssumeRoleCommand({ RoleArn: target.role, RoleSessionName: "pipeline" }),
      ),
    "make a user": () => new IAMClient(config).send(new CreateUserCommand({ UserName: "mallory" })),
    "give a role more rights": () =>
      new IAMClient(config).send(
        new AttachRolePolicyCommand({
          RoleName: nameOf(target.role),
          PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        }),
      ),
    "open a role": () =>
      new IAMClient(config).send(
        new UpdateAssumeRolePolicyCommand({ RoleName: nameOf(target.role), PolicyDocument: "{}" }),
      ),
    "delete alarms": () =>
      new CloudWatchClient(config).send(new DeleteAlarmsCommand({ AlarmNames: [target.alarm] })),
    "delete logs": () =>
      new CloudWatchLogsClient(config).send(
        new DeleteLogGroupCommand({ logGroupName: target.logGroup }),
      ),
  };
}

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? "";
