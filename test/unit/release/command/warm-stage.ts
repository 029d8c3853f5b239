import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ProjectFile, readProjectFile } from "../../../../release/command/stack-file";
import type { StackState } from "../../../../release/command/stack-state";
import { desiredRevision, type Revision } from "../../../../release/revision";
import { parseSettings } from "../../../../settings/parse";
import { RULE } from "../../effects/fake-balancer";
import { changed, WORKER } from "../../settings/sample-config";
import { digest, stateOf } from "./samples";

const ROOT = join(__dirname, "..", "..", "..", "..");
export const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** Name of a worker that a stack may have besides. */
export const JOBS = "jobs";
const settings = parseSettings(changed({ [`switchyard:services.${JOBS}`]: WORKER }));
export const SERVICES = ["api", "web"];

/** The sample's project, whose stacks have the worker besides. */
export function projectWithJobs(): ProjectFile {
  const project = readProjectFile(read("Pulumi.yaml"));
  const key = "switchyard:services";
  const services = { ...(project.defaults[key] as object), [JOBS]: WORKER };
  return { ...project, defaults: { ...project.defaults, [key]: services } };
}

export function revision(service: string, digit: string): Revision {
  const found = settings.services[service];
  assert.ok(found);
  const desired = desiredRevision(service, found, settings.secrets, { digest: digest(digit) });
  const secrets = Object.entries(desired.secrets).map(([variable, { name, version }]) => {
    return [variable, { name, version, arn: `arn:${name}`, versionId: "v" }] as const;
  });
  const base = { ...desired, digest: digest(digit), secrets: Object.fromEntries(secrets) };
  return { ...base, release: digit, image: `registry/${service}@${digest(digit)}` };
}

const urn = (name: string): string => `urn:pulumi:stage::switchyard::types::${name}`;

const slotsOf = (service: string): object => ({
  live: "green",
  blue: revision(service, "a"),
  green: revision(service, "b"),
});

/** Stage runs B in green; A is warm in blue. */
export function stage(changes: Partial<StackState> = {}): StackState {
  const services = Object.fromEntries(SERVICES.map((each) => [each, slotsOf(each)]));
  const proven = { blue: "td:blue", green: "td:green" };
  const rules = SERVICES.map((each) => [each, { ...RULE, ruleArn: `rule:${each}`, proven }]);
  const resources = [
    {
      urn: urn("switchyard"),
      type: "pulumi-nodejs:dynamic/switchyard:TrafficShift",
      outputs: { region: RULE.region, services: Object.fromEntries(rules) as unknown },
    },
    ...SERVICES.flatMap((service) =>
      ["blue", "green"].map((slot) => ({
        urn: urn(`${service}-${slot}`),
        type: "aws:ecs/service:Service",
        outputs: { taskDefinition: `td:${slot}` },
      })),
    ),
  ];
  const stack = { urn: urn("stack"), type: "pulumi:pulumi:Stack", outputs: { services } };
  return stateOf({ resources: [stack, ...resources], ...changes });
}

/** Stage with other slots of some services, or more services. @param changes slots by service */
export function stageWith(changes: object, others: Partial<StackState> = {}): StackState {
  const [stack, ...rest] = stage().resources;
  const services = { ...(stack?.outputs?.["services"] as object), ...changes };
  const resources = [{ ...stack, outputs: { services } } as never, ...rest];
  return stage({ resources, ...others });
}

/** Slots of the worker, which goes from B to A like the others. */
export const JOBS_SLOTS = { [JOBS]: slotsOf(JOBS) };
