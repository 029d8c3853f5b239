import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Removes the images of an emulated registry: by name and not by id, for another run may have built the same. */
export async function removeImages(registry: string): Promise<void> {
  const format = "{{.Repository}}:{{.Tag}}";
  const { stdout } = await run("docker", ["images", "--format", format]);
  const names = stdout.split("\n").filter((line) => line.startsWith(`${registry}/`));
  if (names.length > 0) await run("docker", ["image", "rm", "--force", ...names]);
}
