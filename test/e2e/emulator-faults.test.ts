import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateRepositoryCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { ListClustersCommand } from "@aws-sdk/client-ecs";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import assert from "node:assert/strict";
import {
  ACCOUNT,
  connect,
  createService,
  register,
  REGION,
  stoppedTasks,
  until,
} from "./emulator/account";
import { putFaults } from "./emulator/faults";
import { createWorld, python, type World } from "./emulator/world";

const KEY = "ASIASESSIONTHATENDS0";
const message = "The security token included in the request is expired";

describe("the AWS emulator's faults", function () {
  this.timeout(60_000);
  let world: World | undefined;
  const opened = (): World => {
    assert.ok(world);
    return world;
  };

  before(async function () {
    if (python === undefined) this.skip();
    world = await createWorld("emulator-faults");
  });

  afterEach(() => putFaults(opened().emulator.endpoint, {}));

  after(() => world?.close());

  it("answer credentials that have expired as each service does, and no others", async () => {
    const { emulator, account } = opened();
    const session = connect(emulator.endpoint, KEY);
    await session.ecs.send(new ListClustersCommand({}));
    await putFaults(emulator.endpoint, { expired: [KEY] });
    const elb = session.elb.send(new DescribeLoadBalancersCommand({}));
    await assert.rejects(elb, { name: "ExpiredToken", message });
    const cloudwatch = session.cloudwatch.send(new DescribeAlarmsCommand({}));
    await assert.rejects(cloudwatch, { name: "ExpiredToken", message });
    const ecs = session.ecs.send(new ListClustersCommand({}));
    await assert.rejects(ecs, { name: "ExpiredTokenException", message });
    const ecr = session.ecr.send(new DescribeRepositoriesCommand({}));
    await assert.rejects(ecr, { name: "ExpiredTokenException", message });
    await account.ecs.send(new ListClustersCommand({}));
    await putFaults(emulator.endpoint, {});
    await session.ecs.send(new ListClustersCommand({}));
  });

  it("keep tasks from a registry, which say that it could not be reached", async () => {
    const { emulator, account } = opened();
    await account.ecr.send(new CreateRepositoryCommand({ repositoryName: "lost" }));
    const image = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/lost@sha256:${"1".repeat(64)}`;
    const reasonOf = async (name: string): Promise<string> => {
      await createService(account, name, await register(account, name, image, {}));
      const [task] = await until(20, async () => {
        const tasks = await stoppedTasks(account, name);
        return tasks.length > 0 ? tasks : undefined;
      });
      return task?.stoppedReason ?? "";
    };
    assert.match(await reasonOf("reached"), /^CannotPullContainerError: .*not found/);
    await putFaults(emulator.endpoint, { registry: "unreachable" });
    assert.match(
      await reasonOf("unreached"),
      /^CannotPullContainerError: .*dial tcp .*connection refused/,
    );
  });
});
