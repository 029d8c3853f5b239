import { Copier, type CopierRun } from "./copier";
import { MadeUpRegistry } from "./made-up-registry";

export interface MeasuredCopy extends CopierRun {
  readonly mebibytes: number;
  /** Bytes of layers that were sent. */
  readonly bytes: number;
  readonly isCopied: boolean;
}

/** Copies an image of one layer of so many MiB, and measures the memory of the process that does it. */
export async function measuredCopy(copier: Copier, mebibytes: number): Promise<MeasuredCopy> {
  const registry = new MadeUpRegistry(mebibytes);
  const places = await registry.start();
  try {
    const run = await copier.run(places, registry.digest);
    return { ...run, mebibytes, bytes: registry.bytes, isCopied: registry.isCopied };
  } finally {
    await registry.stop();
  }
}
