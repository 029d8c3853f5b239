import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRoles } from "../../../components/service-roles";
import type { Graph } from "../graph";
import { arnOf } from "../mock-outputs";
import { declare, valueOf } from "../mocks";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const REPOSITORY = "arn:aws:ecr:us-east-1:111111111111:repository/switchyard/web";

async function roles(secretArns: string[]): Promise<{ made: ServiceRoles; graph: Graph }> {
  return declare(
    () =>
      new ServiceRoles("web", {
        repositoryArn: REPOSITORY,
        logGroupArn: "arn:logs",
        secretArns: pulumi.output(secretArns),
      }),
  );
}

describe("ServiceRoles", () => {
  it("are one role for starting tasks and one for the code in them", async () => {
    const { made, graph } = await roles([]);
    assert.equal(
      graph.outline,
      `
switchyard:service:ServiceRoles web
  aws:iam/role:Role web-execution
  aws:iam/role:Role web-task
  aws:iam/rolePolicy:RolePolicy web-execution`.trim(),
    );
    for (const role of graph.ofType(ROLE)) {
      assert.deepEqual(Object.keys(role.inputs), ["assumeRolePolicy"]);
      assert.deepEqual(JSON.parse(String(role.inputs["assumeRolePolicy"])), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
          },
        ],
      });
    }
    const outputs = {
      executionRoleArn: arnOf(ROLE, "web-execution"),
      taskRoleArn: arnOf(ROLE, "web-task"),
    };
    assert.deepEqual(graph.get("switchyard:service:ServiceRoles", "web").outputs, outputs);
    assert.equal(await valueOf(made.executionRoleArn), outputs.executionRoleArn);
    assert.equal(await valueOf(made.taskRoleArn), outputs.taskRoleArn);
  });

  it("let ECS pull this image, write this log and read these secrets, and no more", async () => {
    const { graph } = await roles(["arn:secret:a", "arn:secret:b"]);
    const { inputs } = graph.get(POLICY, "web-execution");
    assert.equal(inputs["role"], "web-execution-id");
    assert.deepEqual(JSON.parse(String(inputs["policy"])), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "RegistryToken",
          Effect: "Allow",
          Action: "ecr:GetAuthorizationToken",
          Resource: "*",
        },
        {
          Sid: "Image",
          Effect: "Allow",
          Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ],
          Resource: REPOSITORY,
        },
        {
          Sid: "Logs",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: "arn:logs:*",
        },
        {
          Sid: "Secrets",
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: ["arn:secret:a", "arn:secret:b"],
        },
      ],
    });
  });

  it("name no secret where there is none, for an empty list is no policy", async () => {
    const { graph } = await roles([]);
    const { inputs } = graph.get(POLICY, "web-execution");
    const { Statement } = JSON.parse(String(inputs["policy"])) as { Statement: { Sid: string }[] };
    assert.deepEqual(
      Statement.map(({ Sid }) => Sid),
      ["RegistryToken", "Image", "Logs"],
    );
  });

  it("give the code itself no right at all", async () => {
    const { graph } = await roles(["arn:secret:a"]);
    assert.deepEqual(
      graph.ofType(POLICY).map(({ name }) => name),
      ["web-execution"],
    );
  });
});
