import assert from "node:assert/strict";
import { CommandFailure } from "../../../../release/command/failure";
import { verdictLines } from "../../../../release/gate/verdict-lines";
import { FakePlace } from "./fake-place";
import { A, B, Events, PATHS, PRODUCTION } from "./samples";

const short = (id: string): string => id.slice(0, 12);

describe("promote --up", () => {
  let fake = new FakePlace();
  beforeEach(() => {
    fake = new FakePlace();
    fake.stacks.set("production", PRODUCTION);
  });

  it("runs the update, shows its progress and ends with what is live", async () => {
    const { update } = fake;
    fake.update = async (stack, onEvent) => {
      const events = new Events();
      onEvent(events.pre("update", PATHS.ready, "web-green"));
      onEvent(events.done("update", PATHS.ready, "web-green"));
      const summaryEvent = { resourceChanges: { update: 1, same: 9 } };
      onEvent(events.make({ summaryEvent } as never));
      await update(stack, onEvent);
    };
    const { code, out, err } = await fake.call("promote", "--up", "--yes");
    assert.equal(code, 0);
    assert.deepEqual([fake.updated, fake.questions], [["production"], []]);
    assert.match(err, /^updating production\n.* · web: green: coming up\n.* ✓ web: green: up/);
    assert.match(
      out,
      new RegExp(
        `done: release ${short(B.id)} is live in production after 0 s\n` +
          " {2}resources: 1 updated, 9 unchanged\n {2}web on green\n {2}http://stage.example.com\n$",
      ),
    );
    assert.doesNotMatch(out, /next:/);
  });

  it("gives machines the result alone on the standard output", async () => {
    const { out } = await fake.call("promote", "--up", "--yes", "--json");
    const result = JSON.parse(out) as { update: unknown };
    const url = "http://stage.example.com";
    assert.deepEqual(result.update, { seconds: 0, changes: {}, live: B.id, url });
  });

  it("asks once where there is a terminal, before anything is written", async () => {
    fake.interactive = true;
    fake.answer = false;
    const before = fake.files.get("production");
    const { code, err } = await fake.call("promote", "--up");
    assert.equal(code, 3);
    assert.match(err, /^refused: nothing was written and nothing was updated/);
    assert.equal(fake.files.get("production"), before);
    fake.answer = true;
    assert.equal((await fake.call("promote", "--up")).code, 0);
    assert.deepEqual(fake.questions, [
      `deliver release ${short(B.id)} (commit c0ffeeb) to production now?`,
      `deliver release ${short(B.id)} (commit c0ffeeb) to production now?`,
    ]);
  });

  it("does not ask where there is no terminal, and then needs --yes", async () => {
    const before = fake.files.get("production");
    const { code, err } = await fake.call("promote", "--up");
    assert.equal(code, 2);
    assert.match(err, /there is no terminal to ask\nto do: add --yes/);
    assert.deepEqual([fake.files.get("production"), fake.questions], [before, []]);
  });

  it("makes no stack, and does not begin beside another update; nothing is written", async () => {
    const before = fake.files.get("production");
    fake.stacks.set("production", { ...PRODUCTION, running: { by: "ana@host (process 7)" } });
    const locked = await fake.call("promote", "--up", "--yes");
    assert.deepEqual([locked.code, fake.files.get("production")], [3, before]);
    assert.match(locked.err, /^refused: production is being updated by ana@host/);
    fake.stacks.delete("production");
    const absent = await fake.call("promote", "--up", "--yes");
    assert.deepEqual([absent.code, fake.files.get("production")], [2, before]);
    assert.match(absent.err, /`pulumi stack init production`/);
  });

  it("ends with 1 when the update fails, and says why", async () => {
    fake.update = (_stack, onEvent) => {
      const events = new Events();
      onEvent(events.says("error", "web: not healthy"));
      onEvent(events.says("info#err", "Trace: x"));
      return Promise.reject(new CommandFailure("failed", "pulumi: update failed"));
    };
    const { code, err } = await fake.call("promote", "--up", "--yes");
    assert.equal(code, 1);
    assert.match(
      err,
      /✗ web: not healthy\nfailed: the update of production failed, for the reason/,
    );
    assert.match(err, /the program's last words:\n {2}Trace: x\nto do: mend it and run/);
    const { out } = await fake.call("promote", "--up", "--yes", "--json");
    const { error } = JSON.parse(out) as { error: { details: string[] } };
    assert.deepEqual(error.details, ["web: not healthy"]);
  });

  it("ends with 3 when the gate refuses, with what to do about it, and so does a way back", async () => {
    const [name, found, action] = ["1 approval of alice", "none", "npm run release -- approve"];
    const condition = { name, holds: false, found, action };
    const verdict = { way: "closed", conditions: [condition] } as const;
    fake.update = (stack, onEvent) => {
      onEvent(new Events().says("error", verdictLines(verdict, B.id, stack)));
      return Promise.reject(new CommandFailure("failed", "pulumi: update failed"));
    };
    for (const verb of ["promote", "rollback"]) {
      const { code, err } = await fake.call(verb, "--up", "--yes");
      assert.equal(code, 3, err);
      assert.match(
        err,
        /✗ production does not take release \w{12}: 1 of 1 conditions do not hold\.\n[^]*approve\nrefused: the gate of production refused the update before it changed anything, .*\nto do: do what stands behind each condition, then run it again\n$/,
      );
    }
    const { out } = await fake.call("promote", "--up", "--yes", "--json");
    const { error } = JSON.parse(out) as { error: { kind: string; details: string[] } };
    assert.deepEqual(error.details, [verdictLines(verdict, B.id, "production")]);
  });

  it("passes on why an update could not begin", async () => {
    const locked = new CommandFailure("refused", "another update of production is in progress");
    fake.update = () => Promise.reject(locked);
    const { code, err } = await fake.call("promote", "--up", "--yes");
    assert.equal(code, 3);
    assert.match(err, /refused: another update of production is in progress\n$/);
  });

  it("ends with 1 when something else is live after an update that succeeded", async () => {
    fake.update = () => Promise.resolve();
    const { code, err } = await fake.call("promote", "--up", "--yes");
    assert.equal(code, 1);
    const found = `found release ${short(A.id)} live instead of ${short(B.id)}`;
    assert.match(err, new RegExp(`failed: the update succeeded, but ${found}`));
  });
});
