import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { contextTag, prepareContext } from "../../../components/build-context";
import { ReleaseError } from "../../../release/errors";

/** Contents by path, below the context. */
type Files = Readonly<Record<string, string>>;

const FILES: Files = { "server.js": "1", "lib/a.js": "a", "lib/b.js": "b" };

describe("contextTag", () => {
  let root: string;
  let count = 0;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "switchyard-context-"));
  });
  after(() => rm(root, { recursive: true, force: true }));

  const write = async (files: Files, dockerfile = "FROM base"): Promise<string> => {
    const folder = join(root, String(count++));
    await mkdir(join(folder, "context"), { recursive: true });
    await writeFile(join(folder, "Dockerfile"), dockerfile);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, "context", path)), { recursive: true });
      await writeFile(join(folder, "context", path), content);
    }
    return folder;
  };
  const tagOf = (folder: string, buildArgs: Files = {}): Promise<string> =>
    contextTag(
      "web",
      { context: join(folder, "context"), dockerfile: join(folder, "Dockerfile") },
      buildArgs,
    );
  const tagOfFiles = async (files: Files, dockerfile?: string): Promise<string> =>
    tagOf(await write(files, dockerfile));

  it("is a name that a registry takes, the same wherever the same content is", async () => {
    const tag = await tagOfFiles(FILES);
    assert.match(tag, /^c-[0-9a-f]{20}$/);
    assert.equal(await tagOfFiles(FILES), tag);
    const reversed = Object.fromEntries(Object.entries(FILES).reverse());
    assert.equal(await tagOfFiles(reversed), tag);
  });

  it("is this very tag: another one would build everything again", async () => {
    assert.equal(await tagOfFiles(FILES), "c-505258e9912d0d703489");
  });

  it("does not count when a file was written", async () => {
    const folder = await write(FILES);
    const tag = await tagOf(folder);
    await utimes(join(folder, "context", "server.js"), 1, 1);
    assert.equal(await tagOf(folder), tag);
  });

  it("counts whether a file can be executed", async () => {
    const folder = await write(FILES);
    const tag = await tagOf(folder);
    await chmod(join(folder, "context", "server.js"), 0o755);
    assert.notEqual(await tagOf(folder), tag);
  });

  it("counts where a link leads, for the build gets the link", async () => {
    const tags = await Promise.all(
      [undefined, "lib/a.js", "lib/b.js", "nowhere"].map(async (aim) => {
        const folder = await write(FILES);
        if (aim !== undefined) await symlink(aim, join(folder, "context", "link.js"));
        return tagOf(folder);
      }),
    );
    assert.equal(new Set(tags).size, 4);
  });

  it("counts everything that goes into the build", async () => {
    const tags = [
      await tagOfFiles(FILES),
      await tagOfFiles({ ...FILES, "server.js": "2" }),
      await tagOfFiles({ ...FILES, "new.js": "" }),
      await tagOfFiles({ "server.js": "1", "lib/a.js": "a" }),
      await tagOfFiles({ "server.js": "1", "a.js": "a", "lib/b.js": "b" }),
      await tagOfFiles({ ...FILES, "lib/a.js": "b", "lib/b.js": "a" }),
      await tagOfFiles(FILES, "FROM other"),
      await tagOf(await write(FILES), { BASE: "base" }),
      await tagOf(await write(FILES), { BASE: "other" }),
      await tagOfFiles({}),
    ];
    assert.equal(new Set(tags).size, tags.length);
  });

  it("differs exactly where files differ, whatever they are called and hold", async () => {
    const files = fc.dictionary(fc.constantFrom("a", "b", "c d", "e\n", "ä"), fc.string(), {
      maxKeys: 3,
    });
    await fc.assert(
      fc.asyncProperty(files, files, async (one, other) => {
        const entries = (each: Files): string => JSON.stringify(Object.entries(each).sort());
        const same = entries(one) === entries(other);
        assert.equal((await tagOfFiles(one)) === (await tagOfFiles(other)), same);
      }),
      { numRuns: 40, examples: [[{ a: "1" }, { a: "1" }]] },
    );
  });

  it("says which setting to mend where a folder or file is not there", async () => {
    const folder = await write(FILES);
    const image = { context: join(folder, "context"), dockerfile: join(folder, "Dockerfile") };
    for (const change of [
      { context: join(folder, "none") },
      { dockerfile: join(folder, "none") },
      { context: image.dockerfile },
      { dockerfile: image.context },
    ])
      await assert.rejects(contextTag("web", { ...image, ...change }, {}), (error) => {
        assert.ok(error instanceof ReleaseError && error.step === "build" && !error.retryable);
        assert.match(error.message, /^switchyard:services\.web\.image: E/);
        assert.match(error.message, /`context` must be a folder and `dockerfile` a file/);
        return true;
      });
  });
});

describe("prepareContext", () => {
  const image = { context: "app", dockerfile: "Dockerfile" };

  it("runs the command that fills the context, if there is one", async () => {
    await prepareContext("web", image);
    const folder = await mkdtemp(join(tmpdir(), "switchyard-prepare-"));
    const file = join(folder, "made");
    await prepareContext("web", { ...image, prepare: `echo made > '${file}'` });
    await rm(file);
    await rm(folder, { recursive: true });
  });

  it("fails with the setting, the command and the last lines that it wrote", async () => {
    const prepare = "seq 1 9 >&2; exit 3";
    await assert.rejects(prepareContext("web", { ...image, prepare }), (error) => {
      assert.ok(error instanceof ReleaseError && error.step === "build" && !error.retryable);
      assert.equal(
        error.message,
        "switchyard:services.web.image.prepare: `seq 1 9 >&2; exit 3` failed:\n  5\n  6\n  7\n  8\n  9",
      );
      return true;
    });
  });
});
