import { isCollection, type Node, type Pair, type YAMLMap } from "yaml";
import { itemEnd, tokenEnd } from "./yaml-end";

/** Lines for a column. */
type Lines = (column: number) => string[];

export function inFlow(map: YAMLMap): boolean {
  return map.srcToken?.type === "flow-collection";
}

/** Adds whole lines after the line in which `place` is; at `place` itself where a line begins there. */
export function addLines(text: string, place: number, lines: readonly string[]): string {
  const newline = newlineOf(text);
  const at = isLineStart(text, place) ? place : nextLine(text, place);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const glue = isLineStart(text, at) ? "" : newline;
  return before + glue + lines.join(newline) + newline + after;
}

/** Adds an entry behind the last one of a map in braces. */
export function addToFlow(text: string, map: YAMLMap, entry: string): string {
  const last = map.items.findLast(({ srcToken }) => srcToken !== undefined)?.srcToken;
  const place = last ? itemEnd(last) : (map.range?.[0] ?? 0) + 1;
  return text.slice(0, place) + (last ? `, ${entry}` : entry) + text.slice(place);
}

/** Replaces the value of an entry, or gives it one: in block style unless the map is in braces. */
export function replaceValue(
  text: string,
  map: YAMLMap,
  pair: Pair,
  lines: Lines,
  flow: string,
): string {
  const value = pair.value as Node | null;
  const token = value?.srcToken;
  const after = pair.srcToken ? itemEnd(pair.srcToken) : text.length;
  if (inFlow(map)) {
    const [start, end] = token && value.range ? [value.range[0], tokenEnd(token)] : [after, after];
    return text.slice(0, start) + (start === end ? " " : "") + flow + text.slice(end);
  }
  const column = (map.srcToken && "indent" in map.srcToken ? map.srcToken.indent : 0) + 2;
  if (!token || !value.range) return addLines(text, after, lines(column));
  const [start] = value.range;
  const end = tokenEnd(token);
  const newline = newlineOf(text);
  if (isCollection(value) && token.type !== "flow-collection") {
    const own = "indent" in token ? token.indent : column;
    return text.slice(0, start) + lines(own).join(newline).trimStart() + text.slice(end);
  }
  // What stood on the key's line makes way for lines below it; a comment stays where it was.
  const before = text.slice(0, start).replace(/[ \t]+$/, "");
  const gap = isLineStart(text, end) && !isLineStart(before, before.length) ? newline : "";
  const rest = gap + text.slice(end).replace(/^[ \t]+(?=\r?\n|$)/, "");
  return addLines(before + rest, before.length, lines(column));
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function isLineStart(text: string, place: number): boolean {
  return place === 0 || text[place - 1] === "\n" || (place === 1 && text[0] === "\uFEFF");
}

function nextLine(text: string, place: number): number {
  const newline = text.indexOf("\n", place);
  return newline < 0 ? text.length : newline + 1;
}
