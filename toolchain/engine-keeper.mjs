// @ts-check
/** Runs a Docker engine for as long as a process that uses it is alive; see engine.mjs. */
import { spawn } from "node:child_process";
import { openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache } from "./paths.mjs";

const graceSeconds = 5;
const users = join(cache, "engine", "users");
const log = openSync(join(cache, "engine", "dockerd.log"), "a");
// Published ports stay on loopback: nothing that runs here is for the network.
const engine = spawn("dockerd", ["--ip", "127.0.0.1"], {
  stdio: ["ignore", log, log],
  env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` },
});
engine.once("exit", (code) => process.exit(code ?? 0));
engine.once("error", () => process.exit(1));

/** @param {string} name */
function isAlive(name) {
  try {
    process.kill(Number(name), 0);
    return true;
  } catch {
    rmSync(join(users, name), { force: true });
    return false;
  }
}

let idle = 0;
setInterval(() => {
  idle = readdirSync(users).filter(isAlive).length > 0 ? 0 : idle + 1;
  if (idle === graceSeconds) engine.kill("SIGTERM");
}, 1000);
