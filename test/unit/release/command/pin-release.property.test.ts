import assert from "node:assert/strict";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { pinRelease } from "../../../../release/command/pin-release";
import { releaseId } from "../../../../release/release";
import { parseSettings } from "../../../../settings/parse";
import { type Draft, encode, sampleDraft } from "../../settings/sample-config";
import { STAGE_REGISTRY } from "./samples";

/** Settings of the sample's production stack that are its own. */
const OWN = Object.entries(sampleDraft("production")).filter(([key]) =>
  /^aws:|:(network|serviceOverrides|protect)$/.test(key),
);

const hex = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${String(length)}}$`));
const digest = hex(64).map((digits) => `sha256:${digits}`);
const release = fc
  .record({ commit: hex(7), images: fc.record({ api: digest, web: digest }) })
  .map(({ commit, images }) => {
    const content = { commit, images: { ...images } };
    return { id: releaseId(content), registry: STAGE_REGISTRY, ...content };
  });

const comment = fc.stringMatching(/^# ?[ -~äß☃]{0,30}$/);
const text = fc.string({ unit: "binary", maxLength: 20 }).map((each) => each.replace(/\0/g, ""));
const gap = fc.array(fc.oneof(fc.constant(""), comment), { maxLength: 2 });

/** An entry's lines in one of many styles, not yet indented. */
function entry(key: string, value: unknown): fc.Arbitrary<string[]> {
  const lines = (options: object): string[] =>
    stringify({ [key]: value }, { lineWidth: 0, ...options })
      .trimEnd()
      .split("\n");
  return fc
    .record({
      style: fc.constantFrom<string[]>(
        lines({}),
        lines({ defaultStringType: "QUOTE_DOUBLE" }),
        lines({ defaultStringType: "QUOTE_SINGLE", defaultKeyType: "PLAIN" }),
        lines({ indent: 4, singleQuote: true }),
        [
          stringify({ [key]: value }, { lineWidth: 0, collectionStyle: "flow" })
            .trim()
            .slice(1, -1)
            .trim(),
        ],
        [`${JSON.stringify(key)}: ${JSON.stringify(value)}`],
      ),
      above: gap,
      beside: fc.option(comment, { nil: undefined }),
    })
    .map(({ style, above, beside }) => {
      const last = style.at(-1) ?? "";
      const isOpen = beside === undefined || style.length > 1;
      return [...above, ...style.slice(0, -1), isOpen ? last : `${last} ${beside}`];
    });
}

const foreign = fc
  .tuple(
    fc.stringMatching(/^[a-z]{1,6}:[a-z]{1,6}$/),
    fc.oneof(text, fc.jsonValue({ maxDepth: 2 })),
  )
  .filter(([key]) => !key.startsWith("aws:"))
  .chain(([key, value]) => entry(key, value));

const pinned = release.chain((each) => entry("switchyard:release", each));
const empty = entry("switchyard:release", {});

interface File {
  readonly head: readonly string[];
  readonly before: readonly string[];
  readonly pin: readonly string[];
  readonly after: readonly string[];
  readonly tail: readonly string[];
  readonly newline: string;
  readonly mark: string;
  readonly isEnded: boolean;
}

/** A stack's file that is sound but for its release, its entries in any order. */
const file: fc.Arbitrary<File> = fc
  .record({
    own: fc
      .tuple(...OWN.map(([key, value]) => entry(key, value)))
      .chain((each) => fc.shuffledSubarray(each, { minLength: each.length })),
    foreign: fc.array(foreign, { maxLength: 1 }),
    split: fc.nat(OWN.length),
    pin: fc.oneof(fc.constant([]), pinned, empty),
    head: fc.oneof(gap, fc.constant(["encryptionsalt: v1:abc= # salt"])),
    tail: fc.oneof(gap, fc.constant(["secretsprovider: 'passphrase'", "# end"])),
    indent: fc.constantFrom(2, 3, 4),
    newline: fc.constantFrom("\n", "\n", "\r\n"),
    mark: fc.constantFrom("", "", "\uFEFF"),
    isEnded: fc.boolean(),
  })
  .map(({ own, foreign: others, split, indent, ...rest }) => {
    const indented = (lines: readonly string[]): string[] =>
      lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line));
    return {
      ...rest,
      before: indented([...own.slice(0, split), ...others].flat()),
      pin: indented(rest.pin),
      after: indented(own.slice(split).flat()),
    };
  });

const textOf = ({ head, before, pin, after, tail, newline, mark, isEnded }: File): string =>
  mark +
  [...head, "config:", ...before, ...pin, ...after, ...tail].join(newline) +
  (isEnded ? newline : "");

/** What Pulumi makes of the project's file and this one. */
function settingsOf(content: string): unknown {
  const draft = sampleDraft("production");
  const { config } = parse(content) as { config: Draft };
  const known = Object.entries(config).filter(([key]) => /^(switchyard|aws):/.test(key));
  return parseSettings(encode({ ...draft, ...Object.fromEntries(known) })).release;
}

describe("pinRelease, of any stack's file,", () => {
  it("keeps every other byte, is idempotent, can be undone and pins what the program accepts", () => {
    let pinnedBefore = 0;
    fc.assert(
      fc.property(file, release, release, (parts, one, other) => {
        const before = textOf(parts);
        const after = pinRelease(before, "switchyard", one);
        assert.equal(pinRelease(after, "switchyard", one), after);
        assert.deepEqual(settingsOf(after), one);
        const there = pinRelease(after, "switchyard", other);
        assert.equal(pinRelease(there, "switchyard", one), after);
        if (parts.pin.length === 0) assertInserted(before, after);
        else {
          pinnedBefore++;
          assertAround(after, parts);
        }
      }),
      { numRuns: 150 },
    );
    assert.ok(pinnedBefore > 20);
  });
});

/** The old text, with something put in at one place. */
function assertInserted(before: string, after: string): void {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  assert.equal(after.slice(after.length - (before.length - start)), before.slice(start));
}

/** What is before and behind the entry is as it was, comments beside and above it included. */
function assertAround(after: string, parts: File): void {
  const { head, before, after: behind, tail, newline, mark, isEnded } = parts;
  const start = mark + [...head, "config:", ...before].join(newline);
  const rest = [...behind, ...tail];
  assert.ok(after.startsWith(start));
  const end = rest.join(newline) + (isEnded ? newline : "");
  if (rest.length > 0) assert.ok(after.endsWith(newline + end));
  for (const line of parts.pin.filter((each) => each.trim().startsWith("#"))) {
    assert.ok(after.includes(line + newline));
  }
}
