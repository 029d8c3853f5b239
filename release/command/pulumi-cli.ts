import { execFile } from "node:child_process";
import { CommandFailure } from "./failure";
import { explainPulumi } from "./pulumi-errors";

/** Runs `pulumi` and gives what it wrote to its standard output. */
export type PulumiCli = (stack: string, args: readonly string[]) => Promise<string>;

/** More than the state of a stack with a hundred services. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Pulumi as the environment sets it up, in a project's folder.
 *
 * For reading: the Automation API would select the stack, so that the next `pulumi up` of the user
 * would go elsewhere, and would have the secrets decrypted.
 */
export function pulumiCli(dir: string): PulumiCli {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { cwd: dir, env, maxBuffer: MOST_BYTES };
  return (stack, args) =>
    new Promise((resolve, reject) => {
      const words = [...args, "--non-interactive", "--color", "never"];
      const child = execFile("pulumi", words, options, (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else
          reject(error.code === "ENOENT" ? notFound(error) : explainPulumi(stderr, stack, error));
      });
      child.stdin?.end();
    });
}

export function notFound(cause: unknown): CommandFailure {
  const action = "see what is there and what is not: `npm run doctor`";
  return new CommandFailure("failed", "pulumi was not found on the PATH", action, cause);
}
