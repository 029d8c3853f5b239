import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseId } from "../../../release/release";
import type { Graph } from "../graph";
import { runProgram, type World } from "../mocks";
import { changed, type Changes } from "../settings/sample-config";
import { emptyS3 } from "./empty-s3";

const program = createRequire(__filename)("../../../index") as () => Promise<
  Record<string, unknown>
>;

export const STAGE_REGISTRY = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
export const RELEASE = {
  commit: "abc",
  images: { web: `sha256:${"1".repeat(64)}`, api: `sha256:${"2".repeat(64)}` },
};

/** What a promotion writes into a stack's file. */
export const promoted = (release = RELEASE): Changes => ({
  "switchyard:release": { id: releaseId(release), registry: STAGE_REGISTRY, ...release },
});

/** The contexts are filled here, not by the commands that bundle the sample: content is what counts. */
const UNPREPARED: Changes = {
  "switchyard:services.web.image.prepare": undefined,
  "switchyard:services.api.image.prepare": undefined,
};

/** Runs in a project of its own, whose files a test can change. */
export class Project {
  private readonly home = process.cwd();
  private readonly folder = mkdtempSync(join(tmpdir(), "switchyard-program-"));

  constructor() {
    for (const service of ["web", "api"]) this.write(service, "first");
    writeFileSync(join(this.folder, "app", "Dockerfile"), "FROM base");
    process.chdir(this.folder);
  }

  /** Gives a service other code. */
  write(service: string, code: string): void {
    const context = join(this.folder, "app", "dist", service);
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, "server.js"), code);
  }

  remove(): void {
    process.chdir(this.home);
    rmSync(this.folder, { recursive: true });
  }
}

/** Runs the whole program with a stack's settings as they are in the files. */
export function runStack(
  file: "stage" | "production",
  changes: Changes = {},
  world: World = {},
): Promise<{ readonly outputs: Record<string, unknown>; readonly graph: Graph }> {
  const release = file === "production" ? promoted() : {};
  const config = changed({ ...UNPREPARED, ...release, ...changes }, file);
  return withCredentials(() => runProgram(program, { stack: file, config, ...world }));
}

/** The program asks for credentials before anything else, and looks whether the stack has a ledger; it asks AWS nothing more here. */
async function withCredentials<T>(run: () => Promise<T>): Promise<T> {
  const before = process.env;
  const AWS_ENDPOINT_URL_S3 = await emptyS3();
  const keys = { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" };
  process.env = { ...before, ...keys, AWS_ENDPOINT_URL_S3 };
  try {
    return await run();
  } finally {
    process.env = before;
  }
}
