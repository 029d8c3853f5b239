import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readSource, type Source } from "../../../../release/command/source-files";

describe("readSource", () => {
  let dir = "";
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  };
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], {
      cwd: dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const names = ({ files }: Source): string[] => Object.keys(files);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "switchyard-source-"));
    for (const name of ["Pulumi.yaml", "index.ts", "app/web/page.ts"]) write(name, name);
    for (const name of ["docs/a.ts", "test/a.ts", "README.md", "Pulumi.stage.yaml"])
      write(name, "no source");
    for (const name of ["stage.plan.json", "app/dist/web/x.js", "node_modules/x/y.js", "a.log"])
      write(name, "made");
    write(".gitignore", "node_modules/\napp/dist/\n*.log\n*.plan.json\n");
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  const SOURCE = [".gitignore", "Pulumi.yaml", "app/web/page.ts", "index.ts"];

  it("names what the program is made of, without git", async () => {
    const source = await readSource(dir);
    assert.deepEqual(names(source), SOURCE);
    assert.equal(source.revision, undefined);
  });

  it("names the same with git, what is not committed among it, and the commit", async () => {
    const without = await readSource(dir);
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "x");
    const clean = await readSource(dir);
    assert.deepEqual(clean.files, without.files);
    assert.equal(clean.revision, git("rev-parse", "HEAD").trim());
    write("new.ts", "new");
    const dirty = await readSource(dir);
    assert.deepEqual(names(dirty), [...SOURCE, "new.ts"]);
    assert.equal(dirty.revision, `${git("rev-parse", "HEAD").trim()}+changes`);
  });

  it("leaves out a file that git knows and that is gone", async () => {
    git("init", "-q");
    git("add", ".");
    rmSync(join(dir, "index.ts"));
    const source = await readSource(dir);
    assert.deepEqual(names(source), SOURCE.slice(0, -1));
    assert.equal(source.revision, undefined, "there is no commit yet");
  });

  it("looks through a folder that git ignores as a whole", async () => {
    const outer = dir;
    git("init", "-q");
    write(".gitignore", "inner/\n");
    write("inner/Pulumi.yaml", "x");
    dir = join(outer, "inner");
    assert.deepEqual(names(await readSource(dir)), ["Pulumi.yaml"]);
    dir = outer;
  });

  it("knows a change of content, of the executable bit, and of where a link leads", async () => {
    symlinkSync("index.ts", join(dir, "link"));
    const before = await readSource(dir);
    const changedBy = async (change: () => void): Promise<string[]> => {
      change();
      const { files } = await readSource(dir);
      return names(before).filter((name) => files[name] !== before.files[name]);
    };
    assert.deepEqual(await changedBy(() => undefined), []);
    const relinked = await changedBy(() => {
      rmSync(join(dir, "link"));
      symlinkSync("Pulumi.yaml", join(dir, "link"));
    });
    assert.deepEqual(relinked, ["link"]);
    const run = await changedBy(() => {
      chmodSync(join(dir, "app/web/page.ts"), 0o755);
    });
    assert.deepEqual(run, ["app/web/page.ts", "link"]);
    const edited = await changedBy(() => {
      write("index.ts", "other");
    });
    assert.deepEqual(edited, ["app/web/page.ts", "index.ts", "link"]);
  });
});
