import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { LiveRelease } from "../../../../release/outputs";
import { releaseId } from "../../../../release/release";
import { readProjectFile, readStackFile } from "../../../../release/command/stack-file";
import type { StackFile } from "../../../../release/command/stack-file";
import type { StackRecord } from "../../../../release/command/stack-record";
import type { StackState } from "../../../../release/command/stack-state";

export const STAGE_REGISTRY = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const PRODUCTION_REGISTRY = "222222222222.dkr.ecr.us-east-1.amazonaws.com";

/** A digest of one digit, again and again. */
export function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** A release of two services, told apart by a digit. */
export function releaseOf(
  digit: string,
  { commit = `c0ffee${digit}`, registry = STAGE_REGISTRY } = {},
): LiveRelease {
  const content = { images: { api: digest(digit), web: digest(digit) }, commit };
  return { id: releaseId(content), ...content, registry };
}

export const A = releaseOf("a");
export const B = releaseOf("b");
export const C = releaseOf("c");

/** A stack that runs B after A, and whose last update succeeded. */
export function stateOf(changes: Partial<StackState> = {}): StackState {
  return {
    stack: "stage",
    url: "http://stage.example.com",
    release: B,
    previousRelease: A,
    services: {
      web: {
        live: "green",
        blue: { digest: digest("a"), release: A.id },
        green: { digest: digest("b"), release: B.id },
      },
    },
    lastUpdate: { kind: "update", result: "succeeded", endedAt: "2026-11-21T08:33:08.000Z" },
    pendingOperations: 0,
    problems: [],
    resources: [],
    ...changes,
  };
}

/** A stack that runs A after C, out of its own registry. */
export const PRODUCTION = stateOf({
  stack: "production",
  release: releaseOf("a", { registry: PRODUCTION_REGISTRY }),
  previousRelease: releaseOf("c", { registry: PRODUCTION_REGISTRY }),
});

/** What is known of the updates after one that was refused before it changed anything, following one that succeeded. */
export const REFUSED = {
  lastUpdate: { kind: "update", result: "failed", changedNothing: true },
  lastChange: { kind: "update", result: "succeeded" },
} as const;

/** The state without some of its parts. */
export function without(state: StackState, ...keys: (keyof StackState)[]): StackState {
  const entries = Object.entries(state).filter(([key]) => !keys.includes(key as keyof StackState));
  return Object.fromEntries(entries) as unknown as StackState;
}

export const PROJECT = readProjectFile(
  "name: switchyard\nconfig:\n  build:\n    type: boolean\n    default: false\n",
);

export function fileOf(text: string, name = "Pulumi.production.yaml"): StackFile {
  return readStackFile(text, name, PROJECT);
}

/** Events of Pulumi's engine, one second apart. */
export class Events {
  private sequence = 0;
  timestamp = 1000;

  make(content: Omit<EngineEvent, "sequence" | "timestamp">): EngineEvent {
    this.timestamp += 1;
    return { sequence: this.sequence++, timestamp: this.timestamp, ...content };
  }

  pre(op: string, path: string, name: string): EngineEvent {
    return this.make({ resourcePreEvent: { metadata: metadata(op, path, name) } } as never);
  }

  done(op: string, path: string, name: string): EngineEvent {
    return this.make({ resOutputsEvent: { metadata: metadata(op, path, name) } } as never);
  }

  failed(op: string, path: string, name: string): EngineEvent {
    const parts = { metadata: metadata(op, path, name), status: 0, steps: 0 };
    return this.make({ resOpFailedEvent: parts } as never);
  }

  says(severity: string, message: string, urn?: string): EngineEvent {
    const diagnosticEvent = { message, color: "never", severity, ...(urn && { urn }) };
    return this.make({ diagnosticEvent } as never);
  }
}

/** @param path types of the parents and of the resource, joined by `$` */
export function metadata(
  op: string,
  path: string,
  name: string,
): { readonly op: string; readonly urn: string; readonly type: string } {
  return { op, urn: urnOf(path, name), type: path.split("$").at(-1) ?? "" };
}

export function urnOf(path: string, name: string): string {
  return `urn:pulumi:production::switchyard::${path}::${name}`;
}

const DYNAMIC = "pulumi-nodejs:dynamic/switchyard";
const SERVICE = "switchyard:service:BlueGreenService";

/** Paths of types as the program declares them. */
export const PATHS = {
  vpc: "switchyard:network:Network$aws:ec2/vpc:Vpc",
  copy: `switchyard:image:ImmutableImage$${DYNAMIC}:ImageCopy`,
  build: `switchyard:image:ImmutableImage$${DYNAMIC}:ImageBuild`,
  secret: "switchyard:secrets:ManagedSecret$aws:secretsmanager/secretVersion:SecretVersion",
  external: `switchyard:secrets:ManagedSecret$${DYNAMIC}:ExternalSecretValue`,
  ready: `${SERVICE}$switchyard:service:SlotService$${DYNAMIC}:SlotReady`,
  shift: `${DYNAMIC}:TrafficShift`,
  targetGroup: `${SERVICE}$aws:lb/targetGroup:TargetGroup`,
} as const;

/** The traffic shift of all services. */
export const SHIFT = urnOf(PATHS.shift, "switchyard");

/** The record of a stack that was updated once. */
export function recordOf(changes: Partial<StackRecord> = {}): StackRecord {
  const last = { kind: "update", result: "succeeded", startedAt: "2026-11-21T08:32:00.000Z" };
  return {
    mark: { checkpoint: "f00d", last },
    shifts: [SHIFT],
    history: [{ ...last, message: "first" }],
    ...changes,
  };
}

/** An update plan as Pulumi writes it: a delivery to green, unless told otherwise. */
export function engineText(steps: Readonly<Record<string, unknown>> = DELIVERY): string {
  return JSON.stringify({ manifest: { version: "v3" }, resourcePlans: steps });
}

const stepOf = (ops: string[], inputDiff = {}, outputDiff = {}): unknown => ({
  goal: { inputDiff, outputDiff },
  steps: ops,
});

const STACK = "urn:pulumi:production::switchyard::pulumi:pulumi:Stack::switchyard-production";

export const DELIVERY: Readonly<Record<string, unknown>> = {
  [STACK]: stepOf(["same"]),
  [urnOf(PATHS.vpc, "switchyard")]: stepOf(["same"]),
  [urnOf("switchyard:service:BlueGreenService", "web")]: stepOf(["update"]),
  [urnOf(PATHS.ready, "web-green")]: stepOf(["create"], { adds: { slot: "green" } }),
  [SHIFT]: stepOf(["update"], { updates: { services: { web: { live: "green" } } } }),
};

/** The delivery with one step put in another's place, or added. */
export const deliveryWith = (urn: string, ops: string[], inputDiff = {}): string =>
  engineText({ ...DELIVERY, [urn]: stepOf(ops, inputDiff) });

/** The delivery with outputs of the stack that change. */
export const deliveryThatExports = (updates: Readonly<Record<string, unknown>>): string =>
  engineText({ ...DELIVERY, [STACK]: stepOf(["same"], {}, { updates }) });
