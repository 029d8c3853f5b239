import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect, type SlotReadyInputs } from "../../../effects/slot-ready";
import { ended } from "./fake-clock";
import { INPUTS } from "./slot-ready-sample";
import { awsError, StubAws } from "./stub-aws";

/** Deployments of the wanted and of another task definition. */
const deployment = (rolloutState: string, runningCount = 0, more: object = {}): object => ({
  status: "PRIMARY",
  taskDefinition: "arn:task:2",
  rolloutState,
  runningCount,
  ...more,
});
const before = { status: "ACTIVE", taskDefinition: "arn:task:1", runningCount: 1 };

describe("the proof of a slot", () => {
  let aws: StubAws;
  let health: string[];
  /** What ECS says at each look, the last for ever. */
  let looks: object[][];
  /** Tasks that ECS is asked for. */
  let desiredCount: number;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    health = ["healthy", "healthy"];
    looks = [[deployment("COMPLETED", 2)]];
    desiredCount = 2;
    aws = new StubAws({
      DescribeServices: () => ({
        services: [
          {
            status: "ACTIVE",
            desiredCount,
            deployments: looks.length > 1 ? looks.shift() : looks[0],
          },
        ],
      }),
      DescribeTargetHealth: () => ({
        TargetHealthDescriptions: health.map((State) => ({
          Target: { Id: "10.0.0.1", Port: 8080 },
          TargetHealth: { State },
        })),
      }),
      UpdateService: (input) => {
        desiredCount = (input["desiredCount"] as number | undefined) ?? desiredCount;
        return {};
      },
      ListTasks: () => ({ taskArns: [] }),
    });
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  const prove = (changes: Partial<SlotReadyInputs> = {}): ReturnType<typeof effect.create> =>
    ended(effect.create({ ...INPUTS, ...changes }));

  it("holds at once where the revision runs, healthy, with nothing else beside it", async () => {
    assert.deepEqual(await effect.create(INPUTS), { id: "web-green", outs: INPUTS });
    assert.deepEqual(aws.inputsOf("DescribeServices"), [
      { cluster: "arn:cluster", services: ["web-green"] },
    ]);
    assert.deepEqual(aws.inputsOf("DescribeTargetHealth"), [
      { TargetGroupArn: "arn:target-group" },
    ]);
  });

  it("waits until the deployment has begun, its tasks run and the ones before are gone", async () => {
    looks = [
      [before],
      [deployment("IN_PROGRESS", 0), before],
      [deployment("IN_PROGRESS", 2), before],
      [deployment("IN_PROGRESS", 2)],
    ];
    await prove();
    assert.equal(aws.inputsOf("DescribeServices").length, 4);
    assert.ok(!aws.commands.includes("UpdateService"));
  });

  it("counts the deployment of the wanted revision that is in force, and no other", async () => {
    looks = [
      [deployment("COMPLETED", 2, { taskDefinition: "arn:task:1" })],
      [deployment("FAILED", 0, { status: "ACTIVE" }), deployment("IN_PROGRESS", 1)],
      [deployment("FAILED", 0, { status: "INACTIVE" }), deployment("IN_PROGRESS", 2)],
    ];
    await prove();
    assert.equal(aws.inputsOf("DescribeServices").length, 3);
    assert.ok(!aws.commands.includes("UpdateService"));
  });

  it("waits until every task is healthy for the load balancer", async () => {
    health = ["healthy", "initial"];
    const proof = effect.create(INPUTS);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    health = ["healthy", "healthy"];
    await ended(proof);
    assert.equal(aws.inputsOf("DescribeTargetHealth").length, 2);
  });

  it("gives a slot without tasks those that the settings ask for, in a deployment of their own", async () => {
    desiredCount = 0;
    looks = [
      [deployment("COMPLETED", 0)],
      [deployment("COMPLETED", 1)],
      [deployment("COMPLETED", 2)],
    ];
    await prove();
    assert.deepEqual(aws.inputsOf("UpdateService"), [
      { cluster: "arn:cluster", service: "web-green", desiredCount: 2, forceNewDeployment: true },
    ]);
  });

  it("leaves a slot what it was scaled to, and waits for all of that", async () => {
    desiredCount = 3;
    health = ["healthy", "healthy", "healthy"];
    looks = [[deployment("COMPLETED", 2)], [deployment("COMPLETED", 3)]];
    await prove();
    assert.equal(aws.inputsOf("DescribeServices").length, 2);
    assert.deepEqual(aws.inputsOf("UpdateService"), []);
  });

  it("follows the settings down where nothing else has scaled the slot", async () => {
    desiredCount = 5;
    const olds = { ...INPUTS, tasks: 5 };
    await ended(effect.update("web-green", olds, INPUTS));
    assert.equal(aws.inputsOf("UpdateService")[0]?.["desiredCount"], 2);
  });

  it("ends at once when ECS gives the deployment up, with the reason and the last log lines", async () => {
    looks = [
      [deployment("IN_PROGRESS", 1)],
      [deployment("FAILED", 0, { rolloutStateReason: "tasks failed to start" })],
    ];
    health = ["healthy", "unhealthy"];
    aws.on("ListTasks", () => ({ taskArns: ["arn:t/1", "arn:t/2", "arn:t/3"] }));
    const task = (id: number, stoppedAt: number, taskDefinitionArn = "arn:task:2"): object => ({
      taskArn: `arn:aws:ecs:task/cluster/t${id}`,
      taskDefinitionArn,
      stoppedAt: new Date(stoppedAt),
      stoppedReason: "Essential container in task exited",
      containers: [
        { name: "sidecar", exitCode: 9 },
        { name: "web", exitCode: 3 },
      ],
    });
    aws.on("DescribeTasks", () => ({ tasks: [task(1, 1), task(2, 2), task(3, 3, "arn:task:1")] }));
    aws.on("GetLogEvents", () => ({
      events: [{ message: "starting\n" }, { message: "no database" }],
    }));
    await assert.rejects(prove(), {
      message: `
web: the version in green did not get healthy: tasks failed to start
task t2 stopped: Essential container in task exited; exit code 3
last lines of its log:
  starting
  no database
target 10.0.0.1:8080 unhealthy
no traffic was moved: what was live before still serves; mend the version and run the update again`.trim(),
    });
    assert.deepEqual(aws.inputsOf("ListTasks"), [
      { cluster: "arn:cluster", serviceName: "web-green", desiredStatus: "STOPPED" },
    ]);
    assert.deepEqual(aws.inputsOf("GetLogEvents"), [
      {
        logGroupName: "web-logs",
        logStreamName: "web-green/web/t2",
        limit: 15,
        startFromHead: false,
      },
    ]);
    assert.ok(!aws.commands.includes("UpdateService"), "what fails in this run is final");
  });

  it("asks again for last lines that do not show at once, and gives up soon", async () => {
    const task = { taskArn: "arn:t/1", taskDefinitionArn: "arn:task:2", containers: [] };
    const failing = async (pages: object[][], words: RegExp): Promise<number> => {
      looks = [[deployment("IN_PROGRESS")], [deployment("FAILED")]];
      aws.on("ListTasks", () => ({ taskArns: [task.taskArn] }));
      aws.on("DescribeTasks", () => ({ tasks: [task] }));
      aws.on("GetLogEvents", () => ({ events: pages.shift() ?? [] }));
      const before = aws.inputsOf("GetLogEvents").length;
      await assert.rejects(prove(), words);
      return aws.inputsOf("GetLogEvents").length - before;
    };
    assert.equal(await failing([[], [], [{ message: "late" }]], /of its log:\n {2}late/), 3);
    assert.equal(await failing([], /it wrote no log/), 6);
  });

  it("keeps what was said of an unhealthy target that is replaced before the end", async () => {
    looks = [
      [deployment("IN_PROGRESS", 1)],
      [deployment("IN_PROGRESS", 1)],
      [deployment("FAILED")],
    ];
    const states = ["initial", "unhealthy", "initial"];
    aws.on("DescribeTargetHealth", () => ({
      TargetHealthDescriptions: [{ Target: { Id: "t" }, TargetHealth: { State: states.shift() } }],
    }));
    await assert.rejects(prove(), /\ntarget t:\? unhealthy\n/);
    assert.deepEqual(states, []);
  });

  it("says why an image could not be pulled, where there is neither exit code nor log", async () => {
    looks = [[deployment("IN_PROGRESS")], [deployment("FAILED")]];
    aws.on("ListTasks", () => ({ taskArns: ["arn:t/1"] }));
    aws.on("DescribeTasks", () => ({
      tasks: [
        {
          taskArn: "arn:t/1",
          taskDefinitionArn: "arn:task:2",
          containers: [{ name: "web", reason: "CannotPullContainerError: not found" }],
        },
      ],
    }));
    aws.on("GetLogEvents", () => {
      throw awsError("ResourceNotFoundException");
    });
    await assert.rejects(prove(), (error) => {
      assert.match(String(error), /did not get healthy: ECS gave no reason\n/);
      assert.match(String(error), /\ntask 1 stopped: CannotPullContainerError: not found\n/);
      assert.match(String(error), /\nit wrote no log\n/);
      return true;
    });
  });

  it("keeps the reason though why the tasks ended cannot be read", async () => {
    looks = [[deployment("IN_PROGRESS")], [deployment("FAILED", 0, { rolloutStateReason: "why" })]];
    aws.on("ListTasks", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(prove(), (error) => {
      assert.match(String(error), /did not get healthy: why\n/);
      assert.match(String(error), /\nlooking for what its tasks said: not you \(AccessDenied\)\n/);
      return true;
    });
  });

  it("fails when the time that the settings give is over, and says what it waited for", async () => {
    looks = [[deployment("IN_PROGRESS", 1)]];
    await assert.rejects(
      prove({ timeoutSeconds: 10 }),
      /did not get healthy: still waiting after 10 s for 2 running tasks, 1 so far\n/,
    );
    assert.equal(aws.inputsOf("DescribeServices").length, 12, "a look a second");
  });

  it("tries once more what an earlier run has seen given up", async () => {
    looks = [[deployment("FAILED")], [deployment("IN_PROGRESS", 1)], [deployment("COMPLETED", 2)]];
    await prove();
    assert.deepEqual(aws.inputsOf("UpdateService"), [
      { cluster: "arn:cluster", service: "web-green", forceNewDeployment: true },
    ]);
  });

  it("tries no more than once", async () => {
    looks = [[deployment("FAILED")], [deployment("FAILED", 0, { rolloutStateReason: "again" })]];
    await assert.rejects(prove(), /did not get healthy: again\n/);
    assert.equal(aws.inputsOf("UpdateService").length, 1);
  });

  it("says where the service is not there, and what AWS refuses", async () => {
    aws.on("DescribeServices", () => ({ services: [] }), 1);
    await assert.rejects(prove(), { message: "the ECS service web-green is not there" });
    aws.on("DescribeServices", () => ({ services: [{ status: "DRAINING" }] }), 1);
    await assert.rejects(prove(), { message: "the ECS service web-green is DRAINING" });
    aws.on("DescribeServices", () => {
      throw awsError("AccessDenied", "not you");
    });
    await assert.rejects(prove(), { message: "web: waiting for green: not you (AccessDenied)" });
  });

  it("is proved in an update as it is when it is made", async () => {
    looks = [[deployment("IN_PROGRESS", 0)], [deployment("COMPLETED", 2)]];
    assert.deepEqual(await ended(effect.update("web-green", INPUTS, INPUTS)), { outs: INPUTS });
    assert.equal(aws.inputsOf("DescribeServices").length, 2);
  });
});
