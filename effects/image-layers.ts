import { createHash } from "node:crypto";
import { once } from "node:events";
import { Parser, type ReadEntry } from "tar";
import { type Layer, pathInImage, roleOf } from "../release/scan/image-files";
import { NodeVersionSearch } from "../release/scan/node-version";
import type { Repository } from "./registry";

/** Lists of packages are far smaller; what is larger is not read into memory. */
const LARGEST_LIST_MIB = 64;

/**
 * What a layer says of packages. Its bytes are read as they come, and must be those of its digest.
 *
 * @throws Error if they are not, if it is no archive, or if a list in it is larger than 64 MiB
 */
export async function readLayer(repository: Repository, digest: string): Promise<Layer> {
  const written: string[] = [];
  const contents = new Map<string, string>();
  const hash = createHash("sha256");
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
  };
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      readEntry(entry, written, contents, fail);
    },
  });
  parser.on("error", fail);
  const ended = once(parser, "end").catch(fail);
  for await (const chunk of await repository.readBlob(digest)) {
    hash.update(chunk);
    if (!parser.write(Buffer.from(chunk)) && failure === undefined) await drained(parser);
    if (failure !== undefined) break;
  }
  if (failure === undefined) {
    parser.end();
    await ended;
  }
  if (failure !== undefined)
    throw new Error(`${repository.name}: layer ${digest} can't be read: ${messageOf(failure)}`, {
      cause: failure,
    });
  const found = `sha256:${hash.digest("hex")}`;
  if (found !== digest)
    throw new Error(`${repository.name}: asked for layer ${digest}, got ${found}`);
  return { written, contents };
}

/** An archive that is broken has no `drain` any more. */
const drained = (parser: Parser): Promise<unknown> =>
  Promise.race([once(parser, "drain"), once(parser, "end")]).catch(() => undefined);

function readEntry(
  entry: ReadEntry,
  written: string[],
  contents: Map<string, string>,
  fail: (error: unknown) => void,
): void {
  const path = pathInImage(entry.path);
  const isFile = entry.type === "File" || entry.type === "OldFile";
  const role = isFile ? roleOf(path) : undefined;
  if (entry.type !== "Directory") written.push(path);
  if (role === undefined || role === "rpm") {
    if (role !== undefined) contents.set(path, "");
    entry.resume();
    return;
  }
  if (role === "node") {
    const search = new NodeVersionSearch();
    entry.on("data", (bytes: Buffer) => {
      search.add(bytes);
    });
    entry.on("end", () => contents.set(path, search.version ?? ""));
    return;
  }
  if (entry.size > LARGEST_LIST_MIB * 1024 ** 2) {
    fail(new Error(`${path} is larger than ${LARGEST_LIST_MIB} MiB`));
    entry.resume();
    return;
  }
  const parts: Buffer[] = [];
  entry.on("data", (bytes: Buffer) => parts.push(bytes));
  entry.on("end", () => contents.set(path, Buffer.concat(parts).toString("utf8")));
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
