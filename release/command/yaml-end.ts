import type { CST } from "yaml";

type Item = CST.CollectionItem;

const VOID = new Set<CST.SourceToken["type"]>(["space", "newline", "comment", "comma"]);

/**
 * Where the content of a token ends in its text: before the comments, blanks and newlines that the
 * parser counts in with it.
 */
export function tokenEnd(token: CST.Token): number {
  switch (token.type) {
    case "block-map":
    case "block-seq":
    case "flow-collection": {
      if (token.type === "flow-collection" && token.end[0]) return sourceEnd(token.end[0]);
      const last = (token.items as Item[]).findLast(hasContent);
      return last ? itemEnd(last) : token.offset;
    }
    case "block-scalar": {
      const last = token.props.at(-1);
      return (last ? tokenEnd(last) : token.offset) + token.source.length;
    }
    default:
      return token.offset + ("source" in token ? token.source.length : 0);
  }
}

/** Where an entry of a collection ends: after its value, else after its colon, else after its key. */
export function itemEnd(item: Item): number {
  if (item.value) return tokenEnd(item.value);
  const mark = [...item.start, ...(item.sep ?? [])].findLast(({ type }) => !VOID.has(type));
  const ends = [mark && sourceEnd(mark), item.key && tokenEnd(item.key)];
  return Math.max(...ends.map((end) => end ?? 0));
}

function hasContent(item: Item): boolean {
  return Boolean(item.key ?? item.value ?? item.sep);
}

function sourceEnd(token: CST.SourceToken): number {
  return token.offset + token.source.length;
}
