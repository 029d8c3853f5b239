import assert from "node:assert/strict";
import { clock } from "../../../effects/interruption";
import {
  effect,
  type OneOffTaskInputs,
  type OneOffTaskOutputs,
} from "../../../effects/one-off-task";
import { TaskRun } from "../../../effects/task-run";
import { ARN, Tasks } from "./fake-tasks";
import { awsError, StubAws } from "./stub-aws";

const INPUTS: OneOffTaskInputs = {
  region: "us-east-1",
  title: "web: the smoke test",
  triggers: ["arn:task-definition/web:7"],
  enabled: true,
  clusterArn: "arn:cluster",
  taskDefinitionArn: "arn:aws:ecs:us-east-1:111111111111:task-definition/sample-web:7",
  containerName: "web",
  subnetIds: ["subnet-a"],
  securityGroupIds: ["sg-1"],
  command: ["--expect"],
  environment: { TEST_URL: "http://sample" },
  timeoutSeconds: 20,
  logGroup: "web",
  logStreamPrefix: "web-green",
};

describe("a one-off task", () => {
  const { pause } = clock;
  let tasks: Tasks;
  let aws: StubAws;
  /** What happens while it waits. */
  let meanwhile: () => void;
  beforeEach(() => {
    tasks = new Tasks();
    aws = new StubAws(tasks.answers);
    meanwhile = () => {
      tasks.end(0);
    };
    clock.pause = () => {
      meanwhile();
      return Promise.resolve();
    };
  });
  afterEach(() => {
    aws.restore();
    clock.pause = pause;
  });

  it("runs to its end, in private subnets, with its command and environment", async () => {
    await effect.create(INPUTS);
    const started = aws.inputsOf("RunTask")[0] as Record<string, unknown>;
    assert.deepEqual(
      [started["count"], started["launchType"], started["overrides"]],
      [
        1,
        "FARGATE",
        {
          containerOverrides: [
            {
              name: "web",
              command: ["--expect"],
              environment: [{ name: "TEST_URL", value: "http://sample" }],
            },
          ],
        },
      ],
    );
    assert.deepEqual(started["networkConfiguration"], {
      awsvpcConfiguration: {
        subnets: ["subnet-a"],
        securityGroups: ["sg-1"],
        assignPublicIp: "DISABLED",
      },
    });
    assert.match(String(started["startedBy"]), /^[!-~]{1,128}$/);
    assert.match(String(started["clientToken"]), /^[!-~]{1,64}$/);
    assert.deepEqual(aws.inputsOf("StopTask"), []);
  });

  it("fails with its exit code and its last lines", async () => {
    meanwhile = () => {
      tasks.end(3);
    };
    await assert.rejects(effect.create(INPUTS), {
      message: [
        "web: the smoke test failed: task abc0 stopped: Essential container in task exited; exit code 3",
        "last lines of its log:",
        "  GET /version: expected 200, found 500",
      ].join("\n"),
    });
  });

  it("counts a container that never started, or was killed, as failed", async () => {
    meanwhile = () => {
      tasks.end(0);
      tasks.exitCode = undefined;
    };
    await assert.rejects(effect.create(INPUTS), /^Error: web: the smoke test failed: task abc0/);
    meanwhile = () => {
      tasks.end(137);
    };
    tasks.status = "RUNNING";
    await assert.rejects(effect.create(INPUTS), /failed: task abc1 stopped: .*exit code 137/);
  });

  it("is stopped when its time is over", async () => {
    let now = Date.now();
    const { now: real } = Date;
    Date.now = () => now;
    meanwhile = () => {
      now += 5000;
    };
    await assert
      .rejects(effect.create(INPUTS), /^Error: web: the smoke test did not end within 20 s\n/)
      .finally(() => {
        Date.now = real;
      });
    assert.deepEqual(aws.inputsOf("StopTask"), [
      {
        cluster: "arn:cluster",
        task: `${ARN}0`,
        reason: "web: the smoke test did not end within 20 s",
      },
    ]);
  });

  it("is stopped when the update is interrupted, or it is called off", async () => {
    meanwhile = () => {
      throw new Error("the update was interrupted");
    };
    await assert.rejects(effect.create(INPUTS), /interrupted/);
    assert.equal(aws.inputsOf("StopTask").length, 1);
    const run = new TaskRun({ ...INPUTS, key: "other" });
    meanwhile = () => {
      run.cancel();
    };
    await assert.rejects(run.run(), /^Error: web: the smoke test was called off$/);
    assert.equal(aws.inputsOf("StopTask").length, 2);
  });

  it("waits for what a killed run has started, and starts nothing beside it", async () => {
    meanwhile = () => {
      throw awsError("Killed");
    };
    aws.on("StopTask", () => {
      throw awsError("Killed");
    });
    await assert.rejects(effect.create(INPUTS), /Killed/);
    meanwhile = () => {
      tasks.end(0);
    };
    await effect.create(INPUTS);
    assert.equal(tasks.started.length, 1);
    assert.equal(aws.inputsOf("RunTask").length, 1);
  });

  it("starts one task for two calls of one attempt, and another for the next attempt", async () => {
    const { ListTasks: list } = tasks.answers;
    // As ECS may answer just after a start.
    aws.on("ListTasks", (input) =>
      input["startedBy"] === undefined ? list(input) : { taskArns: [] },
    );
    const one = effect.create(INPUTS);
    await Promise.all([one, effect.create(INPUTS)]);
    assert.equal(tasks.started.length, 1);
    tasks.status = "RUNNING";
    await effect.create(INPUTS);
    assert.equal(tasks.started.length, 2);
    const tokens = aws.inputsOf("RunTask").map((input) => input["clientToken"]);
    assert.equal(new Set(tokens).size, 2);
  });

  it("is started anew when ECS has forgotten the first attempt, and not the second", async () => {
    const { ListTasks: list } = tasks.answers;
    let forgotten = 0;
    aws.on("ListTasks", (input) => {
      const { taskArns } = list(input);
      return { taskArns: taskArns.slice(input["startedBy"] === undefined ? forgotten : 0) };
    });
    for (const already of [0, 0, 1]) {
      [forgotten, tasks.status] = [already, "RUNNING"];
      meanwhile = () => {
        tasks.end(1);
      };
      await assert.rejects(effect.create(INPUTS), /exit code 1/);
    }
    assert.equal(tasks.started.length, 3);
  });

  it("finds its earlier attempts behind more stopped tasks than one answer holds", async () => {
    const { ListTasks: list } = tasks.answers;
    aws.on("ListTasks", (input) => {
      if (input["desiredStatus"] !== "STOPPED") return list(input);
      return input["nextToken"] === undefined ? { taskArns: [], nextToken: "2" } : list(input);
    });
    await effect.create(INPUTS);
    tasks.status = "RUNNING";
    await effect.create(INPUTS);
    assert.equal(tasks.started.length, 2);
  });

  it("waits for a task that ECS does not tell of yet, and gives up one that is gone", async () => {
    const { DescribeTasks: describe } = tasks.answers;
    aws.on("DescribeTasks", () => ({ tasks: [], failures: [{ reason: "MISSING" }] }), 3);
    await effect.create(INPUTS);
    assert.deepEqual(aws.inputsOf("StopTask"), []);
    aws.on("DescribeTasks", (input) =>
      aws.commands.filter((each) => each === "RunTask").length > 1
        ? { tasks: [] }
        : describe(input),
    );
    tasks.status = "RUNNING";
    await assert.rejects(
      effect.create(INPUTS),
      /^Error: web: the smoke test: its task .* is gone$/,
    );
  });

  it("does not take another task of the same definition and triggers for its own", async () => {
    tasks.status = "RUNNING";
    let waits = 0;
    meanwhile = () => {
      if (++waits > 8) tasks.end(0);
    };
    const other = { ...INPUTS, title: "web: the seed", command: ["--seed"] };
    await Promise.all([effect.create(INPUTS), effect.create(other)]);
    assert.equal(tasks.started.length, 2);
  });

  it("says why ECS starts nothing", async () => {
    aws.on("RunTask", () => ({ tasks: [], failures: [{ reason: "RESOURCE:ENI" }] }));
    await assert.rejects(effect.create(INPUTS), {
      message: "web: the smoke test could not be started: RESOURCE:ENI",
    });
    aws.on("RunTask", () => {
      throw awsError("AccessDeniedException", "not you");
    });
    await assert.rejects(effect.create(INPUTS), {
      message: "web: the smoke test: not you (AccessDeniedException)",
    });
  });

  it("is run again for other triggers alone, and not where it is not enabled", async () => {
    const changes = async (news: Partial<OneOffTaskInputs>): Promise<boolean | undefined> =>
      (await effect.diff("id", INPUTS, { ...INPUTS, ...news })).changes;
    assert.equal(await changes({ command: ["--other"], environment: {}, enabled: false }), false);
    assert.equal(await changes({ triggers: ["arn:task-definition/web:8"] }), true);
    const skipped = { ...INPUTS, enabled: false };
    assert.deepEqual((await effect.create(skipped)).outs, skipped, "and nothing has passed");
    await effect.update("id", INPUTS, skipped);
    assert.deepEqual(aws.commands, []);
    const { passed } = (await effect.update("id", INPUTS, INPUTS)).outs as OneOffTaskOutputs;
    assert.equal(passed?.task, `${ARN}0`);
  });
});
