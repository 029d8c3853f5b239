import assert from "node:assert/strict";
import type { DesiredRevision, Revision } from "../../../release/revision";
import { sameRevision } from "../../../release/revision";
import { assignSlots, otherSlot, type Slot, SLOTS, type SlotState } from "../../../release/slots";
import type { StoredShift } from "../../../release/stored-shifts";
import {
  isThere,
  type Move,
  obstacle,
  type ServiceOnTheWay,
  wayBack,
} from "../../../release/way-back";
import { allTo, type Weights } from "../../../release/weights";
import { RULE } from "../effects/fake-balancer";

const DESIRED: DesiredRevision = {
  service: "web",
  digest: "sha256:good",
  environment: {},
  secrets: {},
  cpu: 256,
  memoryMiB: 512,
  port: 8080,
  healthCheck: {
    command: [],
    intervalSeconds: 1,
    timeoutSeconds: 1,
    retries: 1,
    startPeriodSeconds: 1,
  },
  targets: {
    path: "/readyz",
    intervalSeconds: 5,
    timeoutSeconds: 4,
    healthyThreshold: 2,
    unhealthyThreshold: 3,
  },
  stopTimeoutSeconds: 30,
};
const good: Revision = {
  ...DESIRED,
  digest: "sha256:good",
  secrets: {},
  release: "r1",
  image: "i",
};
const bad: Revision = { ...good, digest: "sha256:bad" };
const resized: Revision = { ...good, cpu: 512 };
const shiftWith = (proven: readonly Slot[]): StoredShift => ({
  ruleArn: "arn",
  rule: RULE,
  proven,
});
const LIVE_BAD: SlotState<Revision> = { live: "green", blue: good, green: bad };
const WEB: ServiceOnTheWay = {
  recorded: LIVE_BAD,
  desired: DESIRED,
  tasks: 2,
  shift: shiftWith(SLOTS),
};

/** Nobody connects to it. */
const asWorker = <T extends DesiredRevision>(revision: T): T =>
  Object.fromEntries(
    Object.entries(revision).filter(([key]) => key !== "port" && key !== "targets"),
  ) as T;

describe("wayBack", () => {
  const reasons = (changes: Partial<ServiceOnTheWay>): readonly string[] => {
    const found = wayBack({ web: { ...WEB, ...changes } });
    assert.ok(!found.ok, "it is no way");
    return found.reasons;
  };

  it("writes the weights of a service whose standby still is what is wanted", () => {
    const move = { service: "web", from: "green", to: "blue", shift: WEB.shift, tasks: 2 };
    assert.deepEqual(wayBack({ web: WEB }), { ok: true, moves: [move], workers: {} });
  });

  it("leaves a service alone that is live as it is wanted", () => {
    const recorded = { ...LIVE_BAD, live: "blue" } as const;
    const found = wayBack({ web: { ...WEB, recorded } });
    assert.deepEqual(found, { ok: true, moves: [], workers: {} });
  });

  it("does not go where a slot would have to change, or nothing is known of it", () => {
    const cases: [Partial<ServiceOnTheWay>, string][] = [
      [{ recorded: undefined }, "web: the stack does not have it yet"],
      [{ desired: undefined }, "web: the release has no version of it"],
      [{ recorded: { ...LIVE_BAD, blue: undefined } }, "web: blue is empty"],
      [
        { recorded: { ...LIVE_BAD, blue: resized } },
        "web: blue holds another version, or its settings were changed since",
      ],
      [{ shift: undefined }, "web: the stack's state does not tell its listener rule"],
      [
        { shift: shiftWith(["green"]) },
        "web: what runs in blue is not what had the traffic before",
      ],
    ];
    for (const [changes, reason] of cases) assert.deepEqual(reasons(changes), [reason]);
  });

  const WORKER = "it is a worker, whose tasks only an update starts and stops";
  const worker = asWorker(DESIRED);
  const jobs: ServiceOnTheWay = {
    recorded: { live: "green", blue: asWorker(good), green: asWorker(bad) },
    desired: worker,
    tasks: 2,
    shift: undefined,
  };

  it("leaves a worker to the update, and moves the others at once", () => {
    const found = wayBack({ jobs, web: WEB });
    assert.ok(found.ok);
    assert.deepEqual(
      found.moves.map(({ service }) => service),
      ["web"],
    );
    assert.deepEqual(found.workers, { jobs: WORKER });
  });

  it("says nothing of a worker that is live as it is wanted", () => {
    const recorded = { live: "blue", blue: asWorker(good), green: asWorker(bad) } as const;
    const found = wayBack({ jobs: { ...jobs, recorded } });
    assert.deepEqual(found, { ok: true, moves: [], workers: {} });
  });

  it("says of a worker what else the update has to do", () => {
    const recorded = { live: "green", blue: asWorker(resized), green: asWorker(bad) } as const;
    const cases: [Partial<ServiceOnTheWay>, string][] = [
      [{ recorded: undefined }, "the stack does not have it yet"],
      [{ desired: undefined }, "the release has no version of it"],
      [{ recorded }, "blue holds another version, or its settings were changed since"],
    ];
    for (const [changes, why] of cases)
      assert.deepEqual(wayBack({ jobs: { ...jobs, ...changes }, web: WEB }), {
        ...wayBack({ web: WEB }),
        workers: { jobs: `${WORKER}; ${why}` },
      });
  });

  it("moves nothing ahead of an update that refuses a change of kind", () => {
    assert.match(reasons({ desired: worker }).join(), /^web: blue holds another version/);
    assert.match(reasons({ recorded: jobs.recorded }).join(), /^web: blue holds another version/);
  });

  it("is never half: one service that can't keeps all from it, and each is named", () => {
    const found = wayBack({
      api: { ...WEB, desired: undefined },
      web: WEB,
      z: { ...WEB, shift: undefined },
    });
    assert.ok(!found.ok && found.reasons.length === 2 && !("moves" in found));
  });

  it("moves in every case just what the program would, and no slot's content with it", () => {
    const contents = [undefined, good, bad, resized];
    let [ways, moves] = [0, 0];
    for (const live of SLOTS)
      for (const blue of contents)
        for (const green of contents)
          for (const proven of [[], ["blue"], ["green"], SLOTS] as Slot[][]) {
            const recorded: SlotState<Revision> = { live, blue, green };
            const next = assignSlots(recorded, DESIRED, sameRevision);
            const found = wayBack({ web: { ...WEB, recorded, shift: shiftWith(proven) } });
            if (!found.ok) continue;
            ways++;
            const [move] = found.moves;
            assert.deepEqual({ ...recorded, live: move?.to ?? live }, next);
            if (!move) continue;
            moves++;
            assert.deepEqual([move.from, move.to], [live, otherSlot(live)]);
            assert.ok(recorded[move.to] === good && proven.includes(move.to));
          }
    // Live: good in one slot and anything in the other. Moved: good, proven, and the live one another.
    assert.deepEqual([ways, moves], [2 * 4 * 4 + 2 * 3 * 2, 2 * 3 * 2]);
  });

  it("names a worker in every case in which the program would change it, and in no other", () => {
    const contents = [undefined, ...[good, bad, resized].map((each) => asWorker(each))];
    let named = 0;
    for (const live of SLOTS)
      for (const blue of contents)
        for (const green of contents) {
          const recorded: SlotState<Revision> = { live, blue, green };
          const isLeft = assignSlots(recorded, worker, sameRevision) !== recorded;
          const found = wayBack({ jobs: { ...jobs, recorded }, web: WEB });
          assert.ok(found.ok && found.moves.length === 1);
          assert.deepEqual(Object.keys(found.workers), isLeft ? ["jobs"] : []);
          if (isLeft) named++;
        }
    // The live slot holds another version or none, and the other one anything.
    assert.equal(named, 2 * 3 * 4);
  });
});

describe("obstacle", () => {
  const move: Move = {
    service: "web",
    from: "green",
    to: "blue",
    shift: shiftWith(SLOTS),
    tasks: 2,
  };
  const found = (weights: Weights | undefined, blue: number, green: number): string | undefined =>
    obstacle(move, {
      rule: weights && { weights, isForeign: false },
      healthy: { blue, green },
    });

  it("is none where the standby has what the settings ask for and the live slot has", () => {
    assert.equal(found(allTo("green"), 2, 2), undefined);
    assert.equal(found(allTo("green"), 3, 3), undefined);
    assert.equal(found(allTo("green"), 2, 0), undefined);
  });

  it("is too few healthy targets", () => {
    assert.equal(found(allTo("green"), 1, 1), "blue has 1 healthy targets, it needs 2");
    assert.equal(found(allTo("green"), 2, 4), "blue has 2 healthy targets, it needs 4");
    assert.equal(found(allTo("blue"), 1, 4), "blue has 1 healthy targets, it needs 2");
  });

  it("is a rule that is gone, and weights that are neither the old nor the new ones", () => {
    assert.equal(found(undefined, 2, 2), "its listener rule is gone");
    for (let percent = 1; percent < 100; percent++)
      assert.match(
        found({ blue: percent, green: 100 - percent }, 2, 2) ?? "",
        /^found blue \d+ %, green \d+ % where blue 0 %, green 100 % was recorded$/,
      );
    assert.match(found({ blue: 0, green: 0 }, 2, 2) ?? "", /^found blue 0 %, green 0 %/);
  });

  it("is none where an earlier run was ended after its write", () => {
    assert.equal(found(allTo("blue"), 2, 4), undefined);
    const there = (weights: Weights, isForeign = false): boolean =>
      isThere(move, { weights, isForeign });
    assert.deepEqual([there(allTo("blue")), there(allTo("green"))], [true, false]);
    assert.deepEqual([isThere(move, undefined), there(allTo("blue"), true)], [false, false]);
  });

  it("is a rule to which somebody added something", () => {
    const rule = { weights: allTo("green"), isForeign: true };
    assert.equal(
      obstacle(move, { rule, healthy: { blue: 2, green: 2 } }),
      "its listener rule does more than share the traffic between the slots",
    );
  });
});
