import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { readWeights } from "../../../../effects/live-weights";
import type { moveTraffic } from "../../../../effects/move-traffic";
import type { Io } from "../../../../release/command/io";
import { plain } from "../../../../release/command/paint";
import { run } from "../../../../release/command/run";
import type { Fence } from "../../../../release/command/read-stack";
import type { ProjectFile } from "../../../../release/command/stack-file";
import type { StackRecord } from "../../../../release/command/stack-record";
import type { StackState } from "../../../../release/command/stack-state";
import type { Source } from "../../../../release/command/source-files";
import type { Bound } from "../../../../release/command/update";
import { fileNameOf, type Workplace } from "../../../../release/command/workplace";
import type { Health } from "../../../../release/checklist/facts";
import type { Trail } from "../../../../release/drift/who";
import type { LiveWeights } from "../../../../release/saved-plan";
import { writer } from "../ledger/entries";
import { MemoryStore } from "../ledger/memory-store";
import { engineText, fileOf, PROJECT, recordOf, SHIFT, stateOf } from "./samples";

/** What a call of the command wrote, and how it ended. */
export interface Ending {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A project whose files, stacks and updates are all in memory. */
export class FakePlace {
  readonly stacks = new Map<string, StackState>([["stage", stateOf()]]);
  readonly files = new Map<string, string>([
    ["stage", 'config:\n  switchyard:build: "true"\n'],
    ["production", "config:\n  # kept\n  aws:region: us-east-1\n"],
  ]);
  readonly updated: string[] = [];
  project: ProjectFile = PROJECT;
  fence: Fence = { known: true };
  /** What reads the live weights; none unless a test says how. */
  readWeights: typeof readWeights = () => Promise.reject(new Error("nobody reads weights here"));
  /** What moves traffic; none unless a test says how. */
  mover: typeof moveTraffic = () => Promise.reject(new Error("nobody moves traffic here"));
  /** What each update was bound to. */
  readonly bounds: (Bound | undefined)[] = [];
  readonly plans = new Map<string, string>();
  readonly records = new Map<string, StackRecord>([["production", recordOf()]]);
  source: Source = { files: { "index.ts": "1", "app/web/page.ts": "2" }, revision: "c0ffee" };
  backend = { url: "file:///state", user: "ana" };
  live: LiveWeights = { web: { blue: 100, green: 0 } };
  previews = 0;
  /** What a preview does, and the update plan that it gives. */
  preview: (stack: string, onEvent: (event: EngineEvent) => void) => Promise<string> = () =>
    Promise.resolve(engineText());
  /** What a refresh that changes nothing tells. */
  refreshPreview: (stack: string, onEvent: (event: EngineEvent) => void) => Promise<void> = () =>
    Promise.resolve();
  /** What CloudTrail has. */
  trail: Trail = { read: true, events: [], isCut: false };
  /** What AWS says of what is deployed. */
  health: Health = {
    alarms: { read: true, value: [] },
    services: { read: true, value: [] },
    secrets: { read: true, value: [] },
  };
  /** Of the stack that releases are proven in. */
  readonly stageLedger = new MemoryStore();
  readonly ledger = new MemoryStore();
  /** Who AWS says that the caller is. */
  who = writer("ana").by;
  readonly questions: string[] = [];
  answer = true;
  interactive = false;
  /** What an update does: by default it delivers what is pinned. */
  update: (stack: string, onEvent: (event: EngineEvent) => void) => Promise<void> = (stack) => {
    const { pinned } = fileOf(this.files.get(stack) ?? "");
    const before = this.stacks.get(stack);
    if (pinned && before) {
      const registry = "222222222222.dkr.ecr.us-east-1.amazonaws.com";
      this.stacks.set(stack, { ...before, release: { ...pinned, registry } });
    }
    return Promise.resolve();
  };

  place(): Workplace {
    return {
      project: this.project,
      readFence: () => Promise.resolve(this.fence),
      mover: () => this.mover,
      readWeights: (shifts) => this.readWeights(shifts),
      readStack: (stack) => Promise.resolve(this.stacks.get(stack)),
      readFile: (stack) => {
        const text = this.files.get(stack);
        return Promise.resolve(text === undefined ? undefined : fileOf(text, fileNameOf(stack)));
      },
      writeFile: (stack, text) => {
        this.files.set(stack, text);
        return Promise.resolve();
      },
      update: (stack, onEvent, _onStop, bound) => {
        this.updated.push(stack);
        this.bounds.push(bound);
        return this.update(stack, onEvent);
      },
      preview: (stack, onEvent) => {
        this.previews++;
        return this.preview(stack, onEvent);
      },
      refreshPreview: (stack, onEvent) => this.refreshPreview(stack, onEvent),
      openLedgerAt: () => ({
        store: this.stageLedger,
        writer: () => Promise.reject(new Error("nobody writes to another stack's ledger")),
      }),
      readHealth: () => Promise.resolve(this.health),
      readTrail: () => Promise.resolve(this.trail),
      readLive: (_stack, urns) => Promise.resolve(urns.includes(SHIFT) ? this.live : {}),
      readRecord: (stack) => Promise.resolve(this.records.get(stack)),
      readBackend: () => Promise.resolve(this.backend),
      readAwsPlace: (stack) =>
        Promise.resolve({
          account: (stack === "stage" ? "1" : "2").repeat(12),
          region: "us-east-1",
        }),
      openLedger: (stack) =>
        Promise.resolve({
          store: this.ledger,
          writer: () => Promise.resolve({ stack, by: this.who }),
        }),
      readSource: () => Promise.resolve(this.source),
      readPlan: (path) => Promise.resolve(this.plans.get(path)),
      writePlan: (path, text) => {
        this.plans.set(path, text);
        return Promise.resolve();
      },
    };
  }

  async call(...words: string[]): Promise<Ending> {
    let [out, err] = ["", ""];
    const io = (json: boolean): Io => ({
      json,
      interactive: this.interactive,
      print: (text) => {
        out += text;
      },
      progress: {
        write: (text) => {
          err += text;
        },
      },
      paint: plain,
      paintProgress: plain,
      confirm: (question) => {
        this.questions.push(question);
        return Promise.resolve(this.answer);
      },
      started: Date.parse("2026-11-21T08:59:59.250Z"),
      now: () => Date.parse("2026-11-21T09:00:00Z"),
    });
    const code = await run(words, { io, place: () => Promise.resolve(this.place()) });
    return { code, out, err };
  }
}
