import assert from "node:assert/strict";
import { storedShifts } from "../../../release/stored-shifts";
import { RULE } from "../effects/fake-balancer";

type Stored = Parameters<typeof storedShifts>[0][number];

const urn = (name: string): string => `urn:pulumi:production::switchyard::types::${name}`;
const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";
const proven = { blue: "td:blue:1", green: "td:green:1" };
const { region, ...WEB } = RULE;
const shift = (service: object = {}, outputs: object = {}): Stored => ({
  urn: urn("switchyard"),
  type: SHIFT,
  outputs: {
    region,
    services: { web: { ...WEB, live: "green", ruleArn: "rule:web", proven, ...service } },
    __provider: "…",
    ...outputs,
  },
});
const ecs = (name: string, taskDefinition: string): Stored => ({
  urn: urn(name),
  type: "aws:ecs/service:Service",
  outputs: { taskDefinition },
});

describe("storedShifts", () => {
  it("finds each service's rule in the one resource, with all that reading and writing it takes", () => {
    const found = storedShifts([{ urn: urn("x"), type: "pulumi:pulumi:Stack" }, shift()]);
    const { listenerArn, priority, paths, blueTargetGroupArn, greenTargetGroupArn } = RULE;
    const rule = { region, listenerArn, priority, paths, blueTargetGroupArn, greenTargetGroupArn };
    assert.deepEqual(found, { web: { ruleArn: "rule:web", rule, proven: [] } });
    const withProfile = storedShifts([shift({}, { profile: "team" })]);
    assert.equal(withProfile["web"]?.rule.profile, "team");
  });

  it("takes for proven what the slot's service runs now, and nothing else", () => {
    const provenOf = (...services: ReturnType<typeof ecs>[]): unknown =>
      storedShifts([shift(), ...services])["web"]?.proven;
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
    const odd = [
      shift({ ruleArn: undefined }),
      shift({ listenerArn: undefined }),
      shift({}, { region: 1 }),
      // As version 0.1.0 had one for each service.
      shift({}, { services: undefined, ...WEB }),
    ];
    for (const each of odd) assert.deepEqual(storedShifts([each]), {});
    assert.deepEqual(storedShifts([]), {});
  });
});
