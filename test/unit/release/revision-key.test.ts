import assert from "node:assert/strict";
import fc from "fast-check";
import type { Revision } from "../../../release/revision";
import { revisionKey } from "../../../release/revision-key";
import { revision } from "../components/samples";

const REVISION = revision("a");

/** The same value, its keys in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, turned(part)] as const);
  return Object.fromEntries(entries.reverse());
}

const withEnvironment = (environment: Record<string, string>): Revision => ({
  ...REVISION,
  environment,
});

describe("revisionKey", () => {
  it("is short, and the same for the same content in any order", () => {
    assert.match(revisionKey(REVISION), /^[0-9a-f]{20}$/);
    const environments = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(environments, (environment) => {
        const one = withEnvironment(environment);
        assert.equal(revisionKey(turned(one) as Revision), revisionKey(one));
      }),
    );
  });

  it("differs for every other content", () => {
    const changes: Partial<Revision>[] = [
      {},
      { service: "api" },
      { tag: "c-b" },
      { digest: "sha256:1" },
      { cpu: 512 },
      { memoryMiB: 1024 },
      { port: 9090 },
      { command: ["a", "b"] },
      { command: ["b", "a"] },
      { environment: {} },
      { secrets: {} },
      { secrets: { KEY: { name: "key", version: 2, arn: "arn", versionId: "v2" } } },
      { stopTimeoutSeconds: 31 },
      { healthCheck: { ...REVISION.healthCheck, retries: 3 } },
    ];
    const keys = changes.map((change) => revisionKey({ ...REVISION, ...change }));
    assert.equal(new Set(keys).size, changes.length);
    const pairs = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(pairs, pairs, (one, other) => {
        const text = (each: object): string => JSON.stringify(Object.entries(each).sort());
        const same = revisionKey(withEnvironment(one)) === revisionKey(withEnvironment(other));
        assert.equal(same, text(one) === text(other));
      }),
    );
  });
});
