/** What someone in the console might do to what the program has made. */
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import assert from "node:assert/strict";
import type { Account } from "../../demo/stacks";
import { clientConfigOf } from "./aws";

/** Deletes the one log group whose name begins so. */
export async function deleteLogGroup(account: Account, logGroupNamePrefix: string): Promise<void> {
  const logs = new CloudWatchLogsClient(clientConfigOf(account));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
  assert.equal(logGroups.length, 1);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: logGroups[0]?.logGroupName }));
}

/** Gives the rule by which a service's tasks reach anything another range of addresses. */
export async function letOutTo(account: Account, service: string, cidr: string): Promise<void> {
  const groups = await ec2(account, { Action: "DescribeSecurityGroups" });
  const group = new RegExp(
    `<groupId>(sg-\\w+)</groupId>(?:(?!</groupId>)[^])*Tasks of ${service}<`,
  ).exec(groups)?.[1];
  assert.ok(group !== undefined, groups);
  const filter = { "Filter.1.Name": "group-id", "Filter.1.Value.1": group };
  const rules = await ec2(account, { Action: "DescribeSecurityGroupRules", ...filter });
  const rule =
    /<securityGroupRuleId>(sgr-\w+)<\/securityGroupRuleId>(?:(?!<securityGroupRuleId>)[^])*<isEgress>true/.exec(
      rules,
    )?.[1];
  assert.ok(rule !== undefined, rules);
  const change = "SecurityGroupRule.1.";
  await ec2(account, {
    Action: "ModifySecurityGroupRules",
    GroupId: group,
    [`${change}SecurityGroupRuleId`]: rule,
    [`${change}SecurityGroupRule.IpProtocol`]: "tcp",
    [`${change}SecurityGroupRule.FromPort`]: "443",
    [`${change}SecurityGroupRule.ToPort`]: "443",
    [`${change}SecurityGroupRule.CidrIpv4`]: cidr,
  });
}

/** A call of EC2, for which the project has no client. The emulator reads of a signature whose it is. */
async function ec2(account: Account, params: Readonly<Record<string, string>>): Promise<string> {
  const { endpoint, region, credentials } = clientConfigOf(account);
  const scope = `${credentials.accessKeyId}/20260101/${region}/ec2/aws4_request`;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({ ...params, Version: "2016-11-15" }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return text;
}
