// @ts-check
/**
 * One holder at a time on this machine, freed by the kernel when the holder dies, `kill -9` included:
 * a name in Linux's abstract socket namespace (unix(7)) can be bound once and leaves no file.
 */
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** @param {string} name @returns {Promise<(() => void) | undefined>} a release function, or nothing if another holds it */
function tryLock(name) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.unref();
    server.once("error", (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(`\0switchyard-${name}`, () => resolve(() => server.close()));
  });
}

/**
 * @template T
 * @param {string} name @param {() => Promise<T>} work @param {() => void} onWait said once, if another holds it
 */
export async function withLock(name, work, onWait) {
  let release = await tryLock(name);
  if (!release) onWait();
  while (!release) {
    await sleep(200);
    release = await tryLock(name);
  }
  try {
    return await work();
  } finally {
    release();
  }
}
