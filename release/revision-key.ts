import type { Revision } from "./revision";
import { sha256 } from "./sha256";

/** Stands for the content of a revision: equal contents have equal keys, in whatever order they are written. */
export function revisionKey(revision: Revision): string {
  const text = JSON.stringify(revision, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return sha256(text).slice(0, 20);
}
