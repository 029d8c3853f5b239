/** What an account has, to be compared with itself later, and to be named by somebody who should not. */
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import type { StackName, Stacks } from "../../demo/stacks";
import { Aws } from "./aws";
import { ACCOUNT_IDS, type RoleSessions, territoryOf } from "./role-sessions";
import type { Target } from "./stolen-credentials";

/** All of a stack's account that somebody might have changed. */
export async function worldOf(
  stacks: Stacks,
  roles: RoleSessions,
  stack: StackName,
): Promise<Readonly<Record<string, unknown>>> {
  const aws = new Aws(stacks.account(stack));
  const { ledger: Bucket } = territoryOf(stack);
  const { s3, iam } = roles.root(stack);
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  return {
    ...(await aws.everything()),
    weights: await aws.weights(),
    desired: await aws.desiredTasks(),
    ledger: Versions.map(({ Key, VersionId }) => `${Key ?? ""} ${VersionId ?? ""}`),
    roles: Roles.map(({ Arn, AssumeRolePolicyDocument }) => [Arn, AssumeRolePolicyDocument]),
  };
}

/** One thing of each kind that a stack has. */
export async function targetIn(stacks: Stacks, stack: StackName): Promise<Target> {
  const aws = new Aws(stacks.account(stack));
  const { alarms = [], logGroups = [], secrets = [], services = [] } = await aws.everything();
  const [running] = await aws.tasks();
  const [alarm, logGroup, secret, service] = [alarms[0], logGroups[0], secrets[0], services[0]];
  assert.ok(running && alarm && logGroup && secret && service);
  const accountId = ACCOUNT_IDS[stack];
  return {
    accountId,
    cluster: running.cluster,
    task: running.arn,
    taskDefinition: running.taskDefinition,
    rule: await aws.ruleOf("web"),
    secret: `arn:aws:secretsmanager:us-east-1:${accountId}:secret:${secret}`,
    role: `arn:aws:iam::${accountId}:role/switchyard-${stack}-deploy`,
    service,
    alarm,
    logGroup,
    ledger: territoryOf(stack).ledger,
  };
}
