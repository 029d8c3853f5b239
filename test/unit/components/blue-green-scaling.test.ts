import assert from "node:assert/strict";
import { otherSlot, type Slot, SLOTS } from "../../../release/slots";
import type { Graph } from "../graph";
import {
  deliverWith,
  first,
  LIVE,
  NEW,
  OLD,
  READY,
  recorded,
  SERVICE,
  SHIFT,
} from "./delivery-sample";
import { webSettings } from "./samples";

const SCALING = "switchyard:service:SlotScaling";
const TARGET = "aws:appautoscaling/target:Target";
const POLICY = "aws:appautoscaling/policy:Policy";

const scaled = (standby: "warm" | "cold") => ({
  settings: webSettings({
    tasks: 3,
    scaling: { maxTasks: 6, requestsPerTarget: 100 },
    "delivery.standby": standby,
  }),
});
const names = (graph: Graph, type: string): string[] => graph.ofType(type).map(({ name }) => name);
const shiftIn = (graph: Graph) => graph.get(SHIFT, "sample");
const webIn = (graph: Graph): object & { readonly scales?: unknown } =>
  (shiftIn(graph).inputs["services"] as { web: object }).web;
const suspendsScaleIn = (graph: Graph, slot: Slot): unknown =>
  (graph.get(TARGET, `web-${slot}`).inputs["suspendedState"] as Record<string, unknown>)[
    "dynamicScalingInSuspended"
  ];

describe("the scaling of a service in two slots", () => {
  it("is not there unless the settings have it", async () => {
    const { graph } = await deliverWith({}, recorded("blue"), NEW);
    assert.deepEqual(names(graph, SCALING), []);
    assert.ok(!("scales" in webIn(graph)));
  });

  for (const live of SLOTS) {
    const next = otherSlot(live);

    it(`scales ${next} before it gets the traffic of ${live}, which is kept after that`, async () => {
      const { graph } = await deliverWith(scaled("warm"), recorded(live), NEW);
      const shift = shiftIn(graph);
      assert.equal(webIn(graph)["scales"], true);
      const before = graph.waitsFor(shift);
      assert.ok(before.has(`${TARGET} web-${next}`), "registered before the shift");
      assert.ok(before.has(`${POLICY} web-${next}-requests`), "with its policies");
      assert.ok(!before.has(`${TARGET} web-${live}`));
      assert.ok(graph.waitsFor(graph.get(TARGET, `web-${live}`)).has(`${SHIFT} sample`));
      const up = graph.waitsFor(graph.get(TARGET, `web-${next}`));
      assert.ok(up.has(`${READY} web-${next}`), "a slot without its tasks is not registered");
      assert.equal(suspendsScaleIn(graph, next), false);
      assert.equal(suspendsScaleIn(graph, live), true);
      assert.deepEqual(names(graph, POLICY), [
        ...[`web-blue-requests`, `web-green-requests`, `web-${live}-follow`].sort(),
      ]);
    });

    it(`scales ${live} alone where the standby is cold, also in an update that delivers nothing`, async () => {
      const { graph } = await deliverWith(scaled("cold"), recorded(live), LIVE);
      assert.deepEqual(names(graph, TARGET), [`web-${live}`]);
      assert.deepEqual(names(graph, POLICY), [`web-${live}-requests`]);
      assert.equal(graph.get(READY, `web-${live}`).inputs["tasks"], 3);
      assert.equal(graph.get(READY, `web-${next}`).inputs["tasks"], 0);
    });

    it(`brings a cold ${next} up before it goes back there, and stops ${live} after that`, async () => {
      const { graph, slots } = await deliverWith(scaled("cold"), recorded(live), OLD);
      assert.deepEqual(slots, { ...recorded(live), live: next }, "the record names both");
      assert.equal(graph.get(READY, `web-${next}`).inputs["tasks"], 3);
      assert.equal(graph.get(READY, `web-${live}`).inputs["tasks"], 0);
      assert.ok(graph.waitsFor(shiftIn(graph)).has(`${READY} web-${next}`));
      assert.ok(graph.waitsFor(graph.get(READY, `web-${live}`)).has(`${SHIFT} sample`));
      assert.deepEqual(names(graph, TARGET), [`web-${next}`]);
      assert.equal(graph.get(SERVICE, `web-${live}`).inputs["desiredCount"], 0);
    });
  }

  it("is that of the one slot that there is, at first", async () => {
    for (const standby of ["warm", "cold"] as const) {
      const { graph } = await deliverWith(scaled(standby), undefined, NEW);
      assert.deepEqual(names(graph, TARGET), ["web-blue"]);
      assert.equal(suspendsScaleIn(graph, "blue"), false);
    }
    const { graph } = await deliverWith(scaled("warm"), first("blue"), LIVE);
    assert.deepEqual(names(graph, TARGET), ["web-blue"]);
  });
});
