// @ts-check
/** Where things are: the checkout, the cache that all checkouts share, and the keys of its parts. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export const checkout = join(import.meta.dirname, "..");

/** `SWITCHYARD_CACHE`, else `$XDG_CACHE_HOME/switchyard`, else `~/.cache/switchyard`. */
export const cache = resolve(
  process.env["SWITCHYARD_CACHE"] ||
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "switchyard"),
);

/** @type {{ node: string, pulumi: string, languageHost: string, bridge: string, terraformAws: string }} */
export const lock = JSON.parse(readFileSync(join(import.meta.dirname, "lock.json"), "utf8"));

/**
 * A part's key: what it is made of, so that a change of any of it makes a new part beside the old.
 * @param {readonly unknown[]} facts @param {readonly string[]} files paths below `toolchain/`
 */
export function keyOf(facts, files = []) {
  const hash = createHash("sha256").update(JSON.stringify([process.platform, process.arch, facts]));
  for (const file of files) hash.update(file).update(readFileSync(join(import.meta.dirname, file)));
  return hash.digest("hex").slice(0, 12);
}
