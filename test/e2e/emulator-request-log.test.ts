import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { ListClustersCommand } from "@aws-sdk/client-ecs";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Request } from "../../bench/request-log";
import { connect } from "./emulator/account";
import { optionsFor, python } from "./emulator/world";

describe("the AWS emulator's log of requests", function () {
  this.timeout(60_000);
  const options = optionsFor("emulator-request-log");
  const log = join(options.stateDir, "requests.jsonl");

  before(function () {
    if (python === undefined) this.skip();
  });

  after(() => {
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  const linesOf = async (variables: Readonly<Record<string, string>>): Promise<void> => {
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    const emulator = await startEmulator({ ...options, variables });
    try {
      const { ecs, elb, cloudwatch } = connect(emulator.endpoint, options.account);
      await ecs.send(new ListClustersCommand({}));
      await elb.send(new DescribeLoadBalancersCommand({}));
      await cloudwatch.send(new DescribeAlarmsCommand({}));
    } finally {
      await emulator.stop();
    }
  };

  it("names each call of each protocol, when it came and who made it", async () => {
    const began = Date.now() / 1000;
    await linesOf({ SWITCHYARD_REQUEST_LOG: log });
    const lines = readFileSync(log, "utf8").trim().split("\n");
    const requests = lines.map((line) => JSON.parse(line) as Request);
    const own = requests.filter(({ by }) => by.includes("aws-sdk-js"));
    assert.deepEqual(
      own.map(({ operation }) => operation),
      ["ListClusters", "DescribeLoadBalancers", "DescribeAlarms"],
    );
    for (const { at } of own) assert.ok(at >= began - 1 && at <= Date.now() / 1000 + 1);
    rmSync(log);
  });

  it("is not written unless it is asked for", async () => {
    await linesOf({});
    assert.equal(existsSync(log), false);
  });
});
