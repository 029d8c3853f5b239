import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, sep } from "node:path";
import { type Marks, markOf } from "../config-marks";
import { gitIn, sourceCommit } from "../source-commit";
import { explainFile } from "./file-errors";

/** What a program is made of. */
export interface Source {
  readonly files: Marks;
  /** Git commit, with `+changes` if a file differs from it; undefined outside of git. */
  readonly revision?: string;
}

/** What no update reads, whatever git says of it: folders and files at the top of the project. */
const NO_SOURCE =
  /^(docs|test|bench|demo)\/|^[^/]+\.md$|^Pulumi\.[^/]+\.yaml$|^parity\.yaml$|\.(plan|shape)\.json$|(^|\/)\.[^/]+\.tmp$/;
/** Where git can't say what is made and what is written. */
const MADE = new Set(["node_modules", ".git", ".switchyard", "dist", "__pycache__"]);

/**
 * Marks of the files that the program and its images are made of: all that git does not ignore, but for tests,
 * documentation, plans and the stacks' own files, whose settings have marks of their own.
 */
export async function readSource(dir: string): Promise<Source> {
  const git = gitIn(dir);
  const listed = (await git("ls-files", "-z", "--cached", "--others", "--exclude-standard"))
    ?.split("\0")
    .filter((name) => name !== "");
  // A folder that git ignores as a whole, or that is in no repository, is looked through instead.
  const isGits = listed?.includes("Pulumi.yaml") === true;
  const names = [...new Set(isGits ? listed : await filesBelow(dir))];
  const marks = names
    .filter((name) => !NO_SOURCE.test(name))
    .sort()
    .map(async (name) => [name, await fileMark(dir, name)] as const);
  const files = (await Promise.all(marks)).filter(([, mark]) => mark !== undefined);
  const revision = isGits ? await sourceCommit(git) : undefined;
  return {
    files: Object.fromEntries(files) as Marks,
    ...(revision !== undefined && { revision }),
  };
}

async function filesBelow(dir: string, below = ""): Promise<string[]> {
  const entries = await readdir(join(dir, below), { withFileTypes: true });
  const found = entries
    .filter(({ name }) => !MADE.has(name) && !name.endsWith(".log"))
    .map(async (entry) => {
      const path = join(below, entry.name);
      if (entry.isDirectory()) return filesBelow(dir, path);
      return entry.isFile() || entry.isSymbolicLink() ? [path.split(sep).join("/")] : [];
    });
  return (await Promise.all(found)).flat();
}

/** Content, executable bit and the aim of a link; nothing for what git lists and is not there. */
async function fileMark(dir: string, name: string): Promise<string | undefined> {
  const path = join(dir, name);
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return markOf(`link ${await readlink(path)}`);
    if (!found.isFile()) return markOf("folder");
    const mark = markOf(await readFile(path));
    return (found.mode & 0o100) === 0 ? mark : `${mark} executable`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw explainFile(error, name, "read");
  }
}
