import assert from "node:assert/strict";
import { plain } from "../../../../release/command/paint";
import { changesView, openView } from "../../../../release/command/progress-view";
import { Reporter } from "../../../../release/command/reporter";
import { Events, PATHS } from "./samples";

/** One line up, and everything below taken away. */
const ERASE = "\u001b[1A\u001b[0J";

/** A stream that keeps what is written, and a clock that is set by hand. */
class Screen {
  text = "";
  now: number;
  readonly isTTY: boolean;
  readonly columns = 60;

  constructor(isTTY: boolean, now = 1_000_000) {
    this.isTTY = isTTY;
    this.now = now;
  }

  write(text: string): void {
    this.text += text;
  }

  take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }
}

function reporterOn(screen: Screen): Reporter {
  return new Reporter(screen, plain, () => screen.now);
}

describe("Reporter", () => {
  let events = new Events();
  beforeEach(() => {
    events = new Events();
  });

  it("writes plain lines where there is no terminal", () => {
    const screen = new Screen(false);
    const reporter = reporterOn(screen);
    reporter.event(events.pre("update", PATHS.ready, "web-green"));
    events.timestamp += 33;
    reporter.event(events.done("update", PATHS.ready, "web-green"));
    reporter.end();
    assert.equal(
      screen.text,
      "         0 s  · web: green: coming up\n" +
        "        34 s  ✓ web: green: up and healthy (34 s)\n",
    );
  });

  it("breaks a long silence with what is under way", () => {
    const screen = new Screen(false);
    const reporter = reporterOn(screen);
    reporter.event(events.pre("update", PATHS.ready, "web-green"));
    screen.take();
    screen.now += 29_000;
    reporter.tick();
    assert.equal(screen.take(), "");
    screen.now += 1_000;
    reporter.tick();
    assert.equal(screen.take(), "              … web: green: coming up (29 s)\n");
    reporter.tick();
    assert.equal(screen.take(), "");
  });

  it("stays silent while nothing is under way", () => {
    const screen = new Screen(false);
    const reporter = reporterOn(screen);
    screen.now += 60_000;
    reporter.tick();
    assert.equal(screen.text, "");
  });

  it("keeps what is under way below the lines on a terminal, and takes it away at the end", () => {
    const screen = new Screen(true);
    const reporter = reporterOn(screen);
    reporter.event(events.pre("create", PATHS.copy, "web"));
    screen.now += 5_000;
    assert.match(screen.take(), /fetching the image of the release\n {14}… web: fetching/);
    reporter.tick();
    const drawn = screen.take();
    assert.ok(drawn.startsWith(ERASE));
    assert.match(drawn, /… web: fetching the image of the release/);
    assert.ok(drawn.split("\n").every((line) => line.length < 60 + ERASE.length));
    reporter.note("stopping");
    assert.ok(screen.take().startsWith(`${ERASE}stopping\n${" ".repeat(14)}… web`));
    reporter.event(events.done("create", PATHS.copy, "web"));
    const last = screen.take();
    assert.ok(last.startsWith(ERASE));
    assert.match(last, /✓ web: .*\(1 s\)\n$/);
    reporter.end();
    assert.equal(screen.take(), "");
  });

  it("shows an error's further lines below its first", () => {
    const screen = new Screen(false);
    const reporter = reporterOn(screen);
    reporter.event(events.says("error", "a\nb"));
    reporter.event(events.pre("create", PATHS.vpc, "x"));
    reporter.event(events.failed("create", PATHS.vpc, "x"));
    assert.equal(
      screen.text,
      "         0 s  ✗ a\n                b\n         1 s  · network: creating\n" +
        "         2 s  ✗ network: x: failed (1 s)\n",
    );
  });
});

describe("openView", () => {
  it("counts resources without a milestone by their area, and shortens a long list", () => {
    const step = { area: "network", since: 100 };
    const open = { a: step, b: { ...step, since: 90 }, c: { area: "cluster", since: 99 } };
    const progress = { open, areas: [], lines: [], finished: 0, output: [] };
    assert.deepEqual(openView(progress, 100), [
      "network: 2 resources under way (10 s)",
      "cluster: 1 resource under way (1 s)",
    ]);
    const many = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [index, { area: String(index), since: 1 }]),
    );
    assert.equal(openView({ ...progress, open: many }, 2).at(-1), "and 2 more");
  });
});

describe("changesView", () => {
  it("says what became of the resources", () => {
    const changes = { same: 80, create: 2, replace: 1, delete: 3, update: 10, read: 4 };
    assert.equal(
      changesView(changes),
      "resources: 2 created, 10 updated, 1 replaced, 3 removed, 80 unchanged",
    );
    assert.equal(changesView({}), "no resource");
    assert.equal(changesView(undefined), "nothing is known of the changes");
  });
});
