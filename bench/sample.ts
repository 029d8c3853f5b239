import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

type Values = Readonly<Record<string, unknown>>;

interface ProjectFile {
  config: {
    services: { default: Record<string, Values> };
    secrets: { default: Record<string, Values> };
  };
}

interface StackFile {
  config: Record<string, unknown>;
}

const OVERRIDES = "switchyard:serviceOverrides";

function editYaml(project: string, name: string, edit: (content: never) => void): void {
  const path = join(project, name);
  const content = parse(readFileSync(path, "utf8")) as never;
  edit(content);
  writeFileSync(path, stringify(content));
}

/** Rewrites a workspace's settings so that it has this many services, most of them copies of the sample's `api`. */
export function loadSample(project: string, original: string, count: number): void {
  writeFileSync(join(project, "Pulumi.yaml"), original);
  editYaml(project, "Pulumi.yaml", ({ config }: ProjectFile) => {
    const { web = {}, api = {} } = config.services.default;
    const services: Record<string, Values> = count === 1 ? { web } : { web, api };
    for (let index = 2; index < count; index++)
      services[`copy-${index}`] = { ...api, paths: [`/copy-${index}`, `/copy-${index}/*`] };
    config.services.default = services;
    const used = Object.values(services).flatMap(({ secrets }) => Object.values(secrets as Values));
    for (const name of Object.keys(config.secrets.default))
      if (!used.includes(name)) Reflect.deleteProperty(config.secrets.default, name);
  });
  editYaml(project, "Pulumi.stage.yaml", ({ config }: StackFile) => {
    Reflect.deleteProperty(config, OVERRIDES);
  });
}

/** How the sample's services are delivered in a measured delivery. */
export interface Shape {
  /** With a smoke and an acceptance test. */
  readonly tests: boolean;
  /** With policies that scale them. */
  readonly scaling: boolean;
}

export const STEPS = [{ percent: 10, pauseSeconds: 2 }, { percent: 100 }];
export const BAKE_SECONDS = 2;

/** Gives all services this shape, in place of the stage's own way to move traffic. */
export function shapeSample(project: string, original: string, { tests, scaling }: Shape): void {
  writeFileSync(join(project, "Pulumi.yaml"), original);
  editYaml(project, "Pulumi.yaml", ({ config }: ProjectFile) => {
    const all = Object.entries(config.services.default).map(([name, service]) => {
      const { smoke, acceptance, ...delivery } = service["delivery"] as Values;
      const run = tests ? { smoke, acceptance } : {};
      return [
        name,
        {
          ...service,
          delivery: { ...delivery, ...run, steps: STEPS, bakeSeconds: BAKE_SECONDS },
          ...(scaling && { scaling: { maxTasks: 4, requestsPerTarget: 10_000 } }),
        },
      ];
    });
    config.services.default = Object.fromEntries(all) as Record<string, Values>;
  });
  editYaml(project, "Pulumi.stage.yaml", ({ config }: StackFile) => {
    Reflect.deleteProperty(config, OVERRIDES);
  });
}
