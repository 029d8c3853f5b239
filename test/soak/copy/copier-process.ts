import { readFileSync } from "node:fs";
import { effect, type ImageCopyInputs } from "../../../effects/image-copy";

/** Copies one image, as an update does, and says how much memory the process had resident at most. */
async function main(): Promise<void> {
  try {
    await effect.create(JSON.parse(process.argv[2] ?? "") as ImageCopyInputs);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  console.log(/^VmHWM:.*$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[0]);
}

void main();
