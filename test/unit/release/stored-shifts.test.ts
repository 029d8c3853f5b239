import assert from "node:assert/strict";
import { storedShifts } from "../../../release/stored-shifts";
import { RULE } from "../effects/fake-balancer";

const urn = (name: string): string => `urn:pulumi:production::switchyard::types::${name}`;
const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";
const proven = { blue: "td:blue:1", green: "td:green:1" };
const shift = (name: string, outputs: object = {}): Parameters<typeof storedShifts>[0][number] => ({
  urn: urn(name),
  type: SHIFT,
  id: `rule:${name}`,
  outputs: { ...RULE, live: "green", weights: {}, proven, __provider: "…", ...outputs },
});
const ecs = (name: string, taskDefinition: string): Parameters<typeof storedShifts>[0][number] => ({
  urn: urn(name),
  type: "aws:ecs/service:Service",
  id: name,
  outputs: { taskDefinition },
});

describe("storedShifts", () => {
  it("finds each service's rule by its resource, with all that reading and writing it takes", () => {
    const found = storedShifts([{ urn: urn("x"), type: "pulumi:pulumi:Stack" }, shift("web")]);
    const { region, listenerArn, priority, paths, blueTargetGroupArn, greenTargetGroupArn } = RULE;
    const rule = { region, listenerArn, priority, paths, blueTargetGroupArn, greenTargetGroupArn };
    assert.deepEqual(found, { web: { ruleArn: "rule:web", rule, proven: [] } });
    const withProfile = storedShifts([shift("web", { profile: "team" })]);
    assert.equal(withProfile["web"]?.rule.profile, "team");
  });

  it("takes for proven what the slot's service runs now, and nothing else", () => {
    const provenOf = (...services: ReturnType<typeof ecs>[]): unknown =>
      storedShifts([shift("web"), ...services])["web"]?.proven;
    assert.deepEqual(provenOf(ecs("web-blue", "td:blue:1"), ecs("web-green", "td:green:1")), [
      "blue",
      "green",
    ]);
    assert.deepEqual(provenOf(ecs("web-blue", "td:blue:2"), ecs("web-green", "td:green:1")), [
      "green",
    ]);
    assert.deepEqual(provenOf(ecs("api-blue", "td:blue:1")), []);
  });

  it("leaves out what is not stored as it should be", () => {
    const { urn: own, type, outputs = {} } = shift("web");
    const unmade = { urn: own, type, outputs };
    for (const odd of [
      unmade,
      shift("web", { listenerArn: undefined }),
      shift("web", { region: 1 }),
    ])
      assert.deepEqual(storedShifts([odd]), {});
  });
});
