import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { NO_PROGRESS, type Progress, reduceProgress } from "../../../../release/command/progress";
import { Events, PATHS, urnOf } from "./samples";

function after(...events: EngineEvent[]): Progress {
  return events.reduce(reduceProgress, NO_PROGRESS);
}

const told = ({ lines }: Progress): string[] =>
  lines.map(({ mark, text, took }) => `${mark}: ${text}${took === undefined ? "" : ` ${took} s`}`);

describe("reduceProgress", () => {
  let events = new Events();
  beforeEach(() => {
    events = new Events();
  });

  it("tells the story of a delivery in its milestones, with how long each took", () => {
    const state = after(
      events.pre("create", PATHS.copy, "web"),
      events.done("create", PATHS.copy, "web"),
      events.pre("create", PATHS.secret, "session-key"),
      events.done("create", PATHS.secret, "session-key"),
      events.pre("update", PATHS.ready, "web-green"),
      events.done("update", PATHS.ready, "web-green"),
      events.pre("update", PATHS.shift, "switchyard"),
      events.done("update", PATHS.shift, "switchyard"),
    );
    assert.deepEqual(told(state), [
      "begin: web: fetching the image of the release",
      "done: web: the image is in this stack's registry, byte for byte 1 s",
      "begin: secret session-key: making a value",
      "done: secret session-key: a new value is kept 1 s",
      "begin: web: green: coming up",
      "done: web: green: up and healthy 1 s",
      "begin: switching to this release",
      "done: this release is live 1 s",
    ]);
    assert.deepEqual(state.lines[1], { ...state.lines[1], at: 1 });
    assert.equal(state.finished, 4);
    assert.deepEqual(state.open, {});
  });

  it("tells of building an image, of scanning all of them, and of looking for an external secret", () => {
    const state = after(
      events.pre("create", PATHS.build, "api"),
      events.pre("create", "pulumi-nodejs:dynamic/switchyard:ImageScan", "switchyard"),
      events.pre("create", PATHS.external, "license"),
    );
    assert.deepEqual(told(state), [
      "begin: api: building the image",
      "begin: scanning the images",
      "begin: secret license: looking for its value",
    ]);
  });

  it("gives the many other resources one line for each part of the program", () => {
    const state = after(
      events.pre("create", PATHS.vpc, "switchyard"),
      events.pre("create", PATHS.vpc, "other"),
      events.done("create", PATHS.vpc, "other"),
      events.pre("update", PATHS.targetGroup, "web-blue"),
      events.pre("create", "aws:s3/bucket:Bucket", "x"),
    );
    assert.deepEqual(told(state), [
      "begin: network: creating",
      "begin: services: updating",
      "begin: other resources: creating",
    ]);
    assert.equal(Object.keys(state.open).length, 3);
  });

  it("is silent about what does not change, about components and about the stack", () => {
    const state = after(
      ...["same", "read", "refresh", "replace", "discard-replaced"].flatMap((op) => [
        events.pre(op, PATHS.ready, "web-green"),
        events.done(op, PATHS.ready, "web-green"),
      ]),
      events.pre("create", "switchyard:network:Network", "switchyard"),
      events.pre("update", "pulumi:pulumi:Stack", "switchyard-production"),
      events.pre("create", "pulumi:providers:aws", "default"),
    );
    assert.deepEqual([state.lines, state.open, state.finished], [[], {}, 0]);
  });

  it("does not call a removal by the name of what is removed", () => {
    const state = after(events.pre("delete", PATHS.shift, "switchyard"));
    assert.deepEqual(told(state), ["begin: services: removing"]);
  });

  it("tells what failed, and its error in full", () => {
    const message = "web: the version in green did not get healthy: x\ntask 1 stopped: exit code 1";
    const state = after(
      events.pre("update", PATHS.ready, "web-green"),
      events.says("error", `<{%fg 1%}>${message}<{%reset%}>\n`, urnOf(PATHS.ready, "web-green")),
      events.failed("update", PATHS.ready, "web-green"),
      events.pre("create", PATHS.vpc, "switchyard"),
      events.failed("create", PATHS.vpc, "switchyard"),
    );
    assert.deepEqual(told(state), [
      "begin: web: green: coming up",
      `error: ${message}`,
      "failed: web: green: coming up 2 s",
      "begin: network: creating",
      "failed: network: switchyard 1 s",
    ]);
  });

  it("names the resource of an error that does not, and tells no error twice", () => {
    const urn = urnOf(PATHS.vpc, "switchyard");
    const stack = urnOf("pulumi:pulumi:Stack", "switchyard-production");
    const state = after(
      events.says("error", "UnauthorizedOperation: no", urn),
      events.says("error", "UnauthorizedOperation: no", urn),
      events.says("error", "switchyard:services.web.cpu: found 300", stack),
      events.says("error", "update failed", stack),
      events.says("warning", "deprecated"),
    );
    assert.deepEqual(told(state), [
      "error: switchyard (Vpc): UnauthorizedOperation: no",
      "error: switchyard:services.web.cpu: found 300",
      "warning: deprecated",
    ]);
  });

  it("shows no secret and nothing that a terminal would obey", () => {
    const text = "log: postgres://app:hunter2@db\u001b[2J";
    assert.deepEqual(told(after(events.says("error", text))), [
      "error: log: postgres://app:[hidden]@db[2J",
    ]);
  });

  it("keeps the last words of the program's error stream, and no chatter", () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${String(index)}`);
    const state = after(
      events.says("info", "hello"),
      events.says("debug", "RegisterResource RPC prepared"),
      events.says("info#err", lines.join("\n")),
    );
    assert.deepEqual(state.output, lines.slice(10));
    assert.deepEqual(state.lines, []);
  });

  it("tells what an effect says while it waits", () => {
    const state = after(
      events.says("info", "switchyard: waiting until web-failed is silent\n"),
      events.says("info", "something else about switchyard: nothing"),
    );
    assert.deepEqual(told(state), ["begin: waiting until web-failed is silent"]);
  });

  it("tells of a policy that is broken", () => {
    const policyEvent = { policyName: "no-public-db", message: "x", enforcementLevel: "mandatory" };
    const state = after(events.make({ policyEvent } as never));
    assert.deepEqual(told(state), ["error: policy no-public-db: x"]);
  });

  it("takes the counts of the summary", () => {
    const summaryEvent = { resourceChanges: { create: 2, same: 80 } };
    assert.deepEqual(after(events.make({ summaryEvent } as never)).changes, {
      create: 2,
      same: 80,
    });
  });

  it("leaves the state before as it was, and ignores events that it does not know", () => {
    const before = Object.freeze(after(events.pre("create", PATHS.vpc, "switchyard")));
    const kept = structuredClone(before);
    reduceProgress(before, events.done("create", PATHS.vpc, "switchyard"));
    assert.deepEqual(before, kept);
    assert.equal(reduceProgress(before, events.make({ cancelEvent: {} })), before);
    assert.deepEqual(reduceProgress(before, events.done("create", PATHS.vpc, "unknown")), before);
  });
});
