import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type HttpServiceSettings, isWorker, type Settings } from "../../../settings";

/** A configuration as it is written: objects, not yet JSON text. */
export type Draft = Record<string, unknown>;

/** Changes to a configuration: values by their path, such as `switchyard:services.web.cpu`. */
export type Changes = Readonly<Record<string, unknown>>;

interface ProjectFile {
  readonly name: string;
  readonly config: Record<string, { readonly default?: unknown }>;
}

const ROOT = join(__dirname, "..", "..", "..");

/** The sample's configuration of a stack, put together from the two files as Pulumi does it. */
export function sampleDraft(stack: "stage" | "production"): Draft {
  const project = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const file = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Draft;
  };
  const draft: Draft = {};
  for (const [key, declared] of Object.entries(project.config)) {
    if (declared.default !== undefined) draft[`${project.name}:${key}`] = declared.default;
  }
  // The samples say how the tests start, whatever a promotion has since written into the file.
  const own = Object.entries(file.config).filter(([key]) => key !== `${project.name}:release`);
  return withoutSharing({ ...draft, ...Object.fromEntries(own) });
}

/** What a program gets of it: texts, objects as JSON. */
export function encode(draft: Draft): Record<string, string> {
  const entries = Object.entries(draft).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** A sample's configuration with changes; `undefined` removes. */
export function changed(
  changes: Changes,
  stack: "stage" | "production" = "stage",
): Record<string, string> {
  const draft = sampleDraft(stack);
  for (const [path, value] of Object.entries(changes)) change(draft, path.split("."), value);
  return encode(draft);
}

/** A worker as it is configured, for a service of its own. */
export const WORKER: Draft = {
  image: { context: "app/dist/web", dockerfile: "app/Dockerfile" },
  worker: {},
};

/** The sample's service `web`, which is an HTTP service. */
export function webOf({ services }: Settings): HttpServiceSettings {
  const { web } = services;
  if (web === undefined || isWorker(web)) throw new Error("web is no HTTP service");
  return web;
}

function change(draft: Draft, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) draft[key] = value;
  else change((draft[key] ??= {}) as Draft, rest, value);
}

/** Aliases of the file must not be shared objects of the draft, for tests change them. */
function withoutSharing(draft: Draft): Draft {
  return JSON.parse(JSON.stringify(draft)) as Draft;
}
