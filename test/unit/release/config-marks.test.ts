import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { configMarks, markOf } from "../../../release/config-marks";

const nameOf = (key: string): string => (key.includes(":") ? key : `p:${key}`);
const marks = (config: unknown): Readonly<Record<string, string>> =>
  configMarks({ config }, nameOf);

/** Settings as people write them: nothing that looks like a secret by chance. */
const key = fc.oneof(fc.constantFrom("a", "b", "a.b", "constructor", "__proto__"), fc.string());
const { setting } = fc.letrec<{ setting: unknown }>((tie) => ({
  setting: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("setting"), { maxLength: 3 }),
    fc.dictionary(key, tie("setting"), { maxKeys: 3 }),
  ),
}));
const config = fc.dictionary(fc.constantFrom("a", "b", "other:a"), setting, { maxKeys: 3 });

describe("the marks of settings", () => {
  it("are the same exactly where the settings are", () => {
    fc.assert(
      fc.property(config, config, (a, b) => {
        const same = isDeepStrictEqual(plain(a), plain(b));
        assert.equal(isDeepStrictEqual(marks(a), marks(b)), same);
      }),
      { numRuns: 1000 },
    );
  });

  it("name the one leaf that differs", () => {
    const before = { services: { web: { tasks: 2, paths: ["/a"] } }, "aws:region": "x" };
    const after = { services: { web: { tasks: 3, paths: ["/a"] } }, "aws:region": "x" };
    const [one, two] = [marks(before), marks(after)];
    assert.deepEqual(Object.keys(one), [
      "p:services.web.tasks",
      "p:services.web.paths",
      "aws:region",
    ]);
    const changed = Object.keys(one).filter((path) => one[path] !== two[path]);
    assert.deepEqual(changed, ["p:services.web.tasks"]);
  });

  it("hold nothing of the values, and of a secret nothing but its ciphertext's", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5 }), (value) => {
        const found = marks({ a: value, b: { secure: value } });
        assert.deepEqual(Object.keys(found), ["p:a", "p:b"]);
        for (const mark of Object.values(found)) assert.match(mark, /^[0-9a-f]{16}$/);
        assert.equal(found["p:b"], markOf(`{"secure":${JSON.stringify(value)}}`));
      }),
    );
  });

  it("take in what else the stack's file says, such as how its secrets are encrypted", () => {
    const one = configMarks({ encryptionsalt: "v1:a", config: { a: "1" } }, nameOf);
    assert.deepEqual(Object.keys(one), ["encryptionsalt", "p:a"]);
    assert.notDeepEqual(configMarks({ encryptionsalt: "v1:b", config: { a: "1" } }, nameOf), one);
  });

  it("are none where there is no file or nothing in it, and one where `config` is no map", () => {
    for (const nothing of [undefined, null, {}, { config: null }, { config: {} }])
      assert.deepEqual(configMarks(nothing, nameOf), {});
    assert.deepEqual(Object.keys(configMarks({ config: ["x"] }, nameOf)), ["config"]);
  });

  it("take whole numbers as YAML's reader gives them", () => {
    assert.notDeepEqual(marks({ a: 9007199254740993n }), marks({ a: 9007199254740992n }));
  });
});

/** Without the prototypes that `fc.dictionary` may give or not. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
