import type { ChecklistFacts } from "../../../../release/checklist/facts";
import type { StackState, StoredResource } from "../../../../release/command/stack-state";
import { decide } from "../../../../release/gate/decide";
import type { Facts } from "../../../../release/gate/facts";
import type { Gate } from "../../../../release/gate/gate";
import type { LiveRelease } from "../../../../release/outputs";
import { entry, facts, GATE, proof, roleArn } from "../gate/samples";
import { B, fileOf, PRODUCTION } from "../command/samples";

const urnOf = (type: string, name: string): string =>
  `urn:pulumi:production::switchyard::${type}::${name}`;

export const resource = (
  type: string,
  name: string,
  outputs: Readonly<Record<string, unknown>>,
): StoredResource => ({ urn: urnOf(type, name), type, outputs });

const SHIFT = "pulumi-nodejs:dynamic/switchyard:TrafficShift";

export const RESOURCES: readonly StoredResource[] = [
  resource(SHIFT, "switchyard", {
    services: {
      web: {
        alarms: ["web-blue-failed", "web-blue-slow"],
        watch: ["arn:aws:cloudwatch:us-east-1:222222222222:alarm:orders"],
      },
    },
    workers: { reporter: { watch: [] } },
  }),
  resource("aws:ecs/cluster:Cluster", "switchyard", { arn: "arn:cluster" }),
  resource("aws:secretsmanager/secret:Secret", "session-key", { arn: "arn:secret" }),
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", "a", { name: "a", alarmActions: ["arn:sns"] }),
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", "b", { name: "b", alarmActions: [] }),
];

/** Without one of its parts. */
export const omit = <T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> =>
  Object.fromEntries(Object.entries(whole).filter(([each]) => each !== key)) as Omit<T, K>;

const STATE: StackState = { ...PRODUCTION, resources: RESOURCES };

/** A stack's file that pins this release. */
export const pinOf = ({ id, commit, images }: LiveRelease): string => `config:
  switchyard:release:
    id: ${id}
    commit: ${commit}
    images: ${JSON.stringify(images)}
`;

export const PIN = pinOf(B);

/** Hash of what the stack is declared from. */
export const DECLARED = "d".repeat(64);

/** By the gate's own samples, which make it open; with proof of what it does not ask for. */
export function gateAnswer(
  more: Partial<Facts> = {},
  gate: Partial<Gate> = {},
): NonNullable<ChecklistFacts["gate"]> {
  const open = facts();
  const there = [...open.there, proof("parity", { result: DECLARED }), proof("rehearsed")];
  const known = { ...open, there, declaration: DECLARED, ...more };
  const verdict = decide({ settings: { ...GATE, ...gate } }, known, "production");
  return { read: true, value: { from: "stage", facts: known, verdict } };
}

export const look = (
  changed: number,
  gone: number,
  minutesAgo = -5000,
): ChecklistFacts["drift"] => {
  const details = { changed, gone, resources: [] };
  const drift = entry("drift", roleArn("deployer", "ana"), { details, minutesAgo });
  return { read: true, value: omit(drift, "release") };
};

/** A stack of which every line holds. */
export function ready(more: Partial<ChecklistFacts> = {}): ChecklistFacts {
  return {
    stack: "production",
    state: STATE,
    file: fileOf(PIN),
    revision: "c0ffee",
    gate: gateAnswer(),
    preview: { ok: true, changes: 3, unchanged: 90 },
    traffic: {
      read: true,
      services: { web: { weights: { blue: 100, green: 0 }, elsewhere: false, asRecorded: true } },
    },
    drift: look(0, 0),
    health: {
      alarms: { read: true, value: [{ name: "web-blue-failed", state: "OK" }] },
      services: { read: true, value: [{ name: "web-blue-1", running: 3, desired: 3 }] },
      secrets: { read: true, value: [{ name: "session-key", hasValue: true }] },
    },
    ...more,
  };
}

export { STATE };
