// @ts-check
/**
 * Runs inside the doorway's container, see elbv2_doorway.py: listens on the ports that a line of
 * standard input names, "80,9000", and passes each connection on, byte by byte. It answers a line with
 * what it listens on, or with why it can't, and ends with its standard input.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream";

const [host = "", port] = process.argv.slice(-2);
/** @type {Map<string, import("node:net").Server>} */
const servers = new Map();

/** @param {import("node:net").Socket} client */
function pass(client) {
  const emulator = connect({ host, port: Number(port), allowHalfOpen: true });
  // A connection that breaks on one side is broken on the other, and is no affair of the next one.
  pipeline(client, emulator, client, () => undefined);
}

/** @param {readonly string[]} wanted */
async function listenOn(wanted) {
  for (const [open, server] of servers)
    if (!wanted.includes(open)) {
      server.close();
      servers.delete(open);
    }
  for (const each of wanted)
    if (!servers.has(each)) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, pass);
      await once(server.listen(Number(each)), "listening");
      servers.set(each, server);
    }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await listenOn(line.split(",")).then(
    () => line,
    (error) => `cannot listen: ${error.message}`,
  );
  process.stdout.write(`${answer}\n`);
}
process.exit();
