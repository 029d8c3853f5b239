import assert from "node:assert/strict";
import { mock } from "node:test";
import { effect, type GuardedService, type GuardInputs } from "../../../effects/standby-guard";
import { allTo } from "../../../release/weights";
import { type FakeBalancer, GREEN, RULE } from "./fake-balancer";
import { FakeScaling } from "./fake-scaling";
import {
  ALONE,
  API_ALONE,
  held,
  region,
  stack,
  third,
  WEB,
  wellBalancer,
} from "./guarded-services";
import { StubAws } from "./stub-aws";

describe("what the guard of the standby slots remembers", () => {
  let balancer: FakeBalancer;
  let aws: StubAws;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    balancer = wellBalancer();
    aws = new StubAws({ ...balancer.answers, ...new FakeScaling().answers });
  });
  afterEach(() => {
    aws.restore();
    mock.timers.reset();
  });

  it("shows a service that comes, of which a preview does not know yet what it is to hold", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9" as unknown as GuardedService["contents"];
    const services = { web: WEB, api: { ...API_ALONE, contents: unknown } };
    const news = { region, services };
    assert.equal((await effect.diff("standby", held(stack({})), news)).changes, true);
  });

  it("leaves what is live alone where it knows nothing yet of what the slots hold", async () => {
    const arn = balancer.withRule(allTo("green"));
    await effect.create({ region, services: { web: ALONE } });
    assert.deepEqual(balancer.weights(arn), allTo("green"));
    assert.deepEqual(aws.calls, []);
  });

  it("is asked again for each new content of a slot, and for nothing else", async () => {
    const changes = async (...news: Parameters<typeof stack>): Promise<boolean | undefined> =>
      (await effect.diff("standby", held(stack({}, {})), stack(...news))).changes;
    assert.equal(await changes({}, {}), false, "the same delivery again");
    assert.equal(await changes({ live: "blue" }, {}), false, "back to what the other slot holds");
    assert.equal(await changes({ priority: 9 }, {}), false);
    assert.equal(await changes({}), false, "a service is gone");
    assert.equal(await changes({}, third), true);
    assert.equal(await changes({ contents: { blue: "r3", green: "r2" } }, {}), true);
    assert.equal(await changes({ contents: { blue: "r1" } }, {}), true);
  });

  it("remembers what a run that failed has put into a slot, and frees it before going back", async () => {
    const before = held(stack({ contents: { blue: "r1" } }));
    const failed = await effect.update("standby", before, stack({}));
    const arn = balancer.withRule({ blue: 80, green: 20 });
    const back = stack({ contents: { blue: "r1", green: "r0" } });
    assert.equal((await effect.diff("standby", failed.outs, back)).changes, true);
    await effect.update("standby", failed.outs, back);
    assert.deepEqual(balancer.weights(arn), allTo("blue"));
  });

  it("minds that a slot has kept what it had where a run failed before it changed", async () => {
    // Green carries r2 of an update that failed late. Going back to blue fails too, before green gets its r0 again.
    const back: GuardInputs = {
      region,
      services: { web: { ...ALONE, live: "blue", contents: { blue: "r1", green: "r0" } } },
    };
    const arn = balancer.withRule(allTo("green"));
    const failed = await effect.update("standby", held(stack({})), back);
    assert.equal(
      (await effect.diff("standby", failed.outs, back)).changes,
      false,
      "the same again",
    );
    for (const green of ["r0", "r2"]) {
      const wanted = stack({ contents: { blue: "r1", green } });
      assert.equal((await effect.diff("standby", failed.outs, wanted)).changes, true);
      for (const group of balancer.rules[0]?.groups ?? [])
        group.Weight = group.TargetGroupArn === GREEN ? 100 : 0;
      await effect.update("standby", failed.outs, wanted);
      assert.deepEqual(balancer.weights(arn), allTo("blue"));
    }
  });

  it("leaves nothing behind, and minds none of those that each service had of its own", async () => {
    const former = { ...RULE, live: "green", contents: { blue: "r1" }, wakes: {} };
    for (const props of [stack({}), former]) {
      await effect.delete("standby", props);
      assert.deepEqual(await effect.read("standby", props), { id: "standby", props });
    }
    assert.deepEqual(aws.calls, []);
  });
});
