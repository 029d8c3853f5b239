import { type Document, isAlias, isMap, isScalar, type Pair, parseAllDocuments } from "yaml";
import { CommandFailure } from "./failure";

/** A stack's file, with the places of its parts in the text. */
export interface StackYaml {
  readonly document: Document.Parsed;
  /** The whole content as plain values. */
  readonly content: unknown;
}

/** Options under which whole numbers and places in the text are kept as they are. */
const OPTIONS = { keepSourceTokens: true, intAsBigInt: true, merge: true } as const;

/**
 * Reads the text of a stack's file.
 *
 * @param file name that the message says
 * @throws CommandFailure where it is not one YAML document
 */
export function readStackYaml(text: string, file: string): StackYaml {
  const documents = parseAllDocuments(text, OPTIONS);
  const [document, second] = "empty" in documents ? [] : documents;
  if (second) throw unreadable(file, "it holds more than one YAML document");
  if (!document) return { document: emptyDocument(), content: null };
  const [error] = document.errors;
  if (error) throw unreadable(file, error.message.split("\n")[0] ?? error.message);
  try {
    return { document, content: document.toJS() as unknown };
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause));
  }
}

function emptyDocument(): Document.Parsed {
  const [document] = parseAllDocuments("null", OPTIONS) as Document.Parsed[];
  if (!document) throw new Error("a text of one word is a document");
  document.contents = null;
  return document;
}

function unreadable(file: string, why: string): CommandFailure {
  const reason = why.replace(/[:\s]+$/, "");
  return new CommandFailure("mistake", `${file} can't be read: ${reason}`, `mend ${file}`);
}

/** Full key of an entry of a stack's config, as Pulumi reads it: the project is the default namespace. */
export function fullKey(key: string, namespace: string): string {
  const parts = key.split(":");
  if (parts.length === 1) return `${namespace}:${key}`;
  return parts.length === 3 && parts[1] === "config" ? `${parts[0] ?? ""}:${parts[2] ?? ""}` : key;
}

/** The entries of a map whose key, as a text, is accepted. */
export function pairsOf(map: unknown, accepts: (key: string) => boolean): Pair[] {
  if (!isMap(map)) return [];
  return map.items.filter(({ key }) => isScalar(key) && accepts(String(key.value)));
}

/** Whether a node stands for nothing: absent, empty or null. */
export function isNothing(node: unknown): boolean {
  if (node === null || node === undefined) return true;
  return isScalar(node) && node.value === null && !isAlias(node);
}
