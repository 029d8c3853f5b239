import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/parse";
import { DIGEST, refuses, released } from "./refuses";
import { changed } from "./sample-config";

const RELEASE = released({ web: DIGEST, api: DIGEST });
const provenIn = { stack: "stage", accountId: "111111111111" };
const zone = "Europe/Berlin";

const refusesGate = (title: string, gate: object, says: string): void => {
  refuses(
    title,
    { "switchyard:release": RELEASE, "switchyard:gate": { provenIn, ...gate } },
    `switchyard:gate.${says}`,
  );
};

describe("the settings of a gate", () => {
  const gateOf = (gate: object): unknown =>
    parseSettings(changed({ "switchyard:release": RELEASE, "switchyard:gate": gate })).gate;

  it("are what must be on record in stage, unless they say more", () => {
    assert.deepEqual(gateOf({ provenIn }), {
      provenIn: { ...provenIn, region: "us-east-1" },
      evidence: ["built", "smoke", "acceptance", "live"],
      soakMinutes: 0,
      approvals: [],
      windows: [],
      freezes: [],
      emergency: [],
      people: {},
    });
    assert.equal(gateOf({}), undefined);
  });

  it("fill in the rest of a window and of a freeze", () => {
    const freeze = { from: "2026-12-24", to: "2026-12-24", reason: "nobody is there" };
    const gate = gateOf({ provenIn, windows: [{ zone }], freezes: [freeze] });
    assert.deepEqual((gate as { windows: unknown }).windows, [
      { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "00:00", to: "24:00", zone },
    ]);
    assert.deepEqual((gate as { freezes: unknown }).freezes, [{ ...freeze, zone: "UTC" }]);
  });

  refuses(
    "a gate in a stack that builds",
    { "switchyard:gate": { provenIn } },
    "switchyard:build: found true, in a stack with a gate; allowed a stack that builds, or one with a gate: a gate lets in what was proven elsewhere; take out gate, or set build to false and promote a release",
  );
  refusesGate(
    "a time zone that nobody knows",
    { windows: [{ zone: "Berlin" }] },
    'windows[0].zone: found "Berlin"; allowed the IANA name of a time zone, such as Europe/Berlin or UTC; correct it',
  );
  refusesGate(
    "a window over midnight",
    { windows: [{ from: "22:00", to: "06:00", zone }] },
    "windows[0].to: found 06:00; allowed a time after 22:00; write one window for each side of midnight",
  );
  refusesGate(
    "a day that the calendar does not have",
    { freezes: [{ from: "2026-02-28", to: "2026-02-30", reason: "r" }] },
    'freezes[0].to: found "2026-02-30"; allowed a date that the calendar has; correct it',
  );
  refusesGate(
    "a freeze that ends before it begins",
    { freezes: [{ from: "2026-03-02", to: "2026-03-01", reason: "r" }] },
    "freezes[0].to: found 2026-03-01; allowed 2026-03-02 or a later day; correct it",
  );
  refusesGate(
    "an approver of no account",
    { approvals: [{ from: ["*"] }] },
    'approvals[0].from[0]: found "*"; allowed an ARN as `aws sts get-caller-identity` says it, * for any text: arn:aws:sts::222222222222:assumed-role/approver/*; name the account, and the role or the user',
  );
  refusesGate(
    "evidence that nobody writes",
    { evidence: ["tested"] },
    'evidence[0]: found "tested"; allowed built, scanned, smoke, acceptance, load, rehearsed, live, parity; choose one of these',
  );
});
