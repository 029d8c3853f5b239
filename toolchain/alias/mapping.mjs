// @ts-check
/** Pulumi's type tokens and property names, and those of the dynamic bridge. Pure. */
import tokens from "./tokens.json" with { type: "json" };
import properties from "./properties.json" with { type: "json" };

/** @type {Record<string, string>} */
const theirs = tokens;
const ours = Object.fromEntries(Object.entries(theirs).map(([mine, other]) => [other, mine]));
/** @type {Record<string, Record<string, string>>} type -> Pulumi's property name -> the bridge's */
const renames = properties;

/** @param {string} token */
export const mapToken = (token) => theirs[token] ?? token;

/** A URN is `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`; the bridge knows no parents. @param {string} urn */
export function mapUrn(urn) {
  const parts = urn.split("::");
  parts[2] = mapToken(parts[2]?.split("$").at(-1) ?? "");
  return parts.join("::");
}

/** @param {string} urn */
export function unmapUrn(urn) {
  const parts = urn.split("::");
  if (parts.length === 4) parts[2] = ours[parts[2] ?? ""] ?? parts[2] ?? "";
  return parts.join("::");
}

const structs = ["Olds", "News", "OldInputs", "Inputs", "Properties", "Args", "Return"];
const lists = ["Ignorechanges", "Replaces", "Diffs"];

/**
 * The bridge has a single object where Pulumi has a list of at most one.
 * @param {any} value @param {boolean} unwraps @param {boolean} wraps
 */
function reshaped(value, unwraps, wraps) {
  if (unwraps && Array.isArray(value)) return value[0];
  return wraps && value !== null && !Array.isArray(value) ? [value] : value;
}

/**
 * @param {string} type @param {any} message a request or an answer, changed in place
 * @param {"toBridge" | "fromBridge"} direction
 */
export function renameProperties(type, message, direction) {
  const table = renames[type];
  if (!table) return;
  const names = new Map(
    Object.entries(table).map(([mine, other]) =>
      direction === "toBridge" ? [mine, other] : [other, mine],
    ),
  );
  for (const field of structs) {
    const struct = message[`get${field}`]?.();
    if (!struct) continue;
    const entries = Object.entries(struct.toJavaScript());
    const renamed = Object.fromEntries(
      entries.map(([key, value]) => [
        names.get(key) ?? key,
        names.has(key) ? reshaped(value, key === "aliases", key === "alias") : value,
      ]),
    );
    message[`set${field}`](struct.constructor.fromJavaScript(renamed));
  }
  for (const field of lists) {
    const list = message[`get${field}List`]?.();
    if (list)
      message[`set${field}List`](list.map((/** @type {string} */ key) => names.get(key) ?? key));
  }
}
