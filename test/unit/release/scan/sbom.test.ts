import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import assert from "node:assert/strict";
import type { Contents } from "../../../../release/scan/package";
import { contentsOf } from "../../../../release/scan/package-lists";
import { contentsIn, kindsOf, sbomOf } from "../../../../release/scan/sbom";

const IMAGE = { repository: "shop/web", digest: `sha256:${"a".repeat(64)}` };
const DEBIAN = `Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u10
Description: GNU C Library
 Package: not-this-one

Package: gone
Status: deinstall ok config-files
Version: 1
`;
const FILES = {
  "etc/os-release": 'PRETTY_NAME="Debian"\nID=debian\nVERSION_ID="12"\n',
  "var/lib/dpkg/status": DEBIAN,
  "var/lib/dpkg/status.d/tzdata": "Package: tzdata\nVersion: 1:2025b-0\nArchitecture: all",
  "nodejs/bin/node": "24.1.0",
  "app/node_modules/@a/b/package.json": '{"name":"@a/b","version":"1.0.0"}',
  "app/node_modules/c/package.json": '{"type":"module"}',
  "app/server.cdx.json": JSON.stringify({
    bomFormat: "CycloneDX",
    components: [
      {
        name: "lodash",
        version: "4.17.20",
        purl: "pkg:npm/lodash@4.17.20",
        components: [{ name: "inner", version: "1", purl: "pkg:npm/inner@1" }, { name: "file" }],
      },
      { name: "@a/b", version: "1.0.0", purl: "pkg:npm/%40a/b@1.0.0" },
    ],
  }),
};
const read = (files: Record<string, string>): Contents =>
  contentsOf(new Map(Object.entries(files)));
const purls = (files: Record<string, string>): string[] =>
  read(files).packages.map(({ purl }) => purl);

describe("the contents of an image", () => {
  it("are the packages of its system, its Node.js, and the npm packages that are installed or bundled, each once", () => {
    assert.deepEqual(purls(FILES), [
      "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12",
      "pkg:deb/debian/tzdata@1:2025b-0?arch=all&distro=debian-12",
      "pkg:generic/node@24.1.0",
      "pkg:npm/%40a/b@1.0.0",
      "pkg:npm/inner@1",
      "pkg:npm/lodash@4.17.20",
    ]);
    assert.deepEqual(kindsOf(read(FILES).packages), { node: 1, npm: 3, os: 2 });
  });

  it("are Alpine's packages too", () => {
    const text = "C:Q1\nP:musl\nV:1.2.5-r0\nA:x86_64\n\nP:zlib\nV:1.3.1-r2\nA:x86_64\nF:lib\n";
    const alpine = {
      "lib/apk/db/installed": text,
      "etc/os-release": "ID=alpine\nVERSION_ID=3.20.1",
    };
    assert.deepEqual(purls(alpine), [
      "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1",
      "pkg:apk/alpine/zlib@1.3.1-r2?arch=x86_64&distro=alpine-3.20.1",
    ]);
  });

  it("name what is there and could not be read", () => {
    const files = {
      "var/lib/rpm/rpmdb.sqlite": "",
      "usr/bin/node": "",
      "app/node_modules/c/package.json": "{",
    };
    assert.deepEqual(read(files), {
      packages: [],
      unread: ["app/node_modules/c/package.json", "usr/bin/node", "var/lib/rpm/rpmdb.sqlite"],
    });
  });

  it("are not known where the build's own list is none", () => {
    for (const text of ["{", "{}", '{"bomFormat":"CycloneDX","components":[{"version":"1"}]}'])
      assert.throws(() => read({ "app/server.cdx.json": text }), {
        message:
          "app/server.cdx.json in the image: found no CycloneDX document; allowed: a JSON document of CycloneDX; mend what the image's build writes there, or leave the file out of the image",
      });
  });
});

describe("the SBOM of an image", () => {
  const contents = { ...read(FILES), unread: ["var/lib/rpm/rpmdb.sqlite"] };

  it("is a document of CycloneDX 1.6 by its own schema", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    for (const each of [contents, { packages: [], unread: [] }]) {
      const text = Buffer.from(sbomOf(IMAGE, each)).toString("utf8");
      assert.equal(await validator.validate(text), null);
      assert.equal((JSON.parse(text) as { specVersion: string }).specVersion, "1.6");
    }
    assert.notEqual(await validator.validate('{"bomFormat":"CycloneDX"}'), null);
  });

  it("has the same bytes in whatever order the packages were found, and no time or number of its own", () => {
    const bytes = sbomOf(IMAGE, contents);
    const turned = { ...contents, packages: contents.packages.toReversed() };
    assert.deepEqual(sbomOf(IMAGE, turned), bytes);
    const document = JSON.parse(Buffer.from(bytes).toString("utf8")) as Record<string, object>;
    assert.equal(document["serialNumber"], undefined);
    assert.ok(!("timestamp" in (document["metadata"] ?? {})));
  });

  it("says again what was read, of this image alone and if this reader wrote it", () => {
    const bytes = sbomOf(IMAGE, contents);
    assert.deepEqual(contentsIn(bytes, IMAGE.digest), contents);
    assert.equal(contentsIn(bytes, `sha256:${"b".repeat(64)}`), undefined);
    const text = Buffer.from(bytes).toString("utf8");
    const older = text.replace('"version": "1"', '"version": "0"');
    assert.notEqual(older, text);
    assert.equal(contentsIn(Buffer.from(older), IMAGE.digest), undefined);
    for (const none of ["", "{}", "[]"])
      assert.equal(contentsIn(Buffer.from(none), IMAGE.digest), undefined);
  });
});
