import { parse } from "yaml";
import { SettingsError } from "../errors";
import { parseRelease, type PinnedRelease } from "../release";
import { CommandFailure } from "./failure";
import { releaseKey } from "./pin-release";
import { fullKey, readStackYaml } from "./stack-yaml";

/** What a stack's file says of releases. */
export interface StackFile {
  /** For example `Pulumi.production.yaml`. */
  readonly name: string;
  readonly text: string;
  /** Whether the stack builds from source where no release is pinned. */
  readonly build: boolean;
  /** What decides on the releases that are new to it, as it is written. @default nothing does */
  readonly gate?: unknown;
  readonly pinned?: PinnedRelease;
  /** What is wrong with the pinned release, one a line. */
  readonly pinProblem?: string;
}

/** What the project's file says to all stacks. */
export interface ProjectFile {
  readonly name: string;
  readonly build: boolean;
  /** Values of the project's settings where a stack gives none, by full key. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

type Content = Readonly<Record<string, unknown>>;

/** Reads the text of `Pulumi.yaml`. */
export function readProjectFile(text: string): ProjectFile {
  const project = parsed(text);
  const name = project?.["name"];
  if (typeof name !== "string" || name === "") {
    const action = "run this in the folder of the Pulumi project";
    throw new CommandFailure("mistake", "Pulumi.yaml can't be read: it gives no name", action);
  }
  const build = entry(project?.["config"], "build", name);
  const isOnUnlessSet = isOn((build as Content | null | undefined)?.["default"]);
  return { name, build: isOnUnlessSet, defaults: defaultsIn(project?.["config"], name) };
}

function defaultsIn(config: unknown, namespace: string): Content {
  const entries = Object.entries((config ?? {}) as Content);
  const given = entries.map(([key, declared]) => {
    return [fullKey(key, namespace), (declared as Content | null)?.["default"]] as const;
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Reads the text of a stack's file. */
export function readStackFile(text: string, name: string, project: ProjectFile): StackFile {
  const { content } = readStackYaml(text, name);
  const config = (content as Content | null)?.["config"];
  const build = entry(config, "build", project.name);
  const key = releaseKey(content, project.name);
  const release = key === undefined ? undefined : (config as Content)[key];
  const gate = entry(config, "gate", project.name) ?? {};
  const isGated = typeof gate === "object" && Object.keys(gate).length > 0;
  return {
    name,
    text,
    build: build === undefined ? project.build : isOn(build),
    ...(isGated && { gate: plainNumbers(gate) }),
    ...pin(release),
  };
}

function pin(release: unknown): Pick<StackFile, "pinned" | "pinProblem"> {
  const isEmpty = typeof release === "object" && Object.keys(release ?? {}).length === 0;
  if (release === undefined || isEmpty) return {};
  try {
    return { pinned: parseRelease(release) };
  } catch (error) {
    if (error instanceof SettingsError) return { pinProblem: error.message };
    throw error;
  }
}

function entry(config: unknown, key: string, namespace: string): unknown {
  const entries = Object.entries((config ?? {}) as Content);
  return entries.find(([each]) => fullKey(each, namespace) === `${namespace}:${key}`)?.[1];
}

/** A stack's YAML is read with whole numbers of any size, which no setting needs. */
function plainNumbers(value: unknown): unknown {
  const number = (_key: string, each: unknown): unknown =>
    typeof each === "bigint" ? Number(each) : each;
  return JSON.parse(JSON.stringify(value, number)) as unknown;
}

function isOn(value: unknown): boolean {
  return value === true || value === "true";
}

function parsed(text: string): Content | null {
  try {
    return parse(text) as Content | null;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new CommandFailure(
      "mistake",
      `Pulumi.yaml can't be read: ${why.replace(/[:\s]+$/, "")}`,
      "mend Pulumi.yaml",
      error,
    );
  }
}
