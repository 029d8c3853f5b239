import { CommandFailure } from "./failure";

const REASONS: Readonly<Record<string, readonly [why: string, action: string]>> = {
  ENOSPC: ["the disk is full", "make room, then run the same again"],
  EDQUOT: ["the quota of the disk is used up", "make room, then run the same again"],
  EROFS: ["the file system is read-only", "run this where the project can be written"],
  EACCES: ["permission is denied", "give yourself the right to write the file and its folder"],
  EPERM: ["permission is denied", "give yourself the right to write the file and its folder"],
  EISDIR: ["it is a folder", "move the folder away"],
};

/** What a failed call of the file system means for the user. */
export function explainFile(error: unknown, file: string, doing: "read" | "written"): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  const [why, action] = REASONS[code] ?? [code, undefined];
  const kept = doing === "written" ? "; it is as it was" : "";
  return new CommandFailure("failed", `${file} can't be ${doing}: ${why}${kept}`, action, error);
}
