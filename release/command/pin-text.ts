import { type PinnedRelease } from "../release";

/** Plain words that YAML reads as something else than a text, in its older version too. */
const NOT_A_TEXT = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** The lines of a pinned release (see `pinOf`) in block style, indented by `column` spaces. */
export function pinLines(release: PinnedRelease, column: number): string[] {
  const { id, registry, commit, images } = release;
  const lines = [
    `id: ${quoted(id)}`,
    ...(registry === undefined ? [] : [`registry: ${quoted(registry)}`]),
    `commit: ${quoted(commit)}`,
    "images:",
    ...Object.entries(images).map(
      ([service, digest]) => `  ${plainKey(service)}: ${quoted(digest)}`,
    ),
  ];
  return lines.map((line) => " ".repeat(column) + line);
}

/** A key in block style: as it is where it is surely a text, else quoted. */
export function plainKey(key: string): string {
  return /^[A-Za-z][\w:./-]*$/.test(key) && !NOT_A_TEXT.test(key) ? key : quoted(key);
}

/** Always quoted: a commit of digits, or of digits and one e, would be read as a number. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Just what is pinned, its keys in one order. */
export function pinOf({ id, registry, commit, images }: PinnedRelease): PinnedRelease {
  const sorted = Object.entries(images).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    id,
    ...(registry === undefined ? {} : { registry }),
    commit,
    images: Object.fromEntries(sorted),
  };
}
