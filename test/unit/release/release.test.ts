import assert from "node:assert/strict";
import fc from "fast-check";
import { SettingsError } from "../../../release/errors";
import {
  canonicalRelease,
  imageReference,
  parseRelease,
  registryOf,
  type Release,
  releaseId,
  repositoryName,
  shortId,
} from "../../../release/release";

const WEB = `sha256:${"1".repeat(64)}`;
const API = `sha256:${"2".repeat(64)}`;
const RELEASE: Release = { images: { web: WEB, api: API }, commit: "0123abc" };

describe("releaseId", () => {
  it("is the hash of the canonical JSON", () => {
    assert.equal(
      canonicalRelease(RELEASE),
      `{"commit":"0123abc","images":{"api":"${API}","web":"${WEB}"}}`,
    );
    assert.equal(
      releaseId(RELEASE),
      "3c31a6de8ec617e7409e582109517116c0d89879c833e2f2fee9f731b09b3865",
    );
  });

  it("does not depend on the order of the images, nor on what else is written beside them", () => {
    const other = { commit: "0123abc", id: "x", images: { api: API, web: WEB } };
    assert.equal(releaseId(other), releaseId(RELEASE));
  });

  it("depends on the commit and on each digest", () => {
    const ids = [
      RELEASE,
      { ...RELEASE, commit: "0123abd" },
      { ...RELEASE, images: { web: API, api: API } },
      { ...RELEASE, images: { web: WEB } },
    ].map(releaseId);
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe("parseRelease", () => {
  const pinned = { id: releaseId(RELEASE), ...RELEASE };

  it("reads a release and its registry", () => {
    assert.deepEqual(parseRelease(pinned), pinned);
    const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
    assert.deepEqual(parseRelease({ ...pinned, registry }), { ...pinned, registry });
  });

  it("names every problem under the given path", () => {
    assert.throws(
      () => parseRelease({ id: "1", images: { web: "latest" }, note: "x" }, "shop:release"),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.deepEqual(
          error.problems.map(({ path, found }) => [path, found]),
          [
            ["shop:release.note", "an unknown key"],
            ["shop:release.id", '"1"'],
            ["shop:release.commit", "nothing"],
            ["shop:release.images.web", '"latest"'],
          ],
        );
        return true;
      },
    );
  });

  it("refuses an id that is not the id of the content", () => {
    assert.throws(
      () => parseRelease({ ...pinned, images: { web: WEB } }),
      /^SettingsError: switchyard:release\.id: found "\w+", which is not the id of these images/,
    );
  });

  it("refuses anything else with a SettingsError", () => {
    const refuses = (value: unknown): void => {
      assert.throws(() => parseRelease(value), SettingsError);
    };
    for (const value of [undefined, null, "release", [], {}, 1]) refuses(value);
    fc.assert(fc.property(fc.anything(), refuses), { numRuns: 200 });
  });
});

describe("names of images", () => {
  it("name an image by digest", () => {
    assert.equal(
      imageReference(registryOf("111111111111", "us-east-1"), repositoryName("shop", "web"), WEB),
      `111111111111.dkr.ecr.us-east-1.amazonaws.com/shop/web@${WEB}`,
    );
    assert.equal(
      registryOf("111111111111", "cn-north-1"),
      "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn",
    );
  });

  it("are never made of a tag", () => {
    assert.throws(
      () => imageReference("registry", "shop/web", "v1"),
      /^TypeError: image of shop\/web: found "v1" where a digest must be$/,
    );
  });

  it("are cut to twelve digits for people", () => {
    assert.equal(shortId(releaseId(RELEASE)).length, 12);
    assert.equal(shortId(WEB), "111111111111");
  });
});
