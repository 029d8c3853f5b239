import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, inFolder, isAlive, script, until } from "./child";
import { installStub } from "./stub-dockerd";

const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

interface Engine {
  readonly folder: string;
  /** A process that uses the engine until it is killed or told to end. */
  readonly user: () => Child;
  readonly begun: () => string[];
  readonly hasEnded: () => boolean;
}

async function withEngine(use: (engine: Engine) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const path = installStub(folder);
    const options = {
      home: join(folder, "home"),
      host: `unix://${folder}/socket`,
      mayStart: true,
      graceMilliseconds: 300,
    };
    const env = { PATH: path, STUB_HOME: folder, SWITCHYARD_CACHE: folder };
    const begun = (): string[] => read(join(folder, "begun")).split("\n").filter(Boolean);
    const pid = (): number => Number(begun().at(-1)?.split(" ")[0]);
    const user = (): Child =>
      script(
        `
        import { useEngine } from "TOOLCHAIN/engine.mjs";
        import { createProgress } from "TOOLCHAIN/progress.mjs";
        await useEngine(createProgress(1), ${JSON.stringify(options)});
        console.log("in use");
        setTimeout(() => undefined, 60_000);`,
        env,
      );
    const hasEnded = (): boolean => begun().length > 0 && !isAlive(pid());
    try {
      await use({ folder, user, begun, hasEnded });
    } finally {
      if (begun().length > 0 && isAlive(pid())) process.kill(pid(), "SIGTERM");
      await until("the stub has ended", () => begun().length === 0 || hasEnded());
    }
  });
}

describe("a Docker engine that was started here", () => {
  it("is shared by two users, and ends soon after the last is gone by kill -9", () =>
    withEngine(async ({ user, begun, hasEnded }) => {
      const [first, second] = [user(), user()];
      await Promise.all([first.saw("in use"), second.saw("in use")]);
      assert.equal(begun().length, 1, "one engine");
      assert.match(begun()[0] ?? "", / --ip 127\.0\.0\.1 /, "published ports stay on loopback");
      await first.kill();
      await sleep(600);
      assert.equal(hasEnded(), false, "the other one uses it");
      await second.kill();
      await until("it has ended", hasEnded);
    }));

  it("stays while containers run in it, and is not kept by an id that another process got", () =>
    withEngine(async ({ folder, user, hasEnded }) => {
      writeFileSync(join(folder, "containers"), '[{ "Id": "1" }]');
      const only = user();
      await only.saw("in use");
      writeFileSync(join(folder, "home", "users", `${process.pid}-1`), "");
      await only.kill();
      await sleep(800);
      assert.equal(hasEnded(), false, "a container runs");
      rmSync(join(folder, "containers"));
      await until("it has ended", hasEnded);
    }));
});

describe("the Docker engine that is used", () => {
  it("is that of DOCKER_HOST, else that of the chosen context, else the default one", () =>
    inFolder(async (home) => {
      const { engineHost } = await import("../../../toolchain/engine-api.mjs");
      assert.equal(engineHost({}, home), "unix:///var/run/docker.sock");
      const meta = createHash("sha256").update("rootless").digest("hex");
      const folder = join(home, ".docker", "contexts", "meta", meta);
      mkdirSync(folder, { recursive: true });
      const endpoint = { Endpoints: { docker: { Host: "unix:///run/user/1/docker.sock" } } };
      writeFileSync(join(folder, "meta.json"), JSON.stringify(endpoint));
      const chosen = JSON.stringify({ currentContext: "rootless" });
      writeFileSync(join(home, ".docker", "config.json"), chosen);
      assert.equal(engineHost({}, home), "unix:///run/user/1/docker.sock");
      assert.equal(engineHost({ DOCKER_CONTEXT: "default" }, home), "unix:///var/run/docker.sock");
      assert.equal(engineHost({ DOCKER_HOST: "tcp://127.0.0.1:1" }, home), "tcp://127.0.0.1:1");
    }));

  const obstacles: readonly (readonly [host: string, says: RegExp])[] = [
    ["tcp://10.0.0.1:2375", /of no use here: .* loopback.*DOCKER_HOST/],
    ["ssh://someone@elsewhere", /of no use here/],
    [
      "tcp://127.0.0.1:1",
      /no Docker engine answers on tcp:.*start that engine, or unset DOCKER_HOST/,
    ],
    ["unix:///nowhere", /no Docker engine answers on unix:\/\/\/nowhere.*or unset DOCKER_HOST/],
  ];
  for (const [host, says] of obstacles)
    it(`is refused with what to do where it is ${host}, and none is started in its stead`, async () => {
      const { engineObstacle } = await import("../../../toolchain/engine.mjs");
      assert.match((await engineObstacle(host)) ?? "", says);
    });
});
