// @ts-check
/**
 * One holder at a time on this machine, freed by the kernel when the holder dies, `kill -9` included:
 * a name in Linux's abstract socket namespace (unix(7)) can be bound once and leaves no file.
 *
 * The namespace is that of the network namespace, so two containers that share a folder do not exclude
 * each other: what is done under a lock must be safe, if wasteful, when done twice.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const pollMilliseconds = 100;

/** Short whatever the name is: a socket's address has 108 bytes, of which a longer one would be cut. @param {string} name */
const addressOf = (name) =>
  `\0switchyard-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;

/** @param {string} name @returns {Promise<(() => void) | undefined>} a release function, or nothing if another holds it */
function tryLock(name) {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.unref();
    server.once("error", (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(addressOf(name), () => resolve(() => server.close()));
  });
}

/**
 * @template T
 * @param {string} name @param {() => Promise<T>} work @param {() => void} [onWait] said once, if another holds it
 */
export async function withLock(name, work, onWait) {
  let release = await tryLock(name);
  if (!release) onWait?.();
  while (!release) {
    await sleep(pollMilliseconds);
    release = await tryLock(name);
  }
  try {
    return await work();
  } finally {
    release();
  }
}
