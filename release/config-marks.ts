import { childPath } from "../settings/config-path";
import { sha256 } from "./sha256";

/** A short hash of each setting, by its path: enough to say that two differ, and nothing of the values. */
export type Marks = Readonly<Record<string, string>>;

/** Hexadecimal digits of a mark: 64 bits. */
const DIGITS = 16;

/** The mark of a text or of bytes. */
export function markOf(content: string | Uint8Array): string {
  return sha256(content).slice(0, DIGITS);
}

/**
 * Marks of all that a stack's file says, each leaf by its path as `pulumi config` writes it. Of a secret, the mark is of its
 * ciphertext: nobody can try passwords on it, and a secret that is set anew counts as changed.
 *
 * @param nameOf full key of an entry under `config`
 */
export function configMarks(content: unknown, nameOf: (key: string) => string): Marks {
  if (!isObject(content)) return {};
  const { config, ...rest } = content;
  return Object.fromEntries([
    ...Object.entries(rest).map(([key, value]) => [key, markOf(write(value))]),
    ...(isObject(config)
      ? Object.entries(config).flatMap(([key, value]) => leaves(nameOf(key), value))
      : config === undefined || config === null
        ? []
        : [["config", markOf(write(config))]]),
  ]) as Record<string, string>;
}

function leaves(path: string, value: unknown): [string, string][] {
  if (!isObject(value) || Object.keys(value).length === 0 || isSecret(value))
    return [[path, markOf(write(value))]];
  return Object.entries(value).flatMap(([key, part]) => leaves(childPath(path, key), part));
}

const isSecret = (value: object): boolean =>
  Object.keys(value).length === 1 && "secure" in value && typeof value.secure === "string";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Order of keys is no part of a setting; numbers may be big, or infinite, which JSON has not. */
function write(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "number") return value.toString();
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(value[key])}`);
  return `{${parts.join(",")}}`;
}
