import assert from "node:assert/strict";
import { plain } from "../../../../release/command/paint";
import { pinRelease } from "../../../../release/command/pin-release";
import { stackReport, type StackReport } from "../../../../release/command/status-report";
import { statusView } from "../../../../release/command/status-view";
import type { StackState } from "../../../../release/command/stack-state";
import type { TrafficReport } from "../../../../release/command/traffic-report";
import type { Weights } from "../../../../release/weights";
import { A, B, fileOf, REFUSED, stateOf, without } from "./samples";

const NOW = Date.parse("2026-11-21T08:58:08.000Z");
const FILE = "Pulumi.stage.yaml";

const asRecorded: TrafficReport = {
  read: true,
  services: { web: { weights: { blue: 0, green: 100 }, elsewhere: false, asRecorded: true } },
};

function report(
  state: StackState | undefined,
  text: string | undefined = "",
  traffic: TrafficReport | null = null,
): StackReport {
  const file = text === "none" ? undefined : fileOf(text, FILE);
  return stackReport("stage", state, file, FILE, traffic);
}

function view(
  state: StackState | undefined,
  text?: string,
  traffic?: TrafficReport | null,
): string {
  return statusView([report(state, text, traffic)], plain, NOW);
}

const short = (id: string): string => id.slice(0, 12);

describe("status", () => {
  it("shows what is live, since when, and what a rollback would return to", () => {
    const text = pinRelease('config:\n  switchyard:build: "true"\n', "switchyard", B);
    assert.equal(
      view(stateOf(), text, asRecorded),
      [
        "stage",
        `  release   ${short(B.id)}, commit c0ffeeb`,
        "  url       http://stage.example.com",
        "  updated   2026-11-21 08:33:08 UTC, 25 min ago: update succeeded",
        "  traffic   goes where the last update left it",
        `  rollback  returns to ${short(A.id)}, commit c0ffeea`,
        "  settings  Pulumi.stage.yaml pins what is live, over build",
        "  service  slot            traffic  image         release",
        `  web      green  live     100 %    bbbbbbbbbbbb  ${short(B.id)}`,
        `           blue   standby  0 %      aaaaaaaaaaaa  ${short(A.id)}`,
        "",
      ].join("\n"),
    );
  });

  it("says of a stack that does not exist that it does not", () => {
    assert.match(view(undefined), /stack +does not exist yet; `pulumi stack init stage` makes it/);
    assert.match(view(undefined, "none"), /settings +there is no Pulumi\.stage\.yaml/);
    assert.equal(report(undefined).exists, false);
  });

  it("says of a stack that was never updated that nothing is live", () => {
    const text = view({
      stack: "stage",
      services: {},
      pendingOperations: 0,
      problems: [],
      resources: [],
    });
    assert.match(text, /release +none is live\n +updated +never\n +rollback +nothing to return to/);
  });

  it("shows a pinned release that is not live", () => {
    const text = pinRelease("", "switchyard", A);
    assert.match(view(stateOf(), text), new RegExp(`pins ${short(A.id)}, which is not live`));
    const { pinned, differ } = report(stateOf(), text).settings;
    assert.deepEqual([pinned, differ], [A.id, true]);
    assert.equal(report(stateOf(), pinRelease("", "switchyard", B)).settings.differ, false);
  });

  it("does not say that settings differ where only a build can tell", () => {
    const building = report(stateOf(), 'config:\n  switchyard:build: "true"\n');
    assert.equal(building.settings.differ, null);
    assert.match(
      view(stateOf(), "config: {switchyard:build: true}"),
      /settings +builds from source/,
    );
    assert.match(view(stateOf()), /settings +Pulumi\.stage\.yaml pins no release/);
  });

  it("shows a failed, an interrupted and a running update", () => {
    const failed = { kind: "update", result: "failed" } as const;
    assert.match(view(stateOf({ lastUpdate: failed })), /updated +update failed\n/);
    assert.match(
      view(stateOf({ lastUpdate: failed })),
      new RegExp(`returns to ${short(B.id)}, commit c0ffeeb, live before the failed update`),
    );
    assert.match(view(stateOf({ pendingOperations: 3 })), /interrupted, 3 operations without/);
    const running = { by: "ana@host (process 7)", since: "2026-11-21T08:58:00.000Z", gone: true };
    assert.match(
      view(stateOf({ running, pendingOperations: 1 })),
      /updated +an update is under way by ana@host \(process 7\), since 2026-11-21 08:58:00 UTC; that process is gone, `pulumi cancel` frees the stack; 2026/,
    );
    assert.match(view(stateOf({ running: {} })), /updated +an update is under way; 2026/);
  });

  it("says of an update that was refused that it changed nothing, and returns to what was live before", () => {
    const text = view(stateOf(REFUSED));
    assert.match(text, /updated +update failed, and changed nothing\n/);
    assert.match(text, new RegExp(`returns to ${short(A.id)}, commit c0ffeea\n`));
  });

  it("flags traffic that does not go where the record says", () => {
    const of = (weights: Weights | null, elsewhere = false): TrafficReport => ({
      read: true,
      services: { web: { weights, elsewhere, asRecorded: false } },
    });
    const edited = view(stateOf(), "", of({ blue: 30, green: 70 }));
    assert.match(
      edited,
      /\n {2}traffic +not as recorded: web: blue 30 %, green 70 %, recorded is green; `pulumi preview -s stage` shows/,
    );
    assert.match(edited, /green {2}live +70 % +b.*\n +blue +standby +30 % +a/);
    const third = view(stateOf(), "", of({ blue: 0, green: 100 }, true));
    assert.match(third, /web: blue 0 %, green 100 % and elsewhere, recorded is green; /);
    assert.match(view(stateOf(), "", of(null)), /web: its rule is gone, recorded is green; /);
  });

  it("shows of a worker where it works, and no share of any traffic", () => {
    const { web } = stateOf().services;
    assert.ok(web);
    const jobs = { ...web, worker: true } as const;
    const text = view(stateOf({ services: { jobs, web } }), "", asRecorded);
    assert.match(text, /\n {2}traffic +goes where the last update left it\n/);
    assert.match(text, /\n {2}jobs +green {2}live +worker +b+ .*\n {2} +blue +standby +a+ /);
    assert.match(text, /\n {2}web +green {2}live +100 % +b+ .*\n {2} +blue +standby +0 % +a+ /);
    assert.doesNotMatch(view(stateOf({ services: { jobs } })), /\n {2}traffic /);
  });

  it("says why the traffic is not known, and claims no share of it", () => {
    const text = view(stateOf(), "", { read: false, reason: "no credentials" });
    assert.match(text, /\n {2}traffic +not known: no credentials\n/);
    assert.match(text, /green {2}live +bbbbbbbbbbbb/);
  });

  it("shows an empty slot and what is wrong with outputs and settings", () => {
    const web = { live: "blue", blue: { digest: B.images["web"] ?? "", release: B.id } } as const;
    const text = view(
      without(
        stateOf({
          services: { web },
          problems: [{ path: "p", found: "f", allowed: "a", action: "x" }],
        }),
        "url",
      ),
      "config:\n  switchyard:release: {id: x}\n",
    );
    assert.match(text, /green {2}standby +empty\n/);
    assert.match(text, /\n {2}p: found f; allowed a\n/);
    assert.match(text, /\n {2}Pulumi\.stage\.yaml: switchyard:release\.id: found "x"/);
  });
});
