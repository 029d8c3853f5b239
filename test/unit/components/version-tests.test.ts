import assert from "node:assert/strict";
import { arnOf } from "../mock-outputs";
import {
  deliverWith,
  LIVE,
  LOGS,
  NEW,
  OLD,
  READY,
  recorded,
  SETTINGS,
  SHIFT,
  TASK,
  trafficIn,
} from "./delivery-sample";

const ONE_OFF = "pulumi-nodejs:dynamic/switchyard:OneOffTask";
const EXPECT = [{ path: "/version", status: 200, release: true, everyTask: false }];
const test = { command: ["--expect"], expect: EXPECT, timeoutSeconds: 120 };
const settings = { ...SETTINGS, delivery: { ...SETTINGS.delivery, smoke: test, acceptance: test } };

const expected = (kind: string, slot: string, environment: object): object => ({
  title: `web: the ${kind} test of ${slot}`,
  clusterArn: "arn:cluster",
  taskDefinitionArn: arnOf(TASK, `web-${slot}`),
  containerName: "web",
  subnetIds: ["subnet-a", "subnet-b"],
  securityGroupIds: ["probe-id"],
  command: ["--expect"],
  environment: { ...environment, TEST_EXPECTATIONS: JSON.stringify(EXPECT) },
  timeoutSeconds: 120,
  logGroup: "web",
  logStreamPrefix: `web-${slot}`,
});

describe("the tests of a version", () => {
  it("run in the new version's own task, the smoke test before the traffic shifts", async () => {
    const { graph } = await deliverWith({ settings }, recorded("blue"), NEW);
    const smoke = graph.get(ONE_OFF, "web-green-smoke");
    assert.deepEqual(smoke.inputs, {
      region: "us-east-1",
      ...expected("smoke", "green", {
        TEST_URL: "http://balancer:9000",
        TEST_HEADERS: '{"x-switchyard-slot":"green"}',
      }),
      triggers: [arnOf(TASK, "web-green")],
      enabled: true,
    });
    assert.ok(graph.waitsFor(smoke).has(`${READY} web-green`), "it is up first");
    assert.ok(graph.waitsFor(graph.get(SHIFT, "sample")).has(`${ONE_OFF} web-green-smoke`));
    assert.ok(graph.get(LOGS, "web"));
  });

  it("hand the acceptance test to the shift, which runs it once the traffic is there", async () => {
    const { graph } = await deliverWith({ settings }, recorded("blue"), NEW);
    assert.deepEqual(
      trafficIn(graph)["acceptance"],
      expected("acceptance", "green", { TEST_URL: "http://balancer" }),
    );
  });

  it("run none in the slot that does not change, nor for a version that goes back", async () => {
    for (const wanted of [NEW, LIVE, OLD]) {
      const { graph } = await deliverWith({ settings }, recorded("blue"), wanted);
      const enabled = Object.fromEntries(
        graph.ofType(ONE_OFF).map(({ name, inputs }) => [name, inputs["enabled"]]),
      );
      const live = wanted === LIVE ? "blue" : "green";
      assert.deepEqual(enabled, {
        "web-blue-smoke": live === "blue",
        "web-green-smoke": live === "green",
      });
      // The same trigger as before is no reason to run it again.
      for (const { name, inputs } of graph.ofType(ONE_OFF))
        assert.deepEqual(inputs["triggers"], [arnOf(TASK, name.replace("-smoke", ""))]);
    }
  });
});
