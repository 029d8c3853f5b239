import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

interface ProjectFile {
  config: { services: { default: Record<string, Record<string, unknown>> } };
}

/** Rewrites a workspace's `Pulumi.yaml` so that it has this many services, each a copy of the sample's `web`. */
export function loadSample(project: string, count: number): void {
  const path = join(project, "Pulumi.yaml");
  const file = parse(readFileSync(path, "utf8")) as ProjectFile;
  const { web, api } = file.config.services.default;
  const services: Record<string, Record<string, unknown>> = { web: web ?? {}, api: api ?? {} };
  for (let index = 2; index < count; index++)
    services[`copy-${index}`] = { ...api, paths: [`/copy-${index}`, `/copy-${index}/*`] };
  file.config.services.default = services;
  writeFileSync(path, stringify(file));
}
