import { randomBytes } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Replaces the content of a file that is there: whoever reads it, and whatever ends this process,
 * finds the old content or the new one, whole. Every byte is on the disk before the name changes hands;
 * a disk that fills up in between leaves the old content.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  await assertWritable(target);
  const { mode, uid, gid } = await stat(target);
  await writeWhole(target, text, mode, (file) => file.chown(uid, gid).catch(ignoreNotOwner));
}

/** Writes a file that only this user may read, in place of what is there; whole, as `replaceFile` does. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await writeWhole(path, text, 0o600, () => Promise.resolve());
}

async function writeWhole(
  target: string,
  text: string,
  mode: number,
  own: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const name = `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`;
  const temporary = join(dirname(target), name);
  try {
    await withFile(await open(temporary, "wx", mode), async (file) => {
      await file.writeFile(text);
      await file.chmod(mode);
      await own(file);
      await file.sync();
    });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await withFile(await open(dirname(target), "r"), (folder) => folder.sync()).catch(
    () => undefined,
  );
}

/** A file that may not be written is not replaced either, though its folder would allow it. */
async function assertWritable(path: string): Promise<void> {
  await withFile(await open(path, "r+"), () => Promise.resolve());
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

function ignoreNotOwner(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPERM") throw error;
}
