import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What git writes; nothing where it fails: outside of a repository, or where there is no git. */
export type Git = (...args: string[]) => Promise<string | undefined>;

/** More than the list of a large repository's files. */
const MOST_BYTES = 64 * 1024 * 1024;

export const gitIn =
  (dir: string): Git =>
  (...args) =>
    promisify(execFile)("git", args, { cwd: dir, maxBuffer: MOST_BYTES }).then(
      ({ stdout }) => stdout,
      () => undefined,
    );

/** The commit that is checked out, with `+changes` if a file differs from it; nothing where git does not tell. */
export async function sourceCommit(git: Git): Promise<string | undefined> {
  const [head, changes] = await Promise.all([
    git("rev-parse", "HEAD"),
    git("status", "--porcelain"),
  ]);
  if (head === undefined || changes === undefined) return undefined;
  return changes === "" ? head.trim() : `${head.trim()}+changes`;
}
