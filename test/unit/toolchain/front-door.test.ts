import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, inFolder, start, toolchain } from "./child";

const command = (name: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  start(process.execPath, [join(toolchain, name), ...args], env).ended;

/** A PATH of nothing but a shell and what is named. */
function bareMachine(folder: string, commands: Readonly<Record<string, string>> = {}): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const name of ["sh", "cat", "kill"]) symlinkSync(`/bin/${name}`, join(bin, name));
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

function assertClear({ code, output }: Ended, says: RegExp): void {
  assert.equal(code, 1, output);
  assert.match(output, says);
  assert.doesNotMatch(output, /\n {4}at |node:internal/, "no stack trace");
  assert.match(output, /npm run doctor/);
}

describe("the toolchain's front door", () => {
  const nowhere = { SWITCHYARD_PULUMI_DOWNLOADS: "https://127.0.0.1:1" };

  it("says how it is used, and refuses what it does not know", async () => {
    for (const name of ["with.mjs", "doctor.mjs"]) {
      const help = await command(name, ["--help"]);
      assert.equal(help.code, 0);
      assert.match(help.output, /usage: [\s\S]*exit code: /);
      const unknown = await command(name, ["--unknown"]);
      assert.equal(unknown.code, 2);
      assert.match(unknown.output, /there is no option --unknown/);
    }
    assert.equal((await command("with.mjs", [])).code, 2);
  });

  it("names npm where there is none", () =>
    inFolder(async (folder) => {
      const env = {
        ...nowhere,
        PATH: bareMachine(folder),
        SWITCHYARD_CACHE: join(folder, "cache"),
      };
      assertClear(await command("with.mjs", ["true"], env), /no `npm` on PATH: install Node\.js/);
    }));

  it("says that a registry can't be reached, and how a mirror is named", () =>
    inFolder(async (folder) => {
      const npm = "echo npm error code EAI_AGAIN; exit 1";
      const env = {
        ...nowhere,
        PATH: bareMachine(folder, { npm }),
        SWITCHYARD_CACHE: join(folder, "cache"),
      };
      assertClear(await command("with.mjs", ["true"], env), /can't be reached: .*npm config set/);
    }));

  it("says where the cache may be when it can't be written", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "file"), "");
      const env = { ...nowhere, SWITCHYARD_CACHE: join(folder, "file", "cache") };
      assertClear(await command("with.mjs", ["true"], env), /set SWITCHYARD_CACHE to a folder/);
    }));

  it("tells what a bare machine lacks, by its doctor, and exits with 1", () =>
    inFolder(async (folder) => {
      const env = {
        ...nowhere,
        PATH: bareMachine(folder),
        HOME: folder,
        SWITCHYARD_CACHE: join(folder, "cache"),
        DOCKER_HOST: "unix:///nowhere",
      };
      const { code, output } = await command("doctor.mjs", ["--json"], env);
      assert.equal(code, 1, output);
      const { findings } = JSON.parse(output) as { findings: { what: string; state: string }[] };
      const missing = findings.filter(({ state }) => state === "missing").map(({ what }) => what);
      assert.ok(missing.includes("npm"), output);
      assert.ok(missing.includes("Docker engine"), output);
    }));

  it("paints for a terminal alone, and not against NO_COLOR", async () => {
    const { hasColours } = await import("../../../toolchain/paint.mjs");
    assert.equal(hasColours({ isTTY: true }, {}), true);
    assert.equal(hasColours({ isTTY: true }, { NO_COLOR: "1" }), false);
    assert.equal(hasColours({}, {}), false);
    assert.equal(hasColours({}, { FORCE_COLOR: "1" }), true);
    assert.equal(hasColours({ isTTY: true }, { TERM: "dumb" }), false);
  });

  it("refuses a Node.js or a system that it can't start from", async () => {
    const { hostNodeObstacle } = await import("../../../toolchain/host-node.mjs");
    const { systemObstacle } = await import("../../../toolchain/machine.mjs");
    assert.match(hostNodeObstacle("18.20.8") ?? "", /this is Node\.js 18\.20\.8, and 20\.11/);
    assert.equal(hostNodeObstacle("20.11.0"), undefined);
    assert.equal(hostNodeObstacle("24.0.0"), undefined);
    assert.match(systemObstacle({ platform: "darwin", arch: "arm64" }) ?? "", /darwin on arm64/);
    assert.equal(systemObstacle({ platform: "linux", arch: "x64" }), undefined);
  });

  it("says what a tool does not", async () => {
    const { reasonIn } = await import("../../../toolchain/toolchain-error.mjs");
    assert.match(
      reasonIn("The virtual environment ... because ensurepip is not") ?? "",
      /python3-venv/,
    );
    assert.match(reasonIn("dial tcp: lookup proxy: no such host") ?? "", /GOPROXY/);
    assert.equal(reasonIn("syntax error"), undefined);
  });
});
