// @ts-check
/** How much room the cache takes; a file with several names counts once. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** @param {string} folder @param {Set<number>} [seen] @returns {number} bytes on the disk */
export function sizeOf(folder, seen = new Set()) {
  let bytes = 0;
  for (const entry of list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      bytes += sizeOf(path, seen);
      continue;
    }
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found || seen.has(found.ino)) continue;
    if (found.nlink > 1) seen.add(found.ino);
    bytes += found.blocks * 512;
  }
  return bytes;
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
