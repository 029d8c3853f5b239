// @ts-check
/**
 * A part is a folder in the cache, made beside its place and renamed into it: there whole or not at
 * all, whatever is killed, and once a machine, however many checkouts ask at once.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { cache } from "./paths.mjs";
import { diskFull, explain, fullFolder, ToolchainError } from "./toolchain-error.mjs";

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} key hash of what it is made of
 * @property {string} how shown while it is made: from where, and about how long
 * @property {string} proof a file of it, which is missing if somebody has cleared the folder
 * @property {(dir: string, log: string) => Promise<void>} make fills the folder
 */

const dayMs = 24 * 3600 * 1000;
/** Parts of keys that nothing has asked for in so long are removed when a new one is made. */
export const unusedDays = 30;

const parts = join(cache, "parts");
const scratch = join(cache, "making");

/** @param {Part} part */
export const placeOf = (part) => join(parts, `${part.name}-${part.key}`);
/** @param {Part} part */
export const isMade = (part) => existsSync(join(placeOf(part), part.proof));

/** @param {Part} part @param {import("./progress.mjs").Progress} progress @returns {Promise<string>} its folder */
export async function ensurePart(part, progress) {
  const place = placeOf(part);
  if (isMade(part)) {
    noteUse(place);
    return place;
  }
  const step = progress.start(part.name, part.how);
  const making = async () => {
    if (isMade(part)) return step.done("made by another run");
    await make(part);
    step.done();
  };
  try {
    await withLock(`part ${part.name} ${cache}`, making, () =>
      step.say("another run is making it: waiting"),
    );
  } catch (error) {
    step.failed();
    const full = error instanceof ToolchainError ? undefined : fullFolder();
    throw full === undefined ? explain(error) : diskFull(full);
  }
  removeUnused();
  return place;
}

/** Under the part's lock. @param {Part} part */
async function make(part) {
  const place = placeOf(part);
  mkdirSync(parts, { recursive: true });
  const dir = makeScratch(part.name, part.key);
  try {
    await part.make(dir, join(cache, "logs", `${part.name}.log`));
    if (!existsSync(join(dir, part.proof)))
      throw new ToolchainError(`${part.name}: ${part.proof} was not made`);
    // A folder that lost its proof makes way; it is looked at again, since locks end at the machine's edge.
    if (existsSync(place) && !isMade(part)) renameSync(place, `${dir}-damaged`);
    renameSync(dir, place);
  } catch (error) {
    if (!isMade(part)) throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
    rmSync(`${dir}-damaged`, { recursive: true, force: true });
  }
}

/** The locks' own namespace: of what lies there, the holder of a lock knows that nobody works on it. */
function space() {
  try {
    return readlinkSync("/proc/self/ns/net").replace(/\D/g, "");
  } catch {
    return "0";
  }
}

/**
 * A folder to make something in, under its lock; what killed runs left of it is removed.
 * @param {string} name @param {string} key 12 hex digits
 */
export function makeScratch(name, key) {
  removeLeft(name);
  mkdirSync(scratch, { recursive: true });
  return mkdtempSync(join(scratch, `${name}-${key}-${space()}-`));
}

/** @param {string} name */
function removeLeft(name) {
  for (const left of existsSync(scratch) ? readdirSync(scratch) : []) {
    const found = /^(.+)-[0-9a-f]{12}-(\d+)-/.exec(left);
    const path = join(scratch, left);
    if (found ? found[1] === name && (found[2] === space() || isOlder(path, 1)) : isOlder(path, 1))
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @param {string} path @param {number} days */
function isOlder(path, days) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > days * dayMs;
}

/** A part's folder carries the day of its last use; a cache that is read-only is used all the same. @param {string} place */
function noteUse(place) {
  if (!isOlder(place, 1)) return;
  try {
    const now = new Date();
    utimesSync(place, now, now);
  } catch {
    // then nobody removes it either
  }
}

function removeUnused() {
  for (const name of readdirSync(parts)) {
    const path = join(parts, name);
    if (!isOlder(path, unusedDays)) continue;
    // Out of its place first: a run that asks for it now makes it anew instead of meeting half of it.
    const away = join(scratch, name);
    try {
      renameSync(path, away);
      rmSync(away, { recursive: true, force: true });
    } catch {
      // another run is at it, or it is another user's
    }
  }
}
