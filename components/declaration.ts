import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { hashOfJson, type Json } from "../release/canonical-json";
import { sha256 } from "../release/sha256";
import type { Settings } from "../settings/types";

/**
 * SHA-256, in hexadecimal, of all that decides which resources this run declares: the program's modules as they are loaded, the
 * versions of its packages, and the settings but for the release and its gate. A proof of parity holds for one of these alone.
 * Read after all modules are loaded; a comment in one of them makes another hash too.
 */
export function declarationHash(settings: Settings): string {
  const folder = process.cwd();
  const modules = Object.keys(require.cache)
    .map((file) => relative(folder, file).split(sep).join("/"))
    .filter((file) => !file.startsWith("../") && !file.includes("node_modules/"));
  const files = ["package-lock.json", ...modules].filter((file) => existsSync(join(folder, file)));
  const hashes = files.map((file) => [file, sha256(readFileSync(join(folder, file)))]);
  return hashOfJson({
    files: Object.fromEntries(hashes) as Json,
    settings: JSON.parse(
      JSON.stringify({ ...settings, release: undefined, gate: undefined }),
    ) as Json,
  });
}
