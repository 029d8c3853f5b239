import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A `dockerd` that answers on the socket it is told, notes its arguments, and has as many containers as
 * a file says. It ends by SIGTERM, taking its time.
 */
const source = `#!/usr/bin/env node
const { createServer } = require("node:http");
const { appendFileSync, existsSync, readFileSync, rmSync } = require("node:fs");
const words = process.argv.slice(2);
const home = process.env.STUB_HOME;
const socket = words[words.indexOf("--host") + 1].replace("unix://", "");
appendFileSync(home + "/begun", process.pid + " " + words.join(" ") + "\\n");
const server = createServer((request, answer) => {
  const containers = existsSync(home + "/containers") ? readFileSync(home + "/containers", "utf8") : "[]";
  answer.end(request.url === "/_ping" ? "OK" : containers);
});
setTimeout(() => server.listen(socket), 50);
process.on("SIGTERM", () => setTimeout(() => {
  rmSync(socket, { force: true });
  appendFileSync(home + "/ended", process.pid + "\\n");
  process.exit(0);
}, 100));
`;

/** @returns PATH that has it first */
export function installStub(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const name of ["dockerd", "docker"]) {
    writeFileSync(join(bin, name), source);
    chmodSync(join(bin, name), 0o755);
  }
  return `${bin}:${process.env["PATH"] ?? ""}`;
}
