import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { CommandFailure } from "../../../../release/command/failure";
import type { RefreshEvent } from "../../../../release/drift/findings";
import { lookUp } from "../../../../release/ledger/look-up";
import { GONE, MOVED, OPENED, refreshed, REROUTED, SAME } from "../drift/refreshed";
import { writer } from "../ledger/entries";
import { FakePlace } from "./fake-place";
import { PRODUCTION, stateOf } from "./samples";

const LEDGER = { bucket: "b", sequence: 0, hash: "0".repeat(64) };

describe("drift", () => {
  let place: FakePlace;
  let tells: Record<string, readonly RefreshEvent[]>;
  const ofAccount = (account: string): void => {
    const { by } = writer("ana");
    place.who = { ...by, arn: by.arn.replace("222222222222", account) };
  };
  beforeEach(() => {
    place = new FakePlace();
    place.stacks.set("stage", stateOf({ ledger: LEDGER }));
    place.stacks.set("production", { ...PRODUCTION, ledger: LEDGER });
    tells = { stage: [SAME, SAME], production: [SAME] };
    ofAccount("111111111111");
    place.refreshPreview = (stack, onEvent) => {
      for (const event of tells[stack] ?? []) onEvent(event as unknown as EngineEvent);
      return Promise.resolve();
    };
  });
  const entries = (): ReturnType<typeof lookUp> => lookUp(place.ledger, { kinds: ["drift"] });

  it("is not there where everything is as the last update left it: 0, and on record", async () => {
    const { code, out, err } = await place.call("drift", "--stack", "stage");
    assert.equal(code, 0, err);
    assert.equal(out, "stage is as the last update left it, 2 resources\n  on record as entry 1\n");
    assert.equal(err, "looking at stage\n");
    const [entry] = await entries();
    assert.deepEqual(entry?.details, { changed: 0, gone: 0, resources: [] });
    assert.deepEqual(place.updated, []);
  });

  it("is shown with what, who could have, and the command that restores it: 3, and on record", async () => {
    tells["stage"] = [GONE, SAME, OPENED, MOVED];
    const userIdentity = { arn: "arn:aws:iam::111111111111:user/olga" };
    const text = JSON.stringify({ userIdentity, requestParameters: { id: "web-1234567" } });
    const event = { time: "2026-11-21T08:50:00.000Z", call: "DeleteLogGroup", text };
    const since = "2026-11-21T08:33:08.000Z";
    place.trail = { read: true, since, events: [event], isCut: false };
    const { code, out, err } = await place.call("drift", "--stack", "stage");
    assert.equal(code, 3);
    assert.equal(
      out,
      [
        "stage is not as the last update left it: 2 changed, 1 gone",
        "  web (LogGroup) [web-1234567]",
        "    is gone",
        "    could have been arn:aws:iam::111111111111:user/olga: DeleteLogGroup, 2026-11-21T08:50:00.000Z",
        "  web (SecurityGroupEgressRule) [sgr-0123456789]",
        "    cidrIpv4",
        "      state  10.0.0.0/8",
        "      found  0.0.0.0/0",
        "  switchyard (TrafficShift) [traffic-shift]",
        "    services.web.weights",
        "      state  blue 100 %, green 0 %",
        "      found  blue 60 %, green 40 %",
        "  who: CloudTrail has 1 call that changed anything since 2026-11-21T08:33:08.000Z; it has each some minutes late. Where it names nobody: whoever IAM lets change it in account 111111111111, or the last update itself",
        "  to restore it: npm run pulumi -- up --refresh -s stage",
        "    (it delivers what the settings say by now: preview it first)",
        "  on record as entry 1",
        "",
      ].join("\n"),
    );
    assert.match(err, /^refused: stage is not as the last update left it$/m);
    assert.match(err, /^to do: npm run pulumi -- up --refresh -s stage$/m);
    const [entry] = await entries();
    assert.deepEqual(entry?.details, {
      changed: 2,
      gone: 1,
      resources: ["web (LogGroup)", "web (SecurityGroupEgressRule)", "switchyard (TrafficShift)"],
    });
    assert.match(entry.result ?? "", /^[0-9a-f]{64}$/);
  });

  it("of a listener rule that does something else is shown too, and needs no refresh", async () => {
    tells["stage"] = [REROUTED];
    const { code, out } = await place.call("drift", "--stack", "stage");
    assert.equal(code, 3);
    assert.match(out, /^ {4}a listener rule does something else with the traffic$/m);
    assert.match(out, /^ {2}to restore it: npm run pulumi -- up -s stage$/m);
  });

  it("shows no secret value, and nothing that a terminal would obey", async () => {
    const told = (value: string, name: string): object => ({
      id: "some-secret",
      outputs: { value, name },
    });
    const [was, is] = [told("[secret]", "a"), told("[secret]", "password=hunter2222\u001b[2J")];
    tells["stage"] = [refreshed("update", "aws:x/y:Secret", "s", was, is, "value", "name")];
    const { out } = await place.call("drift", "--stack", "stage");
    assert.match(out, /^ {4}value: another secret value$/m);
    assert.ok(!out.includes("hunter2222") && !out.includes("\u001b"));
  });

  it("is looked for in both stacks; what could not be looked at is said: 1", async () => {
    const { code, out, err } = await place.call("drift");
    assert.equal(code, 1);
    assert.match(out, /^stage is as the last update left it/);
    assert.match(
      out,
      /^production could not be looked at\n {2}the credentials are of account 111111111111, and the stack is in 222222222222$/m,
    );
    assert.match(err, /^failed: production could not be looked at, for the reason shown above$/m);
  });

  it("counts for more than a stack that could not be looked at: 3", async () => {
    tells["stage"] = [GONE];
    const { code, err } = await place.call("drift");
    assert.equal(code, 3);
    assert.match(err, /stage is not as the last update left it; production could not be looked at/);
  });

  it("is not looked for beside an update, nor where the engine fails: 1, with the reason", async () => {
    const running = { by: "ana@laptop", since: "2026-11-21T08:59:00Z" };
    place.stacks.set("stage", stateOf({ running }));
    const beside = await place.call("drift", "--stack", "stage");
    assert.equal(beside.code, 1);
    assert.match(beside.out, /stage is being updated by ana@laptop/);
    place.stacks.set("stage", stateOf());
    place.refreshPreview = (_stack, onEvent) => {
      const diagnosticEvent = { message: "no such host", severity: "error", color: "never" };
      onEvent({ sequence: 0, timestamp: 1000, diagnosticEvent } as never);
      return Promise.reject(new CommandFailure("failed", "pulumi: failed"));
    };
    const failed = await place.call("drift", "--stack", "stage");
    assert.equal(failed.code, 1);
    assert.match(failed.out, /^stage could not be looked at\n {2}no such host$/m);
  });

  it("of a stack that is not there is a mistake in the call: 2", async () => {
    assert.equal((await place.call("drift", "--stack", "nowhere")).code, 2);
    assert.equal((await place.call("drift", "--stack", "no/../where?")).code, 2);
  });

  it("is told by the exit code all the same where it can't be put on record", async () => {
    tells["stage"] = [GONE];
    place.ledger.onWrite = () => Promise.reject(new Error("AccessDenied: not you"));
    const denied = await place.call("drift", "--stack", "stage");
    assert.equal(denied.code, 3);
    assert.match(denied.out, /^ {2}not on record: AccessDenied: not you$/m);
    place.stacks.set("stage", stateOf());
    const without = await place.call("drift", "--stack", "stage");
    assert.equal(without.code, 3);
    assert.match(without.out, /^ {2}not on record: the stack has no ledger yet$/m);
  });

  it("says so where CloudTrail can't be asked", async () => {
    tells["stage"] = [GONE];
    place.trail = { read: false, reason: "asking CloudTrail: AccessDenied" };
    const { out } = await place.call("drift", "--stack", "stage");
    assert.match(
      out,
      /who: CloudTrail could not be asked \(asking CloudTrail: AccessDenied\); whoever IAM lets/,
    );
  });

  it("tells how far it is", async () => {
    tells["stage"] = Array.from({ length: 60 }, () => SAME);
    const { err } = await place.call("drift", "--stack", "stage");
    assert.equal(err, "looking at stage\n  25 resources of stage\n  50 resources of stage\n");
  });

  it("is told to machines whole, without what CloudTrail's events hold", async () => {
    tells["stage"] = [GONE, MOVED];
    const text = JSON.stringify({ requestParameters: { id: "web-1234567" }, hush: "a word" });
    place.trail = { read: true, events: [{ time: "t", call: "c", text }], isCut: true };
    const { code, out } = await place.call("drift", "--stack", "stage", "--json");
    assert.equal(code, 3);
    assert.ok(!out.includes("a word"));
    type Told = {
      stacks: { findings: Record<string, unknown>[]; changed: number; gone: number }[];
      error: { exitCode: number };
    };
    const { stacks, error } = JSON.parse(out) as Told;
    assert.equal(error.exitCode, 3);
    const [stage] = stacks;
    assert.deepEqual([stage?.changed, stage?.gone], [1, 1]);
    assert.deepEqual(
      stage?.findings.map(({ name, what, who }) => [name, what, who]),
      [
        ["web", "gone", [{ by: "somebody unnamed", call: "c", time: "t" }]],
        ["switchyard", "changed", []],
      ],
    );
    tells["stage"] = [];
    const none = await place.call("drift", "--stack", "stage", "--json");
    assert.equal((JSON.parse(none.out) as Told).stacks[0]?.changed, 0);
  });
});
