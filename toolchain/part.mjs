// @ts-check
/**
 * A part is a folder in the cache, made beside its place and renamed into it: there whole or not at
 * all, whatever is killed, and once a machine, however many checkouts ask at once.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { cache } from "./paths.mjs";
import { ToolchainError } from "./run-command.mjs";

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} key hash of what it is made of
 * @property {string} how shown while it is made: from where, and about how long
 * @property {(dir: string, log: string) => Promise<void>} make fills the folder
 */

/** @param {Part} part */
export const placeOf = (part) => join(cache, "parts", `${part.name}-${part.key}`);
/** @param {Part} part */
export const isMade = (part) => existsSync(placeOf(part));

/** @param {Part} part @param {import("./progress.mjs").Progress} progress @returns {Promise<string>} its folder */
export async function ensurePart(part, progress) {
  const place = placeOf(part);
  if (existsSync(place)) return place;
  const step = progress.start(part.name, part.how);
  const making = async () => {
    if (existsSync(place)) return step.done("made by another run");
    const scratch = join(cache, "making");
    mkdirSync(scratch, { recursive: true });
    for (const left of readdirSync(scratch))
      if (left.startsWith(`${part.name}-`))
        rmSync(join(scratch, left), { recursive: true, force: true });
    const dir = join(scratch, `${part.name}-${part.key}`);
    mkdirSync(dir);
    await part.make(dir, join(cache, "logs", `${part.name}.log`));
    mkdirSync(join(cache, "parts"), { recursive: true });
    renameSync(dir, place);
    step.done();
  };
  try {
    await withLock(`part-${part.name}-${cache}`.slice(-90), making, () =>
      step.say("another run is making it: waiting"),
    );
  } catch (error) {
    step.failed();
    throw noSpace(error) ?? error;
  }
  return place;
}

/** @param {unknown} error */
function noSpace(error) {
  const text = String(error);
  if (!/ENOSPC|no space left on device/i.test(text)) return undefined;
  return new ToolchainError(
    `the disk is full: ${cache} needs about 3 GB while it is made, 1.5 GB after; free some space or set ` +
      "SWITCHYARD_CACHE to a folder on another disk, then run the same command again: it goes on where it stopped",
  );
}
