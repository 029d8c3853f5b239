import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const ROOT = join(__dirname, "..", "..", "..");

/** A page: its path below the project's folder, and its text. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

export const page = (file: string): Page => ({
  file,
  text: readFileSync(join(ROOT, file), "utf8"),
});

/** Everything that is written for readers. */
export function pages(): Page[] {
  const below = readdirSync(join(ROOT, "docs"), { recursive: true })
    .map((name) => relative(ROOT, join(ROOT, "docs", String(name))))
    .filter((name) => name.endsWith(".md"));
  return ["README.md", "CHANGELOG.md", ...below.sort()].map(page);
}

export interface Block {
  readonly language: string;
  readonly text: string;
  /** Heading that the block stands under. */
  readonly section: string;
}

/** The fenced blocks of a page, in order, those inside lists included. */
export function blocks({ text }: Page): Block[] {
  const found: Block[] = [];
  let section = "";
  let open: { language: string; indent: number; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (open && fence) {
      found.push({ language: open.language, text: open.lines.join("\n"), section });
      open = undefined;
    } else if (open) {
      open.lines.push(line.slice(open.indent));
    } else if (fence) {
      open = { language: fence[2] ?? "", indent: fence[1]?.length ?? 0, lines: [] };
    } else {
      section = /^#+ (.*)$/.exec(line)?.[1] ?? section;
    }
  }
  return found;
}

/** A page without its fenced blocks. */
export const prose = ({ text }: Page): string => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");

/** Fragments that a page's headings can be linked by, as GitHub makes them. */
export function anchors(target: Page): string[] {
  return [...prose(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- _]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Rows of a page's tables, cell by cell, without code marks and escapes; heads and rules left out. */
export function tableRows({ text }: Page): string[][] {
  const lines = text.split("\n");
  const isRule = (line = ""): boolean => /^\|[ :|-]+\|$/.test(line);
  return lines
    .filter((line, index) => /^\|.*\|$/.test(line) && !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.replaceAll(/[`\\]/g, "").trim()),
    );
}
