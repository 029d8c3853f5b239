import assert from "node:assert/strict";
import { namedBy } from "../../../release/image-manifest";

const digest = (mark: string): string => `sha256:${mark.repeat(64)}`;
const [A, B, C] = ["a", "b", "c"].map((mark) => ({ digest: digest(mark), size: 1 }));
const named = (content: unknown): ReturnType<typeof namedBy> =>
  namedBy(Buffer.from(JSON.stringify(content)));

describe("what a manifest names", () => {
  it("is its layers and its configuration, each once", () => {
    assert.deepEqual(named({ config: A, layers: [B, C, B] }), { manifests: [], blobs: [B, C, A] });
  });

  it("is the manifests of an index, each once", () => {
    assert.deepEqual(named({ manifests: [A, B, A] }), { manifests: [A, B], blobs: [] });
  });

  it("is nothing where an index or a layer list is empty", () => {
    assert.deepEqual(named({ manifests: [] }), { manifests: [], blobs: [] });
    assert.deepEqual(named({ layers: [] }), { manifests: [], blobs: [] });
  });

  it("is no layer that is kept elsewhere", () => {
    const foreign = { digest: digest("d"), size: 2, urls: ["https://example.com/"] };
    assert.deepEqual(named({ config: A, layers: [foreign] }).blobs, [A]);
  });

  it("is told of nothing else than a manifest", () => {
    for (const content of ["[]", "null", "{}", "<html>", '"text"', ""])
      assert.throws(
        () => namedBy(Buffer.from(content)),
        /is no manifest: it begins with "/,
        content,
      );
  });

  it("has a digest of SHA-256 and a size in whole bytes", () => {
    for (const odd of [
      { digest: "sha256:../../other", size: 1 },
      { digest: `sha512:${"a".repeat(128)}`, size: 1 },
      { digest: digest("a"), size: -1 },
      { digest: digest("a"), size: 1.5 },
      { digest: digest("a") },
      { size: 1 },
    ]) {
      assert.throws(() => named({ layers: [odd] }), /a digest of SHA-256 and a size in bytes are/);
      assert.throws(() => named({ manifests: [odd] }), /the manifest names \{/);
    }
  });
});
