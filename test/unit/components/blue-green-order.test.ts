import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { containerDefinitions } from "../../../components/task-definition";
import type { Revision } from "../../../release/revision";
import { revisionKey } from "../../../release/revision-key";
import { otherSlot, type Slot, SLOTS, type SlotState } from "../../../release/slots";
import type { Declared, Graph } from "../graph";
import { arnOf } from "../mock-outputs";
import {
  TASK,
  SERVICE,
  GROUP,
  RULE,
  POLICY,
  INGRESS,
  EGRESS,
  GUARD,
  READY,
  SHIFT,
  alarmsOf,
  LIVE,
  NEW,
  OLD,
  children,
  deliver,
  deliverWith,
  first,
  guarded,
  recorded,
  trafficIn,
} from "./delivery-sample";
import { webSettings } from "./samples";

function assertWaits(graph: Graph, each: Declared, ...keys: string[]): void {
  const before = graph.waitsFor(each);
  for (const key of keys) assert.ok(before.has(key), `${each.type} ${each.name} waits for ${key}`);
}

function assertFree(graph: Graph, each: Declared, ...keys: string[]): void {
  const before = graph.waitsFor(each);
  for (const key of keys)
    assert.ok(!before.has(key), `${each.type} ${each.name} must not wait for ${key}`);
}

/** guard -> slot that is live in the end -> its proof -> traffic shift -> the other slot, if any. */
function assertOrder(graph: Graph, live: Slot): void {
  const task = graph.get(TASK, `web-${live}`);
  const startsAfter = [
    `${GUARD} sample`,
    `${RULE} web-blue-test`,
    `${RULE} web-green-test`,
    `${POLICY} web-execution`,
    `${INGRESS} web-8080`,
    `${EGRESS} web`,
  ];
  assertWaits(graph, task, ...startsAfter);
  assertFree(graph, task, `${SHIFT} sample`, ...children(otherSlot(live)));
  assertWaits(graph, graph.get(SERVICE, `web-${live}`), `${TASK} web-${live}`, ...startsAfter);
  assertWaits(graph, graph.get(READY, `web-${live}`), `${SERVICE} web-${live}`);
  const shift = graph.get(SHIFT, "sample");
  assertWaits(graph, shift, ...children(live));
  assertFree(graph, shift, ...children(otherSlot(live)));
  for (const type of [TASK, SERVICE, READY])
    for (const each of graph.ofType(type).filter(({ name }) => name === `web-${otherSlot(live)}`))
      assertWaits(graph, each, `${SHIFT} sample`, ...children(live));
}

function assertTask(graph: Graph, slot: Slot, content: Revision): void {
  const { inputs } = graph.get(TASK, `web-${slot}`);
  const place = { slot, logGroup: "web", region: "us-east-1" };
  assert.equal(inputs["containerDefinitions"], containerDefinitions(content, place));
  assert.deepEqual(
    [inputs["cpu"], inputs["memory"]],
    [String(content.cpu), String(content.memoryMiB)],
  );
}

describe("the first delivery", () => {
  it("puts the revision into blue, proves it, and only then makes the rule", async () => {
    const { graph, slots } = await deliver(undefined, NEW);
    assert.deepEqual(slots, { live: "blue", blue: NEW, green: undefined });
    assertTask(graph, "blue", NEW);
    assertOrder(graph, "blue");
    assert.equal(trafficIn(graph)["live"], "blue");
    assert.ok(!("from" in guarded(graph)), "there is nowhere to go back to");
  });

  it("waits until the image and the secrets of the revision are there", async () => {
    const later = setTimeout(30).then(() => NEW);
    const { graph } = await deliverWith({ resolved: pulumi.output(later) }, undefined, NEW);
    assertTask(graph, "blue", NEW);
  });

  it("starts nothing before the guard has answered", async () => {
    const { graph } = await deliverWith({}, undefined, NEW, (type) => type === GUARD);
    for (const key of children("blue")) assert.ok(!graph.beforeSlow.includes(key), key);
    assert.ok(graph.beforeSlow.includes(`${GUARD} sample`));
  });
});

for (const live of SLOTS) {
  const standby = otherSlot(live);
  const guardInputs = (graph: Graph): unknown[] => {
    const { live: target, contents } = guarded(graph);
    return [target, contents];
  };
  const keys = (slots: SlotState<Revision>): Partial<Record<Slot, string>> =>
    Object.fromEntries(
      SLOTS.flatMap((slot) => {
        const held = slots[slot];
        return held ? [[slot, revisionKey(held)]] : [];
      }),
    );

  describe(`with ${live} live`, () => {
    it(`a new version goes to ${standby}, after its traffic and before the shift`, async () => {
      const { graph, slots } = await deliver(recorded(live), NEW);
      assert.deepEqual(slots, { ...recorded(live), live: standby, [standby]: NEW });
      assertTask(graph, standby, NEW);
      assertTask(graph, live, LIVE);
      assertOrder(graph, standby);
      assert.equal(trafficIn(graph)["live"], standby);
      assert.deepEqual(guardInputs(graph), [standby, keys(slots)]);
      assert.deepEqual(guarded(graph), {
        service: "web",
        order: 0,
        listenerArn: "arn:listener",
        priority: 24000,
        paths: ["/*"],
        blueTargetGroupArn: arnOf(GROUP, "web-blue"),
        greenTargetGroupArn: arnOf(GROUP, "web-green"),
        live: standby,
        from: live,
        contents: keys(slots),
        clusterArn: "arn:cluster",
        minimumHealthyTargets: 3,
        readyTimeoutSeconds: 300,
      });
    });

    it(`a second version goes to ${standby}, where there was nothing`, async () => {
      const { graph, slots } = await deliver(first(live), NEW);
      assert.deepEqual(slots, { ...first(live), live: standby, [standby]: NEW });
      assertOrder(graph, standby);
    });

    it("the same version again declares both slots from their records", async () => {
      const { graph, slots } = await deliver(recorded(live), LIVE);
      assert.deepEqual(slots, recorded(live));
      assertTask(graph, live, LIVE);
      assertTask(graph, standby, OLD);
      assertOrder(graph, live);
      assert.equal(trafficIn(graph)["live"], live);
      assert.deepEqual(guardInputs(graph), [live, keys(recorded(live))]);
    });

    it("the same version again declares nothing in the slot that is empty", async () => {
      const { graph, slots } = await deliver(first(live), LIVE);
      assert.deepEqual(slots, first(live));
      const ofStandby = graph.declared.filter(({ name }) => name === `web-${standby}`);
      assert.deepEqual(
        ofStandby.map(({ type }) => type),
        ["switchyard:service:SlotTargets", "switchyard:service:SlotAlarms", GROUP],
      );
    });

    it(`going back to ${standby} moves the weights and nothing else`, async () => {
      const before = (await deliver(recorded(live), LIVE)).graph;
      const { graph, slots } = await deliver(recorded(live), OLD);
      assert.deepEqual(slots, { ...recorded(live), live: standby });
      assertOrder(graph, standby);
      assert.deepEqual(guardInputs(graph), [standby, keys(recorded(live))]);
      const differing = graph.declared.filter(
        (each) =>
          JSON.stringify(before.get(each.type, each.name).inputs) !== JSON.stringify(each.inputs),
      );
      // The guard asks nothing where no slot changes; where the traffic goes is no change to it.
      assert.deepEqual(differing.map(({ type }) => type).sort(), [GUARD, SHIFT].sort());
      const shift = trafficIn(graph);
      assert.deepEqual(shift, {
        ...trafficIn(before),
        live: standby,
        from: live,
        taskDefinitionArn: arnOf(TASK, `web-${standby}`),
        serviceName: `web-${standby}`,
        alarms: alarmsOf(standby),
        image: OLD.image,
      });
    });

    it(`declares ${live} byte for byte as before while ${standby} changes`, async () => {
      const before = (await deliver(recorded(live), LIVE)).graph;
      const settings = webSettings({
        tasks: 3,
        priority: 24000,
        drainSeconds: 9,
        cpu: 1024,
        memoryMiB: 2048,
        port: 9090,
      });
      const wanted = { ...NEW, cpu: 1024, memoryMiB: 2048, port: 9090 };
      const { graph } = await deliverWith({ settings }, recorded(live), wanted);
      for (const type of [TASK, SERVICE, READY, GROUP, RULE]) {
        const name = type === RULE ? `web-${live}-test` : `web-${live}`;
        assert.deepEqual(graph.get(type, name).inputs, before.get(type, name).inputs, type);
      }
      assertTask(graph, standby, wanted);
    });

    it(`does not touch ${live} while the shift is not done`, async () => {
      const slow = (type: string): boolean => type === SHIFT;
      const { graph } = await deliverWith({}, recorded(live), NEW, slow);
      for (const key of children(standby)) assert.ok(graph.beforeSlow.includes(key), key);
      for (const key of children(live)) assert.ok(!graph.beforeSlow.includes(key), key);
    });
  });
}
