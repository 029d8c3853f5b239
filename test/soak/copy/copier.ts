import { buildSync } from "esbuild";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageCopyInputs } from "../../../effects/image-copy";
import { REGION } from "../../e2e/emulator/account";

export const STAGE = "111111111111";
export const PRODUCTION = "222222222222";
export const REPOSITORY = "switchyard/web";
const hostOf = (account: string): string => `${account}.dkr.ecr.${REGION}.amazonaws.com`;

export interface Places {
  /** Where stage's registry and production's are reached: address and port. */
  readonly source: string;
  readonly target: string;
  /** AWS's endpoint in production. */
  readonly endpoint: string;
}

export interface CopierRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** Most memory that was resident, MiB; 0 where the process was killed. */
  readonly peakMiB: number;
  readonly seconds: number;
}

/** The copy of an image in a process of its own, which can be killed. */
export class Copier {
  private readonly folder = mkdtempSync(join(tmpdir(), "switchyard-copier-"));
  private readonly script = join(this.folder, "copier.cjs");
  private readonly alive = new Set<() => void>();

  constructor() {
    // One script: it starts in a fifth of the time, and no compiler is in the memory that is measured.
    buildSync({
      entryPoints: [join(__dirname, "copier-process.ts")],
      outfile: this.script,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
    });
  }

  /** @param onStart is given what kills the process */
  async run(
    places: Places,
    digest: string,
    onStart: (kill: () => void) => void = () => undefined,
  ): Promise<CopierRun> {
    const inputs: ImageCopyInputs = {
      region: REGION,
      service: "web",
      sourceRegistry: hostOf(STAGE),
      targetRegistry: hostOf(PRODUCTION),
      repository: REPOSITORY,
      digest,
    };
    const began = performance.now();
    const child = spawn(process.execPath, [this.script, JSON.stringify(inputs)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        AWS_ACCESS_KEY_ID: PRODUCTION,
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL: places.endpoint,
        SWITCHYARD_REGISTRY_ENDPOINTS: [
          `${hostOf(STAGE)}=${places.source}`,
          `${hostOf(PRODUCTION)}=${places.target}`,
        ].join(","),
      },
    });
    const kill = (): void => {
      child.kill("SIGKILL");
    };
    this.alive.add(kill);
    onStart(kill);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        this.alive.delete(kill);
        const peakMiB = Number(/^VmHWM:\s+(\d+)/m.exec(output)?.[1] ?? 0) / 1024;
        resolve({ code, signal, output, peakMiB, seconds: (performance.now() - began) / 1000 });
      });
    });
  }

  remove(): void {
    for (const kill of this.alive) kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
