import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CommandFailure } from "../../../../release/command/failure";
import { pinRelease } from "../../../../release/command/pin-release";
import { releaseId } from "../../../../release/release";
import { A, B, digest, STAGE_REGISTRY } from "./samples";

const ROOT = join(__dirname, "..", "..", "..", "..");

/** The entry as it is written at a column, without its key. */
function block(column: number, release = A): string {
  const lines = [
    `id: "${release.id}"`,
    `registry: "${STAGE_REGISTRY}"`,
    `commit: "${release.commit}"`,
    "images:",
    `  api: "${release.images["api"] ?? ""}"`,
    `  web: "${release.images["web"] ?? ""}"`,
  ];
  return lines.map((line) => " ".repeat(column) + line).join("\n");
}

const FLOW = JSON.stringify({
  id: A.id,
  registry: A.registry,
  commit: A.commit,
  images: A.images,
});

/** File, and what becomes of it. */
const CASES: readonly (readonly [title: string, before: string, after: string])[] = [
  ["an empty file", "", `config:\n  switchyard:release:\n${block(4)}\n`],
  ["a file of comments", "# c\n", `# c\nconfig:\n  switchyard:release:\n${block(4)}\n`],
  [
    "a file without settings",
    "encryptionsalt: v1:x\n",
    `encryptionsalt: v1:x\nconfig:\n  switchyard:release:\n${block(4)}\n`,
  ],
  [
    "settings of nothing",
    "config: # c\na: 1\n",
    `config: # c\n  switchyard:release:\n${block(4)}\na: 1\n`,
  ],
  [
    "empty settings in braces",
    "config: {} # c\na: 1\n",
    `config: # c\n  switchyard:release:\n${block(4)}\na: 1\n`,
  ],
  [
    "settings without a release",
    "config:\n  b: [1] # c\n  # d\na: 1\n",
    `config:\n  b: [1] # c\n  switchyard:release:\n${block(4)}\n  # d\na: 1\n`,
  ],
  [
    "a deeper indentation",
    "config:\n    b:\n        c: 1\n",
    `config:\n    b:\n        c: 1\n    switchyard:release:\n${block(6)}\n`,
  ],
  [
    "a file without a last newline",
    "config:\n  b: 1",
    `config:\n  b: 1\n  switchyard:release:\n${block(4)}\n`,
  ],
  [
    "an empty release",
    "config:\n  switchyard:release: {} # c\n  b: 1\n",
    `config:\n  switchyard:release: # c\n${block(4)}\n  b: 1\n`,
  ],
  [
    "a release without a value",
    "config:\n  switchyard:release:\n\n  b: 1\n",
    `config:\n  switchyard:release:\n${block(4)}\n\n  b: 1\n`,
  ],
  [
    "another release",
    `config:\n  # c\n  switchyard:release: # d\n    # e\n${block(4, B)} # f\n  # g\n  b: 1\n`,
    `config:\n  # c\n  switchyard:release: # d\n    # e\n${block(4)} # f\n  # g\n  b: 1\n`,
  ],
  [
    "a quoted key",
    `config:\n  "switchyard:release":\n${block(6, B)}\n`,
    `config:\n  "switchyard:release":\n${block(6)}\n`,
  ],
  ["a key without its namespace", "config:\n  release: x\n", `config:\n  release:\n${block(4)}\n`],
  [
    "a key in its old form",
    "config:\n  switchyard:config:release: x\n",
    `config:\n  switchyard:config:release:\n${block(4)}\n`,
  ],
  [
    "a text of several lines in its place",
    "config:\n  switchyard:release: |\n    x\n  b: 1\n",
    `config:\n  switchyard:release:\n${block(4)}\n  b: 1\n`,
  ],
  [
    "a last value that keeps its empty lines",
    "config:\n  b: |+\n    x\n\n\na: 1\n",
    `config:\n  b: |+\n    x\n\n\n  switchyard:release:\n${block(4)}\na: 1\n`,
  ],
  [
    "settings in braces",
    "config: {b: 1, c: [2]} # c",
    `config: {b: 1, c: [2], "switchyard:release": ${FLOW}} # c`,
  ],
  [
    "a release in braces",
    'config: {"switchyard:release": {}, b: 1}',
    `config: {"switchyard:release": ${FLOW}, b: 1}`,
  ],
  ["a file in braces", "{}", `{"config": {"switchyard:release": ${FLOW}}}`],
  [
    "settings in braces over lines",
    "config: {\n  b: 1, # c\n}\n",
    `config: {\n  b: 1, "switchyard:release": ${FLOW}, # c\n}\n`,
  ],
  [
    "an explicit document",
    "---\nconfig:\n  b: 1\n...\n",
    `---\nconfig:\n  b: 1\n  switchyard:release:\n${block(4)}\n...\n`,
  ],
  [
    "anchors and aliases elsewhere",
    "config:\n  b: &x {c: 1}\n  d: *x\n",
    `config:\n  b: &x {c: 1}\n  d: *x\n  switchyard:release:\n${block(4)}\n`,
  ],
];

/** Files that are refused, and what the refusal says. */
const REFUSED: readonly (readonly [title: string, text: string, says: RegExp])[] = [
  ["what is no YAML", "config: [", /^P\.yaml can't be read: .* at line 1, column 10$/],
  ["tabs as indentation", "config:\n\tb: 1\n", /can't be read: Tabs are not allowed/],
  ["a key twice", "config:\n  b: 1\n  b: 2\n", /can't be read: Map keys must be unique/],
  ["an alias of nothing", "config:\n  b: *x\n", /can't be read: Unresolved alias/],
  ["two documents", "a: 1\n---\nb: 2\n", /can't be read: it holds more than one YAML document/],
  ["a list", "[1]", /found a form in which switchyard:release can't be written/],
  ["settings that are a text", "config: x\n", /found a form/],
  ["settings from elsewhere", "a: &x {b: 1}\nconfig: *x\n", /found a form/],
  [
    "a release that others refer to",
    "config:\n  switchyard:release: &r {a: 1}\n  b: *r\n",
    /found a form/,
  ],
];

describe("pinRelease", () => {
  for (const [title, before, after] of CASES) {
    it(`edits ${title}`, () => {
      assert.equal(pinRelease(before, "switchyard", A), after);
      assert.equal(pinRelease(after, "switchyard", A), after);
      assert.equal(pinRelease(pinRelease(before, "switchyard", B), "switchyard", A), after);
    });
  }

  it("keeps the line ends of Windows and a mark of the byte order", () => {
    const before = "\uFEFFconfig:\r\n  b: 1\r\n";
    const written = block(4).replaceAll("\n", "\r\n");
    const after = `${before}  switchyard:release:\r\n${written}\r\n`;
    assert.equal(pinRelease(before, "switchyard", A), after);
  });

  it("leaves a file that says so already as it is, in whatever order and style", () => {
    const { id, commit, images, registry } = A;
    const text = `config: {switchyard:release: ${JSON.stringify({ images, registry, commit, id })}}`;
    assert.equal(pinRelease(text, "switchyard", A), text);
  });

  it("adds to the sample's files and changes nothing else in them", () => {
    for (const stack of ["stage", "production"]) {
      const whole = readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
      // The samples say how the tests start, whatever a promotion has since written into the file.
      const text = whole.replace(/ {2}switchyard:release:\n( {4}.*\n)*/, "");
      const entry = `  switchyard:release:\n${block(4)}\n`;
      const pinned = pinRelease(text, "switchyard", A);
      assert.ok(pinned.includes(entry));
      assert.equal(pinned.replace(entry, ""), text);
    }
  });

  it("writes texts that YAML would take for numbers or truth as texts", () => {
    const content = { commit: "12e34567", images: { no: digest("1"), y: digest("2") } };
    const release = { id: releaseId(content), ...content };
    for (const version of ["1.1", "1.2"] as const) {
      const written = pinRelease("", "switchyard", release);
      assert.deepEqual(parse(written, { version }), { config: { "switchyard:release": release } });
    }
  });

  it("leaves out a registry that is not given", () => {
    const { id, commit, images } = A;
    assert.ok(!pinRelease("", "switchyard", { id, commit, images }).includes("registry"));
  });

  it("takes the project's name as the namespace", () => {
    const pinned = pinRelease("config:\n  switchyard:release: x\n", "other", A);
    assert.equal(pinned, `config:\n  switchyard:release: x\n  other:release:\n${block(4)}\n`);
  });

  for (const [title, text, says] of REFUSED) {
    it(`refuses ${title}`, () => {
      assert.throws(
        () => pinRelease(text, "switchyard", A, "P.yaml"),
        (error) => {
          assert.ok(error instanceof CommandFailure);
          assert.match(error.message, says);
          assert.equal(error.kind, "mistake");
          assert.ok(error.action);
          return true;
        },
      );
    });
  }
});
