import { exec } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { ReleaseError } from "../release/errors";
import type { ImageSettings } from "../settings/types";

/** Hexadecimal digits of the content hash in a tag: 80 bits. */
const TAG_DIGITS = 20;

/** Runs the command that fills the context, if there is one. */
export async function prepareContext(service: string, image: ImageSettings): Promise<void> {
  if (image.prepare === undefined) return;
  await promisify(exec)(image.prepare).catch((error: unknown) => {
    const { stderr = "" } = error as { stderr?: string };
    const said = stderr.trim().split("\n").slice(-5).join("\n  ");
    throw new ReleaseError(
      `switchyard:services.${service}.image.prepare: \`${image.prepare ?? ""}\` failed:\n  ${said}`,
      { step: "build", retryable: false, cause: error },
    );
  });
}

/**
 * Tag of a build: hash of everything that goes into it, so that the same content is the same tag on
 * every machine. File times and owners do not count; the executable bit and the aim of a link do.
 */
export async function contextTag(
  service: string,
  image: ImageSettings,
  buildArgs: Readonly<Record<string, string>>,
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(buildArgs));
  const add = async (name: string, path: string): Promise<void> => {
    const found = await lstat(path);
    const kind = found.isSymbolicLink() ? "link" : (found.mode & 0o100) !== 0;
    const content = createHash("sha256")
      .update(await (found.isSymbolicLink() ? readlink(path) : readFile(path)))
      .digest("hex");
    hash.update(JSON.stringify([name, kind, content]));
  };
  try {
    await add("Dockerfile", image.dockerfile);
    for (const path of await filesBelow(image.context))
      await add(relative(image.context, path).split(sep).join("/"), path);
  } catch (error) {
    throw new ReleaseError(
      `switchyard:services.${service}.image: ${error instanceof Error ? error.message : String(error)}; ` +
        "`context` must be a folder and `dockerfile` a file, both relative to the project",
      { step: "build", retryable: false, cause: error },
    );
  }
  return `c-${hash.digest("hex").slice(0, TAG_DIGITS)}`;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
