import assert from "node:assert/strict";
import { type Layer, layered, pathInImage, roleOf } from "../../../../release/scan/image-files";
import { NodeVersionSearch } from "../../../../release/scan/node-version";

const layer = (contents: Record<string, string>, ...written: string[]): Layer => ({
  written: [...Object.keys(contents), ...written],
  contents: new Map(Object.entries(contents)),
});
const files = (...layers: Layer[]): Record<string, string> => Object.fromEntries(layered(layers));

describe("a file of an image", () => {
  it("says something of packages where it is a list of them, a manifest, or Node.js itself", () => {
    const roles = {
      "var/lib/dpkg/status": "dpkg",
      "var/lib/dpkg/status.d/libc6": "dpkg",
      "var/lib/dpkg/status.d/libc6.md5sums": undefined,
      "var/lib/dpkg/status-old": undefined,
      "lib/apk/db/installed": "apk",
      "usr/lib/apk/db/installed": "apk",
      "var/lib/rpm/rpmdb.sqlite": "rpm",
      "usr/lib/sysimage/rpm/Packages.db": "rpm",
      "etc/os-release": "os-release",
      "app/server.cdx.json": "sbom",
      "app/node_modules/lodash/package.json": "package.json",
      "app/node_modules/@a/b/node_modules/c/package.json": "package.json",
      "app/node_modules/resolve/test/broken/package.json": undefined,
      "app/package.json": undefined,
      "nodejs/bin/node": "node",
      "usr/bin/node": "node",
      "usr/include/node": undefined,
      "opt/bin/nodemon": undefined,
    };
    for (const [path, role] of Object.entries(roles)) assert.equal(roleOf(path), role, path);
  });

  it("is called the same however an archive begins its path", () => {
    for (const path of ["./usr/bin/node", "/usr/bin/node", "usr/bin/node", "usr//bin/./node/"])
      assert.equal(pathInImage(path), "usr/bin/node");
  });

  it("is what the highest layer that has it says", () => {
    assert.deepEqual(files(layer({ a: "1", b: "1" }), layer({ a: "2" })), { b: "1", a: "2" });
  });

  it("is gone when a higher layer removes it, its folder, or all that was in its folder", () => {
    const base = layer({ "d/a": "1", "d/e/b": "1", "d2/a": "1" });
    assert.deepEqual(files(base, layer({}, "d/.wh.a")), { "d/e/b": "1", "d2/a": "1" });
    assert.deepEqual(files(base, layer({}, ".wh.d")), { "d2/a": "1" });
    assert.deepEqual(files(base, layer({ "d/a": "2" }, "d/.wh..wh..opq")), {
      "d2/a": "1",
      "d/a": "2",
    });
    assert.deepEqual(files(base, layer({}, ".wh..wh..opq")), {});
  });

  it("is gone when a link or another file takes its place, or its folder's", () => {
    const base = layer({ "d/a": "1", "da/a": "1" });
    assert.deepEqual(files(base, layer({}, "d/a")), { "da/a": "1" });
    assert.deepEqual(files(base, layer({}, "d")), { "da/a": "1" });
  });
});

describe("a Node.js in an image", () => {
  const MARK = "x".repeat(100) + "https://h/v24.1.0/node-v24.1.0-headers.tar.gz" + "y".repeat(100);

  it("says its version, wherever its bytes are cut", () => {
    for (let size = 1; size < MARK.length; size++) {
      const search = new NodeVersionSearch();
      for (let at = 0; at < MARK.length; at += size)
        search.add(Buffer.from(MARK.slice(at, at + size)));
      assert.equal(search.version, "24.1.0", `pieces of ${size}`);
    }
  });

  it("is the one that runs this", () => {
    const search = new NodeVersionSearch();
    search.add(Buffer.from(process.release.headersUrl ?? ""));
    assert.equal(search.version, process.versions.node);
  });

  it("is of no known version without it", () => {
    const search = new NodeVersionSearch();
    search.add(Buffer.from("#!/bin/sh\nexec node-v24 $@"));
    assert.equal(search.version, undefined);
  });
});
