import type { Git } from "./source-commit";

/**
 * E-mail addresses of all who wrote the commits after one up to another, each once; of the last commit alone where the first is
 * not known. Whoever is to commit next is one of them while files differ from the last commit.
 */
export async function sourceAuthors(
  git: Git,
  from: string | undefined,
  to: string,
): Promise<string[]> {
  const last = to.replace(/\+changes$/, "");
  const hasChanges = last !== to;
  const first = from?.replace(/\+changes$/, "");
  const format = "--format=%ae%n%(trailers:key=Co-authored-by,valueonly)";
  const commits =
    (first !== undefined && first !== last
      ? await git("log", format, `${first}..${last}`)
      : undefined) ?? (await git("log", "-1", format, last));
  const own = hasChanges ? await git("config", "user.email") : undefined;
  const lines = `${commits ?? ""}\n${own ?? ""}`.split("\n").map(address);
  return [...new Set(lines.filter((line) => line !== ""))].sort();
}

/** Whether this repository has a commit, and so everybody who wrote what came after it: a clone that was cut short may not. */
export const hasCommit = async (git: Git, commit: string): Promise<boolean> =>
  (await git("cat-file", "-t", commit.replace(/\+changes$/, ""))) !== undefined;

/** Of `Name <name@example.com>` what is between the brackets. */
const address = (line: string): string => (/<([^>]+)>/.exec(line)?.[1] ?? line).trim();
