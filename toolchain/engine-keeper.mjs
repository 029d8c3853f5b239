// @ts-check
/**
 * Runs a Docker engine for as long as a process that uses it is alive or a container runs in it; see
 * engine.mjs.
 * usage: node engine-keeper.mjs HOME HOST GRACE_MILLISECONDS
 */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultHost, runsContainers } from "./engine-api.mjs";
import { countUsers } from "./engine-users.mjs";
import { withLock } from "./lock.mjs";

const looks = 3;
const [home = "", host = defaultHost, graceMilliseconds = "3000"] = process.argv.slice(2);
const users = join(home, "users");
const log = openSync(join(home, "dockerd.log"), "a");

// Published ports stay on loopback: nothing that runs here is for the network.
const args = ["--ip", "127.0.0.1", ...(host === defaultHost ? [] : ["--host", host])];
const engine = spawn("dockerd", args, {
  stdio: ["ignore", log, log],
  env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` },
});
/** @type {Promise<void>} */
const ended = new Promise((resolve) => {
  engine.once("exit", () => resolve());
  engine.once("error", () => resolve());
});
void ended.then(() => process.exit(0));
for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"]))
  process.on(signal, () => engine.kill("SIGTERM"));

const isUsed = async () => countUsers(users) > 0 || (await runsContainers(host));

/** Under the lock that users take to come in: nobody is given an engine that is about to end. */
const endUnlessUsed = async () => {
  if (await isUsed()) return;
  engine.kill("SIGTERM");
  await ended;
};

for (let idle = 0; ;) {
  await sleep(Number(graceMilliseconds) / looks);
  idle = (await isUsed()) ? 0 : idle + 1;
  if (idle >= looks) await withLock(`engine ${home}`, endUnlessUsed);
}
