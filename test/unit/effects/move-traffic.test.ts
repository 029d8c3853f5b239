import assert from "node:assert/strict";
import { moveTraffic, type MoveOptions, TRAFFIC_TAG } from "../../../effects/move-traffic";
import type { Move } from "../../../release/way-back";
import { allTo, type Weights } from "../../../release/weights";
import { RULE } from "./fake-balancer";
import { awsError, StubAws } from "./stub-aws";

const SERVICES = ["api", "web"];
const group = (service: string, slot: string): string => `arn:${service}:${slot}`;
const MOVES: Move[] = SERVICES.map((service) => ({
  service,
  from: "green",
  to: "blue",
  tasks: 2,
  shift: {
    ruleArn: `arn:rule:${service}`,
    proven: ["blue", "green"],
    rule: {
      ...RULE,
      blueTargetGroupArn: group(service, "blue"),
      greenTargetGroupArn: group(service, "green"),
    },
  },
}));

/** The rules of some services, and what goes wrong with them. */
class Balancer {
  readonly weights: Record<string, Weights> = {};
  readonly tags: Record<string, string> = {};
  readonly healthy: Record<string, number> = {};
  readonly aws: StubAws;

  constructor() {
    for (const service of SERVICES) {
      this.weights[`arn:rule:${service}`] = allTo("green");
      for (const slot of ["blue", "green"]) this.healthy[group(service, slot)] = 2;
    }
    this.aws = new StubAws({
      DescribeRules: ({ RuleArns }) => ({
        Rules: (RuleArns as string[]).map((arn) => this.rule(arn)),
      }),
      DescribeTargetHealth: ({ TargetGroupArn }) => ({
        TargetHealthDescriptions: Array.from(
          { length: this.healthy[TargetGroupArn as string] ?? 0 },
          () => ({ Target: {}, TargetHealth: { State: "healthy" } }),
        ),
      }),
      ModifyRule: (input) => {
        this.write(input);
      },
      AddTags: ({ ResourceArns, Tags }) => {
        const [arn = ""] = ResourceArns as string[];
        const [tag] = Tags as { Key: string; Value: string }[];
        assert.equal(tag?.Key, TRAFFIC_TAG);
        this.tags[arn] = tag.Value;
      },
    });
  }

  write({ RuleArn, Actions }: Record<string, unknown>): void {
    const [action] = Actions as { ForwardConfig: { TargetGroups: { Weight: number }[] } }[];
    const [blue, green] = action?.ForwardConfig.TargetGroups ?? [];
    this.weights[RuleArn as string] = { blue: blue?.Weight ?? 0, green: green?.Weight ?? 0 };
  }

  private rule(arn: string): object {
    const { blue, green } = this.weights[arn] ?? allTo("green");
    const service = arn.split(":").at(-1) ?? "";
    const TargetGroups = [
      { TargetGroupArn: group(service, "blue"), Weight: blue },
      { TargetGroupArn: group(service, "green"), Weight: green },
    ];
    return { RuleArn: arn, Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }] };
  }
}

const OPTIONS: MoveOptions = {
  fence: () => Promise.resolve(undefined),
  note: ({ service }) => `rollback of ${service} <by> ana`,
};

describe("moveTraffic", () => {
  let balancer: Balancer;
  beforeEach(() => {
    balancer = new Balancer();
  });
  afterEach(() => {
    balancer.aws.restore();
  });
  const all = (weights: Weights): Record<string, Weights> => ({
    "arn:rule:api": weights,
    "arn:rule:web": weights,
  });

  it("writes each service's weights once, reads them back, and says on the rule who did it", async () => {
    const result = await moveTraffic(MOVES, OPTIONS);
    assert.ok(result.moved);
    assert.deepEqual([result.written, result.unrecorded], [SERVICES, []]);
    assert.deepEqual(balancer.weights, all(allTo("blue")));
    assert.equal(balancer.aws.inputsOf("ModifyRule").length, SERVICES.length);
    assert.equal(balancer.aws.commands.at(-1), "DescribeRules");
    assert.equal(balancer.tags["arn:rule:web"], "rollback of web _by_ ana");
  });

  it("writes nothing where one of them can't go", async () => {
    balancer.healthy[group("web", "blue")] = 1;
    assert.deepEqual(await moveTraffic(MOVES, OPTIONS), {
      moved: false,
      reasons: ["web: blue has 1 healthy targets, it needs 2"],
      strayed: [],
    });
    assert.ok(!balancer.aws.commands.some((each) => /ModifyRule|AddTags/.test(each)));
  });

  it("writes nothing where an update has begun, and asks that last", async () => {
    let asked: string[] = [];
    const fence = (): Promise<string> => {
      asked = balancer.aws.commands;
      return Promise.resolve("stage is being updated");
    };
    const result = await moveTraffic(MOVES, { ...OPTIONS, fence });
    assert.deepEqual(result, { moved: false, reasons: ["stage is being updated"], strayed: [] });
    assert.equal(asked.length, 3 * SERVICES.length);
    assert.deepEqual(balancer.weights, all(allTo("green")));
    assert.deepEqual(balancer.tags, {});
  });

  it("says that AWS could not be asked, and writes nothing", async () => {
    balancer.aws.on("DescribeRules", () => {
      throw awsError("AccessDenied", "no");
    });
    const result = await moveTraffic(MOVES, OPTIONS);
    assert.ok(!result.moved);
    assert.match(result.reasons[0] ?? "", /^api: reading the live weights: no \(AccessDenied\)$/);
    assert.equal(balancer.aws.inputsOf("ModifyRule").length, 0);
  });

  it("finishes what a killed run has begun, and writes no more than is left", async () => {
    balancer.weights["arn:rule:api"] = allTo("blue");
    const result = await moveTraffic(MOVES, OPTIONS);
    assert.ok(result.moved);
    assert.deepEqual(result.written, ["web"]);
    assert.deepEqual(balancer.weights, all(allTo("blue")));
    assert.equal(balancer.aws.inputsOf("ModifyRule").length, 1);
  });

  it("asks nothing of AWS where nothing is to move", async () => {
    assert.equal((await moveTraffic([], OPTIONS)).moved, true);
    assert.deepEqual(balancer.aws.calls, []);
  });

  it("says that it could not be recorded, and moves the traffic all the same", async () => {
    balancer.aws.on("AddTags", () => {
      throw awsError("AccessDenied", "no");
    });
    const result = await moveTraffic(MOVES, OPTIONS);
    assert.deepEqual(result.moved && result.unrecorded, ["api: no", "web: no"]);
    assert.deepEqual(balancer.weights, all(allTo("blue")));
  });

  /** What becomes of a write: done, refused, done without an answer, answered without being done. */
  type Fate = "done" | "refused" | "lost" | "ignored";
  const FATES: Fate[] = ["done", "refused", "lost", "ignored"];
  for (const api of FATES)
    for (const web of FATES)
      it(`is all or nothing where api's write is ${api} and web's is ${web}`, async () => {
        const fates: Record<string, Fate> = { "arn:rule:api": api, "arn:rule:web": web };
        balancer.aws.on(
          "ModifyRule",
          (input) => {
            const fate = fates[input["RuleArn"] as string] ?? "done";
            if (fate === "done" || fate === "lost") balancer.write(input);
            if (fate === "refused" || fate === "lost") throw awsError("Throttling", "later");
          },
          SERVICES.length,
        );
        const result = await moveTraffic(MOVES, OPTIONS);
        const isMoved = api === "done" && web === "done";
        assert.equal(result.moved, isMoved);
        assert.deepEqual(balancer.weights, all(allTo(isMoved ? "blue" : "green")));
        if (result.moved) return;
        const failed = Object.values(fates).filter((fate) => fate !== "done");
        assert.deepEqual([result.reasons.length, result.strayed], [failed.length, []]);
        assert.match(balancer.tags["arn:rule:web"] ?? "", /^put back: rollback of web/);
      });

  it("names a service whose weights can't be put back", async () => {
    balancer.aws.on("ModifyRule", (input) => {
      if (input["RuleArn"] === "arn:rule:api") throw awsError("Throttling", "later");
      const isBack = balancer.weights["arn:rule:web"]?.blue === 100;
      if (isBack) throw awsError("Throttling", "not now");
      balancer.write(input);
    });
    const result = await moveTraffic(MOVES, OPTIONS);
    assert.ok(!result.moved);
    assert.deepEqual(result.reasons, ["api: writing blue 100 %, green 0 %: later"]);
    assert.ok(result.strayed.includes("web: writing blue 0 %, green 100 %: not now"));
  });
});
