import { hostname, userInfo } from "node:os";
import type { Moved, NotMoved } from "../../effects/move-traffic";
import { SettingsError } from "../errors";
import type { LiveRelease, StackOutputs } from "../outputs";
import { shortId } from "../release";
import { desiredRevision } from "../revision";
import { storedShifts } from "../stored-shifts";
import { type ServiceOnTheWay, type WayBack, wayBack } from "../way-back";
import { runningUpdate } from "./decisions";
import type { Io } from "./io";
import type { ProjectFile } from "./stack-file";
import { stackSettings } from "./stack-settings";
import type { StackState } from "./stack-state";
import type { Workplace } from "./workplace";

/** What became of the traffic before the update. */
export type Traffic =
  | {
      readonly moved: true;
      readonly services: Readonly<Record<string, { readonly from: string; readonly to: string }>>;
      readonly seconds: {
        /** From the first write to the last answer that the weights are as written. */
        readonly write: number;
        /** From the start of the command's process to that answer. */
        readonly sinceStart: number;
      };
      readonly notes: readonly string[];
      readonly workers: LeftWorkers;
    }
  | {
      readonly moved: false;
      /** Whether there is traffic that has to move: if so, the update does it. */
      readonly due: boolean;
      readonly reasons: readonly string[];
      /** Left out where the command could not tell what the update will do. */
      readonly workers?: LeftWorkers;
    };

/** Workers that are left to the update whatever becomes of the traffic, and why. */
type LeftWorkers = Readonly<Record<string, string>>;

/** A release that goes back to slots that still run it. */
export interface Return {
  readonly state: StackState;
  readonly release: LiveRelease;
  /** Text of the stack's file, with the release pinned. */
  readonly text: string;
}

/**
 * Moves the traffic to the slots that still run a release, where the update would change weights alone;
 * else says why the update has to do it. The release is pinned before: whatever ends this, the next update
 * goes the same way.
 */
export async function moveAtOnce(place: Workplace, io: Io, way: Return): Promise<Traffic> {
  const { state, release } = way;
  const verdict = decide(place.project, way);
  if (!verdict.ok) return leftToUpdate(...verdict.reasons);
  const { moves, workers } = verdict;
  if (moves.length === 0) return nothingDue(workers);
  const move = place.mover();
  const when = new Date(io.now()).toISOString();
  const by = `${user()}@${hostname()}`;
  const before = shortId(state.release?.id ?? "");
  const result = await move(moves, {
    fence: () => fence(place, state),
    note: ({ from, to }) =>
      `rollback ${when} by ${by} from ${before} ${from} to ${shortId(release.id)} ${to}`,
  });
  const sinceStart = rounded(io.now() - io.started);
  return trafficOf(result, verdict, sinceStart);
}

/** All of it, and why. */
export function leftToUpdate(...reasons: string[]): Traffic & { readonly moved: false } {
  return { moved: false, due: true, reasons };
}

function nothingDue(workers: LeftWorkers): Traffic {
  const isSame = Object.keys(workers).length === 0;
  const reason = isSame
    ? "no weight differs between the two releases"
    : "only workers change, and no traffic goes to them";
  return { moved: false, due: false, reasons: [reason], workers };
}

function decide(project: ProjectFile, { state, release, text }: Return): WayBack {
  const { stack, lastChange = state.lastUpdate, pendingOperations, resources } = state;
  const no = (...reasons: string[]): WayBack => ({ ok: false, reasons });
  if (lastChange?.result !== "succeeded" || pendingOperations > 0)
    return no(`the last update of ${stack} did not succeed, so its record may not be what runs`);
  try {
    const settings = stackSettings(text, project);
    if (!settings) return no("a part of the settings is in an environment of Pulumi's");
    const recorded = recordedIn(state);
    const shifts = storedShifts(resources);
    const names = new Set([...Object.keys(recorded), ...Object.keys(settings.services)]);
    const entries = [...names].sort().map((name): [string, ServiceOnTheWay] => {
      const service = settings.services[name];
      const digest = release.images[name];
      const desired =
        service && digest !== undefined
          ? desiredRevision(name, service, settings.secrets, { digest })
          : undefined;
      const tasks = service?.tasks ?? 0;
      return [name, { recorded: recorded[name], desired, tasks, shift: shifts[name] }];
    });
    return wayBack(Object.fromEntries(entries));
  } catch (error) {
    if (error instanceof SettingsError) return no(error.message);
    throw error;
  }
}

function recordedIn({ resources }: StackState): StackOutputs["services"] {
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
  return (outputs?.["services"] ?? {}) as StackOutputs["services"];
}

/** Nothing is written beside an update: it would take what it finds for its own doing. */
async function fence(place: Workplace, state: StackState): Promise<string | undefined> {
  const found = await place.readFence(state.stack);
  if (!found.known) return "this backend does not tell whether an update runs";
  const { running } = found;
  return running && runningUpdate({ ...state, running })?.reason;
}

function trafficOf(
  result: Moved | NotMoved,
  { moves, workers }: WayBack & { readonly ok: true },
  sinceStart: number,
): Traffic {
  if (!result.moved) {
    const strayed = result.strayed.map((each) => `not put back: ${each}`);
    return { ...leftToUpdate(...result.reasons, ...strayed), workers };
  }
  const { written, writeMs, unrecorded } = result;
  const own = moves.filter(({ service }) => written.includes(service));
  const there = moves.filter(({ service }) => !written.includes(service));
  return {
    moved: true,
    services: Object.fromEntries(own.map(({ service, from, to }) => [service, { from, to }])),
    seconds: { write: rounded(writeMs), sinceStart },
    notes: [
      ...there.map(({ service, to }) => `the traffic of ${service} was on ${to} already`),
      ...unrecorded.map((each) => `no tag says who moved it: ${each}`),
    ],
    workers,
  };
}

function user(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown"; // an id without a name, as in a container
  }
}

const rounded = (milliseconds: number): number => Math.round(milliseconds / 10) / 100;

/** For people, one line each. */
export function trafficView({ paint }: Io, traffic: Traffic): string {
  const note = (text: string): string => `${paint("yellow", "note:")} ${text}\n`;
  const { workers = {} } = traffic;
  const left = Object.entries(workers).map(([name, why]) =>
    note(`${name} is left to the update: ${why}`),
  );
  if (!traffic.moved) {
    const head = traffic.due ? "the traffic is left to the update" : "nothing moves at once";
    return note(`${head}: ${traffic.reasons.join("; ")}`) + left.join("");
  }
  const { services, seconds, notes } = traffic;
  const moves = Object.entries(services).map(
    ([service, { from, to }]) => `${paint("bold", service)} from ${from} to ${to}`,
  );
  const head =
    moves.length === 0
      ? ""
      : `${paint("green", "traffic moved")}: ${moves.join(", ")}; written and read back in ${seconds.write} s, ` +
        `${seconds.sinceStart} s after the command began\n`;
  return head + notes.map(note).join("") + left.join("");
}
