import assert from "node:assert/strict";
import { mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BundledService, type Child } from "./child-process";
import { identity, reporterEnvironment } from "./environments";

const own = { ...identity, service: "reporter" };

describe("the process of a worker", () => {
  let reporter: BundledService;
  let folder: string;
  let children: Child[];
  before(async () => {
    reporter = await BundledService.make("reporter");
  });
  beforeEach(async () => {
    children = [];
    folder = await mkdtemp(path.join(tmpdir(), "switchyard-reporter-"));
  });
  afterEach(async () => {
    for (const child of children) child.signal("SIGKILL");
    await Promise.all(children.map(({ exit }) => exit));
    await rm(folder, { recursive: true });
  });
  after(() => reporter.remove());

  const run = (change: NodeJS.ProcessEnv = {}, ...rest: string[]): Child => {
    const child = reporter.run({ ...reporterEnvironment, TMPDIR: folder, ...change }, ...rest);
    children.push(child);
    return child;
  };
  const messages = (child: Child): unknown[] => child.lines().map(({ msg }) => msg);
  const heartbeat = (): string => path.join(folder, "heartbeat");
  const reports = async (child: Child, count: number): Promise<void> => {
    while (messages(child).filter((each) => each === "reported").length < count) await sleep(10);
  };

  it("says what it is with each report, and numbers them", async () => {
    const child = run({ INTERVAL_MS: "20", WORK_MS: "5" });
    const { time, ...started } = await child.line("started");
    assert.deepEqual(started, { level: "info", msg: "started", ...own });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    await reports(child, 3);
    const made = child.lines().filter(({ msg }) => msg === "reported");
    assert.deepEqual(
      made.slice(0, 3).map((line) => ({ ...line, time: "" })),
      [1, 2, 3].map((number) => ({ level: "info", msg: "reported", time: "", number, ...own })),
    );
  });

  it("finishes the report under way after SIGTERM, says so, and exits with 0", async () => {
    const child = run({ INTERVAL_MS: "1", WORK_MS: "400" });
    await child.line("started");
    await sleep(50);
    child.signal("SIGTERM");
    child.signal("SIGTERM");
    assert.equal(await child.exit, 0);
    assert.deepEqual(messages(child), ["started", "stopping", "reported", "stopped"]);
    assert.equal((await child.line("stopped"))["reports"], 1);
  });

  it("begins no report after SIGTERM, and does not wait for the next to be due", async () => {
    const child = run({ INTERVAL_MS: "2000", WORK_MS: "1" });
    await child.line("reported");
    await sleep(50);
    const told = performance.now();
    child.signal("SIGTERM");
    assert.equal(await child.exit, 0);
    assert.ok(performance.now() - told < 1_000);
    assert.deepEqual(messages(child), ["started", "reported", "stopping", "stopped"]);
  });

  it("is healthy while its heart beats, and not when the last beat is too old", async () => {
    const child = run({ INTERVAL_MS: "100", WORK_MS: "1" });
    await reports(child, 2);
    const healthy = run({}, "--healthcheck");
    assert.equal(await healthy.exit, 0);
    assert.equal(healthy.output, "");
    child.signal("SIGTERM");
    await child.exit;
    const { mtimeMs } = await stat(heartbeat());
    await utimes(heartbeat(), mtimeMs / 1000 - 8, mtimeMs / 1000 - 8);
    const old = run({}, "--healthcheck");
    assert.equal(await old.exit, 1);
    assert.match(old.output, /the last heartbeat is \d+\.\d s old, allowed are 5 s/);
    const patient = run({ HEARTBEAT_MAX_AGE_SECONDS: "60" }, "--healthcheck");
    assert.equal(await patient.exit, 0);
  });

  it("is not healthy before its first heartbeat", async () => {
    const check = run({}, "--healthcheck");
    assert.equal(await check.exit, 1);
    assert.match(check.output, /there was no heartbeat so far/);
  });

  it("passes its self-test, and fails it where it is told to", async () => {
    const good = run({}, "--selftest");
    assert.equal(await good.exit, 0);
    assert.deepEqual(messages(good), ["the self-test passed"]);
    const bad = run({ FAULT: "failing-selftest" }, "--selftest");
    assert.equal(await bad.exit, 1);
    assert.match(bad.output, /the self-test failed/);
    const wrong = run({ RELEASE_ID: "1" }, "--selftest");
    assert.equal(await wrong.exit, 1);
    assert.match(wrong.output, /RELEASE_ID is \\"1\\": give 64 hex digits/);
  });

  it("crashes at once or after some reports where it is told to", async () => {
    const crash = "FAULT is crash: the version ends on purpose";
    const atOnce = run({ FAULT: "crash" });
    assert.equal(await atOnce.exit, 1);
    assert.deepEqual(messages(atOnce), ["started", crash]);
    const later = run({ FAULT: "crash", FAULT_AFTER: "1", INTERVAL_MS: "10", WORK_MS: "1" });
    assert.equal(await later.exit, 1);
    assert.deepEqual(messages(later), ["started", "reported", crash]);
  });

  it("works without a heartbeat where it is told to", async () => {
    const child = run({ FAULT: "no-heartbeat", INTERVAL_MS: "10", WORK_MS: "1" });
    await reports(child, 3);
    await assert.rejects(stat(heartbeat()), { code: "ENOENT" });
  });

  it("hangs after some reports where it is told to, and is deaf to SIGTERM then", async () => {
    const more = { FAULT: "hang", FAULT_AFTER: "2", INTERVAL_MS: "10", WORK_MS: "1" };
    const child = run(more);
    await reports(child, 2);
    await sleep(100);
    child.signal("SIGTERM");
    const ended = await Promise.race([child.exit.then(() => true), sleep(300, false)]);
    assert.equal(ended, false);
    assert.deepEqual(messages(child), ["started", "reported", "reported", "stopping"]);
  });

  it("refuses an environment or an argument that it does not know", async () => {
    const child = run({ FAULT: "fire", INTERVAL_MS: "2001" });
    assert.equal(await child.exit, 1);
    assert.equal(
      child.lines()[0]?.["msg"],
      'bad environment: INTERVAL_MS is "2001": give a whole number from 1 to 2000; ' +
        'FAULT is "fire": give "none" or "crash" or "no-heartbeat" or "hang" or "failing-selftest"',
    );
    for (const argument of ["--expect", "toString"]) {
      const other = run({}, argument);
      assert.equal(await other.exit, 1);
      assert.match(
        other.output,
        /unknown argument: allowed are --healthcheck, --selftest, or none to work/,
      );
    }
  });
});
