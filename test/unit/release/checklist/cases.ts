import type { ChecklistFacts } from "../../../../release/checklist/facts";
import type { Answer } from "../../../../release/checklist/item";
import { entry, facts, proof } from "../gate/samples";
import { A, fileOf, releaseOf, without } from "../command/samples";
import { gateAnswer, look, omit, PIN, pinOf, ready, STATE } from "./samples";

const read = <T>(value: T): { readonly read: true; readonly value: T } => ({ read: true, value });
const unread = { read: false, reason: "AccessDenied" } as const;
const health = (more: Partial<ChecklistFacts["health"]>): Partial<ChecklistFacts> => ({
  health: { ...ready().health, ...more },
});
const pinned = (commit: string): Partial<ChecklistFacts> => ({
  file: fileOf(pinOf(releaseOf("b", { commit }))),
});
/** Edited by hand: its id is that of another content. */
const edited = { file: fileOf(PIN.replace(/commit: .*/, "commit: other")) };
const building = { file: fileOf('config:\n  switchyard:build: "true"\n') };
const ungated = omit(ready(), "gate");
const outsideOfGit = omit(ready(), "revision");
const traffic = (weights: { blue: number; green: number } | null): Partial<ChecklistFacts> => ({
  traffic: { read: true, services: { web: { weights, elsewhere: false, asRecorded: false } } },
});

/** What changes one item, to what, and what is said. */
export const CASES: readonly (readonly [
  name: string,
  more: Partial<ChecklistFacts> | ChecklistFacts,
  answer: Answer,
  found: RegExp,
  action?: RegExp,
])[] = [
  ["the release is of a commit", pinned("abc+changes"), "fails", /abc\+changes/, /commit it/],
  ["the release is of a commit", pinned("unknown"), "fails", /unknown/],
  [
    "the release is of a commit",
    { file: fileOf("config: {}\n") },
    "fails",
    /no release is pinned/,
    /release -- promote --to production/,
  ],
  ["the release is of a commit", building, "absent", /builds from source/],
  ["the program is committed", { revision: "c0ffee+changes" }, "fails", /differ/, /git status/],
  ["the program is committed", outsideOfGit, "unknown", /git does not say/],
  [
    "smoke in stage",
    { gate: gateAnswer({ there: [proof("built"), proof("live")] }) },
    "fails",
    /nothing on record/,
    /up -s stage/,
  ],
  ["tests of the release", { gate: gateAnswer({}, { evidence: [] }) }, "fails", /wants none/],
  [
    "tests of the release",
    ungated,
    "fails",
    /has no gate/,
    /switchyard:gate to Pulumi\.production/,
  ],
  ["the release is what its id says", edited, "fails", /./, /promote/],
  ["the release is what its id says", building, "absent", /builds from source/],
  [
    "the settings follow their schema",
    { preview: { ok: false, errors: ["x"] } },
    "unknown",
    /preview failed/,
  ],
  [
    "the ledger is as it was written, where it is about the release",
    { gate: { read: false, reason: "chain/1 was deleted", isTampered: true } },
    "fails",
    /was deleted/,
    /verify --stack production/,
  ],
  [
    "the ledger is as it was written, where it is about the release",
    { gate: { read: false, reason: "AccessDenied" } },
    "unknown",
    /AccessDenied/,
  ],
  [
    "the ledger is as it was written, where it is about the release",
    ungated,
    "unknown",
    /without a gate/,
  ],
  [
    "the ledger is as it was written, where it is about the release",
    { gate: gateAnswer({ unreadable: "AccessDenied" }) },
    "unknown",
    /AccessDenied/,
  ],
  [
    "preview",
    { preview: { ok: false, errors: ["no such image", "no quota"] } },
    "fails",
    /^no such image; no quota$/,
    /preview -s production/,
  ],
  [
    "nothing else is under way, and nothing was left in the middle",
    { state: { ...STATE, running: { by: "ana" } } },
    "fails",
    /being updated by ana/,
  ],
  [
    "nothing else is under way, and nothing was left in the middle",
    { state: { ...STATE, pendingOperations: 2 } },
    "fails",
    /interrupted, 2/,
  ],
  [
    "nothing else is under way, and nothing was left in the middle",
    { state: { ...STATE, lastUpdate: { kind: "update", result: "failed" } } },
    "holds",
    /^the last update failed/,
  ],
  [
    "nothing else is under way, and nothing was left in the middle",
    { state: without(STATE, "lastUpdate") },
    "holds",
    /nothing was deployed yet/,
  ],
  [
    "nothing else is under way, and nothing was left in the middle",
    { state: { ...STATE, problems: [{ path: "release", found: "1", allowed: "2", action: "x" }] } },
    "fails",
    /release/,
    /up -s production/,
  ],
  [
    "traffic is where the last update left it",
    traffic({ blue: 60, green: 40 }),
    "fails",
    /web: blue 60 %, green 40 %/,
    /up -s production/,
  ],
  ["traffic is where the last update left it", traffic(null), "fails", /its rule is gone/],
  [
    "traffic is where the last update left it",
    { traffic: { read: false, reason: "no answer" } },
    "unknown",
    /no answer/,
  ],
  [
    "traffic is where the last update left it",
    { traffic: null },
    "absent",
    /nothing takes traffic/,
  ],
  [
    "no drift",
    { drift: look(1, 2) },
    "fails",
    /1 changed, 2 gone: entry \d+/,
    /release -- drift --stack production/,
  ],
  ["no drift", { drift: look(0, 0, 5000) }, "unknown", /since the last update/, /release -- drift/],
  ["no drift", { drift: read(undefined) }, "unknown", /nobody has looked/],
  ["no drift", { drift: unread }, "unknown", /AccessDenied/],
  ["no drift", { state: without(STATE, "lastUpdate") }, "absent", /nothing was deployed/],
  [
    "parity with the stack before",
    { gate: gateAnswer({ there: [...facts().there, proof("rehearsed")] }) },
    "fails",
    /nothing on record in stage/,
    /release -- parity --stack stage,production --record/,
  ],
  [
    "parity with the stack before",
    { gate: gateAnswer({ declaration: "b" }, { evidence: ["parity"] }) },
    "fails",
    /before the infrastructure changed/,
  ],
  [
    "parity with the stack before",
    { gate: gateAnswer({ declaration: "another" }) },
    "fails",
    /before the infrastructure changed/,
    /--record/,
  ],
  [
    "every secret has a value",
    health({ secrets: read([{ name: "key", hasValue: false }]) }),
    "fails",
    /none in key/,
    /put-secret-value/,
  ],
  ["every secret has a value", health({ secrets: unread }), "unknown", /AccessDenied/],
  ["every secret has a value", health({ secrets: read([]) }), "absent", /nothing was deployed/],
  [
    "promoted to production",
    { gate: gateAnswer({ here: [] }) },
    "fails",
    /nothing on record/,
    /promote --from stage/,
  ],
  [
    "no freeze",
    { gate: gateAnswer({ frozen: entry("frozen", "arn:x", { details: { reason: "an audit" } }) }) },
    "fails",
    /an audit/,
    /unfreeze/,
  ],
  ["approval", ungated, "fails", /by whom/],
  ["approval", { gate: gateAnswer({ here: [entry("live", "arn:x")] }) }, "holds", /runs already/],
  [
    "rollback rehearsed",
    { gate: gateAnswer({ there: [...facts().there, proof("parity")] }) },
    "fails",
    /nothing on record in stage/,
    /up -s stage/,
  ],
  ["a version to go back to", { state: without(STATE, "release") }, "absent", /first delivery/],
  [
    "a version to go back to",
    { state: { ...STATE, release: { ...A, id: ready().file?.pinned?.id ?? "" } } },
    "holds",
    /release/,
  ],
  [
    "every service has the tasks that it asks for",
    health({ services: read([{ name: "web", running: 1, desired: 3 }]) }),
    "fails",
    /^web 1 of 3$/,
  ],
  [
    "every service has the tasks that it asks for",
    health({ services: unread }),
    "unknown",
    /AccessDenied/,
  ],
  [
    "every service has the tasks that it asks for",
    health({ services: read([]) }),
    "absent",
    /deployed/,
  ],
  ["alarms turn a bad version back", { state: { ...STATE, resources: [] } }, "absent", /deployed/],
  [
    "no alarm fires",
    health({
      alarms: read([
        { name: "a", state: "ALARM" },
        { name: "b", state: "absent" },
        { name: "c", state: "OK" },
      ]),
    }),
    "fails",
    /^a fires, b is not there$/,
    /describe-alarms --alarm-names a b$/,
  ],
  ["no alarm fires", health({ alarms: unread }), "unknown", /AccessDenied/],
  ["no alarm fires", health({ alarms: read([]) }), "absent", /there is none/],
  [
    "somebody is told when an alarm fires",
    { state: { ...STATE, resources: [] } },
    "absent",
    /not part of this stack/,
  ],
];
