/** The image that the emulator's tests run: made once, pushed with the account's own token. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LOCAL = "switchyard/emulator-test:latest";
const DOCKERFILE = `ARG BASE
FROM \${BASE}
COPY server.mjs /app/server.mjs
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/server.mjs"]
`;

export function docker(args: readonly string[], input?: string, config?: string): string {
  const env = config === undefined ? process.env : { ...process.env, DOCKER_CONFIG: config };
  return execFileSync("docker", args, {
    encoding: "utf8",
    env,
    input,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

export async function baseImage(): Promise<string> {
  const given = process.env["SWITCHYARD_BASE_IMAGE"];
  if (given !== undefined) return given;
  const { buildNodeBase } = await import("../../../toolchain/images/node-base.mjs");
  return buildNodeBase({ nodeBinary: process.execPath });
}

/** Pushes the test image and gives its digest. */
export async function pushTarget(
  endpoint: string,
  password: string,
  repository: string,
): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "emulator-test-"));
  const tag = `${endpoint}/${repository}:1`;
  try {
    copyFileSync(join(__dirname, "target-server.mjs"), join(directory, "server.mjs"));
    writeFileSync(join(directory, "Dockerfile"), DOCKERFILE);
    const base = await baseImage();
    docker(["build", "--quiet", "--build-arg", `BASE=${base}`, "--tag", LOCAL, directory]);
    docker(["tag", LOCAL, tag]);
    docker(["login", "--username", "AWS", "--password-stdin", endpoint], password, directory);
    const pushed = docker(["push", tag], undefined, directory);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
    if (digest === undefined) throw new Error(`no digest in what docker push said: ${pushed}`);
    return digest;
  } finally {
    rmSync(directory, { recursive: true, force: true });
    docker(["rmi", "--no-prune", tag, LOCAL]);
  }
}
