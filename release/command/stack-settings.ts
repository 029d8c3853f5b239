import { parse } from "yaml";
import { parseSettings } from "../../settings/parse";
import type { Settings } from "../../settings/types";
import type { ProjectFile } from "./stack-file";
import { fullKey } from "./stack-yaml";

type Content = Readonly<Record<string, unknown>>;

/**
 * The settings that the program would get from a stack's file: put together as Pulumi does it.
 * Undefined where a part of them is not in the project's files, but in an environment of Pulumi ESC.
 *
 * @throws SettingsError with every problem found
 */
export function stackSettings(text: string, project: ProjectFile): Settings | undefined {
  const content = parse(text, { merge: true }) as Content | null;
  if (content?.["environment"] !== undefined) return undefined;
  const own = Object.entries((content?.["config"] ?? {}) as Content);
  const all: Content = {
    ...project.defaults,
    ...Object.fromEntries(own.map(([key, value]) => [fullKey(key, project.name), value])),
  };
  const secretKeys = Object.keys(all).filter((key) => isSecret(all[key]));
  const values = Object.entries(all).map(([key, value]) => {
    return [key, typeof value === "string" ? value : JSON.stringify(value)] as const;
  });
  return parseSettings(Object.fromEntries(values), { namespace: project.name, secretKeys });
}

const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "secure" in value;
