import type { EngineEvent } from "@pulumi/pulumi/automation";
import { REMARK } from "../remark";
import { printable } from "./paint";
import { type Milestone, nameIn, type Step, stepOf, verbOf } from "./progress-step";
import { redact } from "./redact";

/** One thing to tell. */
export interface ProgressLine {
  readonly mark: "begin" | "done" | "failed" | "error" | "warning";
  readonly text: string;
  /** Seconds since the update began. */
  readonly at: number;
  /** How long it took, in seconds. */
  readonly took?: number;
}

/** An operation under way. */
export interface OpenStep {
  readonly area: string;
  readonly milestone?: Milestone;
  /** Unix time in seconds. */
  readonly since: number;
}

/** What an update's events have told so far. */
export interface Progress {
  /** Unix time in seconds of the first event. */
  readonly startedAt?: number;
  readonly open: Readonly<Record<string, OpenStep>>;
  /** Areas that have had their line. */
  readonly areas: readonly string[];
  readonly lines: readonly ProgressLine[];
  /** Operations done. */
  readonly finished: number;
  /** What the program wrote last to its error stream: it may say why it failed. */
  readonly output: readonly string[];
  /** Resources by what became of them, once the update has ended. */
  readonly changes?: Readonly<Record<string, number>>;
}

export const NO_PROGRESS: Progress = { open: {}, areas: [], lines: [], finished: 0, output: [] };

const MOST_OUTPUT_LINES = 30;

/** What is known after one more event. */
export function reduceProgress(before: Progress, event: EngineEvent): Progress {
  const state = before.startedAt ? before : { ...before, startedAt: event.timestamp };
  const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
  if (resourcePreEvent) return begin(state, event, resourcePreEvent.metadata);
  if (resOutputsEvent) return finish(state, event, resOutputsEvent.metadata.urn, "done");
  if (resOpFailedEvent) return finish(state, event, resOpFailedEvent.metadata.urn, "failed");
  if (diagnosticEvent) return diagnose(state, event, diagnosticEvent);
  if (event.policyEvent) {
    const { policyName, message, enforcementLevel } = event.policyEvent;
    const mark = enforcementLevel === "mandatory" ? "error" : "warning";
    return tell(state, event, { mark, text: clean(`policy ${policyName}: ${message}`) });
  }
  if (event.summaryEvent) {
    return {
      ...state,
      changes: { ...event.summaryEvent.resourceChanges },
    };
  }
  return state;
}

function begin(
  state: Progress,
  event: EngineEvent,
  subject: { readonly op: string; readonly urn: string; readonly type: string },
): Progress {
  const step = stepOf(subject);
  if (!step) return state;
  const open = { ...state.open, [subject.urn]: { ...step, since: event.timestamp } };
  return announce({ ...state, open }, event, step, verbOf(subject.op));
}

function announce(state: Progress, event: EngineEvent, step: Step, verb: string): Progress {
  if (step.milestone) return tell(state, event, { mark: "begin", text: step.milestone.doing });
  if (state.areas.includes(step.area)) return state;
  const areas = [...state.areas, step.area];
  return tell({ ...state, areas }, event, { mark: "begin", text: `${step.area}: ${verb}` });
}

function finish(
  state: Progress,
  event: EngineEvent,
  urn: string,
  mark: "done" | "failed",
): Progress {
  const { [urn]: step, ...open } = state.open;
  if (!step) return state;
  const { milestone, area, since } = step;
  const finished = state.finished + (mark === "done" ? 1 : 0);
  const after = { ...state, open, finished };
  const took = Math.max(0, event.timestamp - since);
  if (mark === "failed") {
    const text = milestone?.doing ?? `${area}: ${nameIn(urn)}`;
    return tell(after, event, { mark, text, took });
  }
  return milestone ? tell(after, event, { mark, text: milestone.done, took }) : after;
}

function diagnose(
  state: Progress,
  event: EngineEvent,
  { severity, message, ephemeral, urn }: NonNullable<EngineEvent["diagnosticEvent"]>,
): Progress {
  const said = clean(message);
  if (said === "" || ephemeral) return state;
  if (severity === "error" || severity === "warning") {
    // The last word of every failed update; it says nothing that the others have not said.
    if (said === "update failed") return state;
    const text = named(said, urn);
    const isKnown = state.lines.some((line) => line.mark === severity && line.text === text);
    return isKnown ? state : tell(state, event, { mark: severity, text });
  }
  if (severity === "info" && said.startsWith(REMARK))
    return tell(state, event, { mark: "begin", text: said.slice(REMARK.length) });
  // What is no error stream is chatter; events for debugging come this way too.
  if (severity !== "info#err") return state;
  const output = [...state.output, ...said.split("\n")].slice(-MOST_OUTPUT_LINES);
  return { ...state, output };
}

/** With the resource that it is about, where the text does not begin with it itself. */
function named(text: string, urn: string | undefined): string {
  const type = urn?.split("::")[2]?.split("$").at(-1) ?? "";
  if (urn === undefined || urn === "" || type === "pulumi:pulumi:Stack") return text;
  const name = nameIn(urn);
  const subject = text.split(":")[0] ?? "";
  return name.startsWith(subject) ? text : `${name} (${type.split(":").at(-1) ?? type}): ${text}`;
}

function tell(
  state: Progress,
  { timestamp }: EngineEvent,
  line: Omit<ProgressLine, "at">,
): Progress {
  const at = Math.max(0, timestamp - (state.startedAt ?? timestamp));
  return { ...state, lines: [...state.lines, { ...line, at }] };
}

/** A message without Pulumi's colour marks, terminal controls and secrets. */
function clean(message: string): string {
  return redact(printable(message.replaceAll(/<\{%.*?%\}>/g, ""))).trim();
}
