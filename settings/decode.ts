import type { Problem } from "../release/errors";
import { topPath } from "./config-path";
import { suggest } from "./suggest";

/** How a top-level key arrives: objects and lists as JSON text, everything else as plain text. */
type Form = "json" | "boolean" | "integer";

/** Top-level keys of the project's namespace. */
const KEYS = {
  network: "json",
  domain: "json",
  build: "boolean",
  release: "json",
  secrets: "json",
  services: "json",
  serviceOverrides: "json",
  logRetentionDays: "integer",
  ledgerRetentionDays: "integer",
  protect: "boolean",
  sharedWith: "json",
  gate: "json",
  rehearsal: "json",
  scan: "json",
  deployRoles: "json",
  tags: "json",
} as const satisfies Record<string, Form>;

export type Key = keyof typeof KEYS;

/** Values of the top-level keys, decoded but not checked. */
export type RawSettings = Readonly<Partial<Record<Key, unknown>>>;

/** A configuration as Pulumi hands it over. */
export interface PulumiConfig {
  readonly namespace: string;
  /** By full key, `namespace:key`; an object is JSON text. */
  readonly values: Readonly<Record<string, string>>;
  /** Full keys whose values are encrypted in the stack's file. */
  readonly secretKeys: readonly string[];
}

/** Decodes the project's own keys and refuses the ones it does not know. */
export function decode(config: PulumiConfig, problems: Problem[]): RawSettings {
  const { namespace, values } = config;
  const raw: Partial<Record<Key, unknown>> = {};
  for (const [fullKey, text] of Object.entries(values)) {
    if (!fullKey.startsWith(`${namespace}:`)) continue;
    const key = fullKey.slice(namespace.length + 1);
    const path = topPath(namespace, key);
    if (!isKey(key)) {
      const known = Object.keys(KEYS);
      const action = suggest(key, known, `remove it with \`pulumi config rm '${path}'\``);
      problems.push({ path, found: "an unknown key", allowed: known.join(", "), action });
    } else if (config.secretKeys.includes(fullKey)) {
      problems.push({
        path,
        found: "an encrypted value",
        allowed: "plain text",
        action: NO_SECRETS,
      });
    } else {
      raw[key] = decodeValue(KEYS[key], text, path, problems);
    }
  }
  return raw;
}

/** Decodes a list or an object; `undefined`, with a problem, where the text is not JSON. */
export function decodeJson(text: string, path: string, problems: Problem[]): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    problems.push({
      path,
      found: `a text of ${text.length} characters`,
      allowed: "an object or a list",
      action:
        "write it as YAML in the stack's file, or set its parts with `pulumi config set --path`",
    });
    return undefined;
  }
}

/** Settings end up in state, outputs and task definitions, where nothing is encrypted. */
const NO_SECRETS =
  "settings hold no secret values: declare the secret under secrets as external and put its value into Secrets Manager";

function decodeValue(form: Form, text: string, path: string, problems: Problem[]): unknown {
  if (form === "json") return decodeJson(text, path, problems);
  if (form === "integer") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (text === "true" || text === "false") return text === "true";
  return text;
}

function isKey(key: string): key is Key {
  return Object.hasOwn(KEYS, key);
}
