import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import {
  CLUSTER,
  connect,
  createLogGroup,
  createService,
  register,
  rollout,
  until,
  type Account,
} from "./emulator/account";
import { baseImage } from "./emulator/target-image";
import { containersOf, createWorld, optionsFor, python } from "./emulator/world";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A service of one task that does nothing until it is told to stop. */
async function runSleeper(account: Account): Promise<void> {
  const command = ["/nodejs/bin/node", "-e", "setInterval(() => {}, 1000)"];
  const sleeper = await register(account, "sleeper", await baseImage(), {}, { command });
  await createService(account, "sleeper", sleeper);
  await rollout(account, "sleeper");
}

/** Sends `count` calls over one connection. @returns what came first of each answer */
async function firstPieces(port: number, count: number): Promise<string[]> {
  const body = '{"maxResults":1}';
  const call = [
    "POST / HTTP/1.1",
    "host: localhost",
    "content-type: application/x-amz-json-1.1",
    "x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters",
    `content-length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
  const socket = createConnection(port, "127.0.0.1");
  const pieces: string[] = [];
  for (let sent = 0; sent < count; sent++) {
    socket.write(call);
    const [piece] = (await once(socket, "data")) as [Buffer];
    pieces.push(piece.toString());
    if (!piece.includes("clusterArns")) await once(socket, "data");
  }
  socket.destroy();
  return pieces;
}

describe("the AWS emulator's process", function () {
  this.timeout(60_000);

  before(function () {
    if (python === undefined) this.skip();
  });

  it("leaves no container when it is stopped", async () => {
    const { account, emulator, options, close } = await createWorld("emulator-stop");
    try {
      await runSleeper(account);
      assert.equal(containersOf(options.instance).length, 1);
      await emulator.stop();
      assert.deepEqual(containersOf(options.instance), []);
      assert.equal(isAlive(emulator.pid), false);
    } finally {
      await close();
    }
  });

  it("answers in one piece, so that no client takes an answer for lost and repeats its call", async () => {
    const { emulator, close } = await createWorld("emulator-answers");
    try {
      const pieces = await firstPieces(emulator.port, 200);
      assert.equal(pieces.filter((piece) => piece.includes("clusterArns")).length, 200);
    } finally {
      await close();
    }
  });

  it("names the port when it is in use", async () => {
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    const { emulator, options, close } = await createWorld("emulator-port");
    try {
      const stateDir = join(options.stateDir, "again");
      const again = startEmulator({ ...options, port: emulator.port, stateDir });
      await assert.rejects(again, new RegExp(`port ${emulator.port}: already in use`));
    } finally {
      await close();
    }
  });

  it("goes with all its containers when its parent is killed", async () => {
    const options = optionsFor("emulator-orphan");
    const script = join(__dirname, "emulator", "parent.mjs");
    const parent = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [output] = (await once(parent.stdout, "data")) as [Buffer];
      const { endpoint, pid } = JSON.parse(output.toString()) as { endpoint: string; pid: number };
      const account = connect(endpoint);
      await account.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
      await createLogGroup(account);
      await runSleeper(account);
      assert.equal(containersOf(options.instance).length, 1);
      parent.kill("SIGKILL");
      await until(20, () => Promise.resolve(isAlive(pid) ? undefined : true));
      assert.deepEqual(containersOf(options.instance), []);
      const log = readFileSync(join(options.stateDir, "emulator.log"), "utf8");
      assert.match(log, /standard input closed/);
    } finally {
      parent.kill("SIGKILL");
      rmSync(options.stateDir, { recursive: true, force: true });
    }
  });
});
