import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Child, inFolder, script, until } from "./child";

/** An `npm ci` that installs one package as its lock has it, and halts half-way while a file is there. */
const npm = `#!/bin/sh
mkdir -p node_modules/left-pad
cp package-lock.json node_modules/left-pad/lock
while [ -e "$HALT" ]; do echo halted > "$HALT.seen"; sleep 0.05; done
echo installed >> "$COUNT"
`;

interface Checkout {
  readonly project: string;
  readonly installs: () => number;
  /** What is installed, or nothing. */
  readonly installed: () => string | undefined;
  readonly lock: (content: string) => void;
  readonly halt: string;
  readonly want: () => Child;
}

const inCheckout = (use: (checkout: Checkout) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const [project, bin] = [join(folder, "project"), join(folder, "bin")];
    for (const path of [project, bin]) mkdirSync(path);
    writeFileSync(join(bin, "npm"), npm);
    chmodSync(join(bin, "npm"), 0o755);
    writeFileSync(join(project, "package.json"), "{}");
    const read = (path: string): string | undefined =>
      existsSync(path) ? readFileSync(path, "utf8") : undefined;
    const count = join(folder, "count");
    const halt = join(folder, "halt");
    const env = {
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      SWITCHYARD_CACHE: join(folder, "cache"),
      COUNT: count,
      HALT: halt,
    };
    await use({
      project,
      halt,
      installs: () => (read(count) ?? "").split("\n").length - 1,
      installed: () => read(join(project, "node_modules", "left-pad", "lock")),
      lock: (content) => {
        writeFileSync(join(project, "package-lock.json"), content);
      },
      want: () =>
        script(
          `
          import { ensureNodeModules } from "TOOLCHAIN/parts/node-modules.mjs";
          import { createProgress } from "TOOLCHAIN/progress.mjs";
          await ensureNodeModules("/nowhere/node", createProgress(1), ${JSON.stringify(project)});`,
          env,
        ),
    });
  });

const lockOf = (version: string): string =>
  JSON.stringify({
    packages: { "": {}, "node_modules/left-pad": { version, integrity: version } },
  });

describe("the packages of a checkout", () => {
  it("are installed when their lock changes, once by two at once, and else left alone", () =>
    inCheckout(async ({ lock, want, installs, installed }) => {
      lock(lockOf("1"));
      const both = await Promise.all([want().ended, want().ended]);
      for (const { code, output } of both) assert.equal(code, 0, output);
      assert.equal(installs(), 1);
      lock(lockOf("2"));
      assert.equal((await want().ended).code, 0);
      assert.equal((await want().ended).output, "");
      assert.equal(installs(), 2);
      assert.equal(installed(), lockOf("2"));
    }));

  it("stay the old ones, whole, while new ones are installed and when that is killed", () =>
    inCheckout(async ({ project, lock, want, installed, halt }) => {
      lock(lockOf("1"));
      await want().ended;
      lock(lockOf("2"));
      writeFileSync(halt, "");
      const killed = want();
      await until("it has halted", () => existsSync(`${halt}.seen`));
      assert.equal(installed(), lockOf("1"));
      await killed.kill();
      assert.equal(installed(), lockOf("1"));
      rmSync(halt);
      assert.equal((await want().ended).code, 0);
      assert.equal(installed(), lockOf("2"));
      assert.deepEqual(readdirSync(join(project, ".switchyard")), []);
    }));

  it("are taken as they are when npm was run by hand", () =>
    inCheckout(async ({ project, lock, want, installs }) => {
      lock(lockOf("1"));
      mkdirSync(join(project, "node_modules"));
      writeFileSync(join(project, "node_modules", ".package-lock.json"), lockOf("1"));
      await want().ended;
      assert.equal(installs(), 0);
      lock(lockOf("2"));
      await want().ended;
      assert.equal(installs(), 1);
    }));
});
