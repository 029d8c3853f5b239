import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { canonical, readEnginePlan, UNKNOWN } from "../../../release/engine-plan";

const secret = (ciphertext: string): Record<string, string> => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext,
});
const urn = (type: string, name: string): string => `urn:pulumi:stage::p::${type}::${name}`;

describe("the canonical form of a value", () => {
  it("does not depend on the order of keys, and tells different values apart", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        assert.equal(canonical(a) === canonical(b), isDeepStrictEqual(plain(a), plain(b)));
        assert.equal(canonical(reversed(a)), canonical(a));
      }),
    );
  });

  it("does not depend on how a secret was encrypted this time, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.jsonValue(), (one, two, beside) => {
        const value = (text: string): unknown => ({ beside, list: [{ deep: secret(text) }] });
        assert.equal(canonical(value(one)), canonical(value(two)));
      }),
    );
  });

  it("tells a secret from its absence", () => {
    assert.notEqual(canonical({ a: secret("x") }), canonical({ a: "x" }));
    assert.notEqual(canonical({ a: secret("x") }), canonical({}));
  });
});

describe("an update plan", () => {
  it("is read as the steps that change something, with their inputs", () => {
    const text = JSON.stringify({
      resourcePlans: {
        [urn("a:b:C", "kept")]: { steps: ["same"], goal: { inputDiff: {} } },
        [urn("a:b:C", "read")]: { steps: ["read"] },
        [urn("a:b:C", "none")]: {},
        [urn("a:b:C", "gone")]: { goal: null, steps: ["delete"] },
        [urn("a:b:C", "new")]: {
          steps: ["create-replacement", "replace", "delete-replaced"],
          seed: "random",
          goal: {
            inputDiff: { adds: { a: secret("1") }, updates: { b: UNKNOWN }, deletes: ["c"] },
          },
        },
      },
    });
    assert.deepEqual(readEnginePlan(text), {
      steps: {
        [urn("a:b:C", "gone")]: { ops: ["delete"], inputs: {} },
        [urn("a:b:C", "new")]: {
          ops: ["create-replacement", "replace", "delete-replaced"],
          inputs: { a: '"[secret]"', b: JSON.stringify(UNKNOWN), c: "[removed]" },
        },
      },
      unchanged: 3,
      outputs: {},
    });
  });

  it("names the outputs of the stack that change, and of nothing else", () => {
    const outputDiff = { adds: { url: "x" }, updates: { release: UNKNOWN }, deletes: ["old"] };
    const text = JSON.stringify({
      resourcePlans: {
        [urn("pulumi:pulumi:Stack", "p-stage")]: { steps: ["same"], goal: { outputDiff } },
        [urn("a:b:C", "x")]: { steps: ["same"], goal: { outputDiff: { adds: { no: 1 } } } },
      },
    });
    assert.deepEqual(readEnginePlan(text).outputs, { url: "x", release: UNKNOWN });
  });

  it("is the same whatever name Pulumi makes up for what is created, also where others name it", () => {
    const suffix = fc
      .integer({ min: 0, max: 0xfffffff })
      .map((n) => n.toString(16).padStart(7, "0"));
    const text = (one: string, two: string): string =>
      JSON.stringify({
        resourcePlans: {
          [urn("aws:ecs/service:Service", "web-green")]: {
            steps: ["create"],
            goal: { inputDiff: { adds: { name: `web-green-${one}` } } },
          },
          [urn("aws:cloudwatch/logGroup:LogGroup", "web")]: {
            steps: ["create"],
            goal: { inputDiff: { adds: { name: `web-${two}` } } },
          },
          [urn("x:y:SlotReady", "web-green")]: {
            steps: ["create"],
            goal: { inputDiff: { adds: { at: [`a/web-green-${one}`, { log: `web-${two}` }] } } },
          },
        },
      });
    fc.assert(
      fc.property(suffix, suffix, suffix, suffix, (a, b, c, d) => {
        assert.deepEqual(readEnginePlan(text(a, b)), readEnginePlan(text(c, d)));
      }),
    );
  });

  it("is another where a name differs that Pulumi did not make up", () => {
    const text = (name: string): string => {
      const goal = { inputDiff: { updates: { name } } };
      return JSON.stringify({
        resourcePlans: { [urn("a:b:C", "web")]: { steps: ["update"], goal } },
      });
    };
    for (const [one, two] of [
      ["web-1", "web-2"],
      ["api-0123456", "api-0123457"],
      ["web-0123456x", "web-0123457x"],
      ["web-012345", "web-012346"],
    ] as const)
      assert.notDeepEqual(readEnginePlan(text(one)), readEnginePlan(text(two)));
  });

  it("is not anything else", () => {
    assert.throws(() => readEnginePlan("{}"), /resourcePlans/);
    assert.throws(() => readEnginePlan("{"), SyntaxError);
  });
});

/** As JSON has it: without prototypes and the sign of zero. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, reversed(each)] as const);
  return Object.fromEntries(entries.reverse());
}
