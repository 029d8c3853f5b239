import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocks, page, pages, ROOT } from "./markdown";

const README_TESTS = ["readme-first-look", "readme", "policy", "parity", "gate"].map(
  (name) => `test/e2e/${name}.test.ts`,
);

/** Sections whose commands that test takes out of the page and runs, as they stand. */
const RUN_LITERALLY: readonly (readonly [page: string, section: string])[] = [
  ["README.md", "Try it"],
  ["README.md", "The same road with plain `pulumi`"],
  ["README.md", "The command line"],
  ["README.md", "Take it down"],
  ["docs/guides/plan.md", "How"],
  ["docs/guides/policy.md", "How"],
  ["docs/guides/parity.md", "How"],
  ["docs/guides/gate.md", "Freeze"],
  ["docs/guides/gate.md", "Look at the record"],
  ["docs/runbooks/a-killed-run.md", "What you see"],
  ["docs/runbooks/a-killed-run.md", "What to do"],
  ["docs/runbooks/a-killed-run.md", "How to see that it is over"],
];

/** Other commands, the file that runs each, and how it does. */
const RUN_ELSEWHERE: readonly (readonly [command: string, file: string, how: RegExp])[] = [
  ["npm test", ".ci/run", /^npm --silent test$/m],
  [
    "npm run release -- parity --stack production --out production.shape.json",
    "test/e2e/gated-stacks.ts",
    /const shape = "production\.shape\.json";[^]*"production", "--out", shape\]/,
  ],
  [
    "npm run release -- parity --stack stage --against production.shape.json --record",
    "test/e2e/gated-stacks.ts",
    /"stage", "--against", shape, "--record"\]/,
  ],
  [
    "npm run release -- checklist --stack production",
    "test/e2e/gate.test.ts",
    /release\(\["checklist", "--stack", "production"\]\)/,
  ],
  [
    "npm run release -- drift --stack stage",
    "test/e2e/edits.test.ts",
    /"release", "--", "drift", "--stack", "stage"\]/,
  ],
  ["npm run release -- rollback", "demo/main.ts", /await release\(stacks, "rollback"\)/],
  ...[
    ["approve 3c31a6de8ec6 --stack production", /"approve", shortId\(id\), "--comment"/],
    [
      'approve 3c31a6de8ec6 --stack production --emergency "the old one leaks"',
      /"approve", shortId\(id\), "--emergency", "the old one leaks"/,
    ],
  ].map(
    ([words, how]) =>
      [`npm run release -- ${String(words)}`, "test/e2e/gate.test.ts", how as RegExp] as const,
  ),
];

const isLiteral = (file: string, section: string): boolean =>
  RUN_LITERALLY.some(([page, title]) => page === file && title === section);

/** Commands, one a line: blocks that are run as they stand may hold anything a shell takes. */
const commandsIn = (text: string): string[] =>
  text
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

describe("the documentation's commands", () => {
  const all = pages().flatMap((each) =>
    blocks(each)
      .filter(({ language }) => language === "sh")
      .map(({ text, section }) => ({ file: each.file, section, text })),
  );

  it("are each run by a test", () => {
    const literal = all.filter(({ file, section }) => isLiteral(file, section));
    const run = new Set([
      ...literal.flatMap(({ text }) => commandsIn(text)),
      ...RUN_ELSEWHERE.map(([command]) => command),
    ]);
    assert.ok(run.size > 20);
    const unknown = all
      .filter(({ file, section }) => !isLiteral(file, section))
      .flatMap(({ file, text }) => commandsIn(text).map((command) => ({ file, command })))
      .filter(({ command }) => !run.has(command));
    assert.deepEqual(unknown, []);
  });

  it("are in sections that the tests of the pages name", () => {
    const source = README_TESTS.map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");
    for (const [file, section] of RUN_LITERALLY) {
      assert.ok(source.includes(`"${file}"`) && source.includes(`"${section}"`), section);
      assert.ok(
        blocks(page(file)).some((each) => each.section === section && each.language === "sh"),
        section,
      );
    }
  });

  it("are run where this table says so", () => {
    for (const [command, file, how] of RUN_ELSEWHERE)
      assert.match(readFileSync(join(ROOT, file), "utf8"), how, command);
  });

  it("stand in blocks of a known language", () => {
    const languages = pages().flatMap((each) => blocks(each).map(({ language }) => language));
    const known = ["dockerfile", "mermaid", "sh", "text", "yaml"];
    assert.deepEqual(
      languages.filter((language) => !known.includes(language)),
      [],
    );
  });
});
