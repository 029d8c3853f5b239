import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const outputLimitBytes = 64 * 1024 * 1024;

export interface BuildOptions {
  /** `address/repository:tag` */
  readonly reference: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

async function docker(
  args: readonly string[],
  doing: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  try {
    const options = { env: { ...process.env, ...env }, maxBuffer: outputLimitBytes };
    return (await run("docker", args, options)).stdout;
  } catch (error) {
    const {
      code,
      stderr = "",
      stdout = "",
    } = error as { code?: unknown; stderr?: string; stdout?: string };
    if (code === "ENOENT")
      throw new Error(
        `${doing}: there is no \`docker\` command: install Docker and run the update again`,
        { cause: error },
      );
    const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n  ");
    const engine = /cannot connect to the docker daemon/i.test(said)
      ? "no Docker engine answers: start one and run the update again"
      : "";
    throw new Error([`${doing}: ${engine}`.trimEnd(), `  ${said}`].join("\n"), { cause: error });
  }
}

/** Builds for the one platform that the task definitions name. */
export async function buildImage({
  reference,
  context,
  dockerfile,
  buildArgs,
}: BuildOptions): Promise<void> {
  const args = Object.entries(buildArgs).flatMap(([name, value]) => [
    "--build-arg",
    `${name}=${value}`,
  ]);
  await docker(
    ["build", "--tag", reference, "--file", dockerfile, ...args, context],
    `building ${reference}`,
    {
      DOCKER_DEFAULT_PLATFORM: "linux/amd64",
      BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
    },
  );
}

/** Pushes with credentials of its own, in a file that lives no longer: not in arguments, not in the user's configuration. */
export async function pushImage(reference: string, address: string, token: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "switchyard-push-"));
  try {
    const auths = { [address]: { auth: token } };
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths }), { mode: 0o600 });
    await docker(["push", reference], `pushing ${reference}`, {
      DOCKER_HOST: await engineHost(),
      DOCKER_CONFIG: folder,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The engine that the user's own configuration names, which the push does not see. */
async function engineHost(): Promise<string> {
  const format = "{{.Endpoints.docker.Host}}";
  return (
    await docker(["context", "inspect", "--format", format], "looking for the Docker engine")
  ).trim();
}
