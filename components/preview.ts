import * as pulumi from "@pulumi/pulumi";

/** What cmd/run of @pulumi/pulumi hands the engine's `--dry-run` on by, and anybody can set. */
const VARIABLE = "PULUMI_NODEJS_DRY_RUN";

/**
 * Whether the engine asks for a preview. With that variable in the environment of `pulumi up` the SDK believes that it does, while the engine
 * carries out whatever is declared; so the engine's own word counts, with which it has started this process.
 *
 * @param commandLine of this process as it was started: the SDK has changed `process.argv` by now
 */
export function isPreview(commandLine: () => readonly string[] = startedWith): boolean {
  if (!pulumi.runtime.isDryRun()) return false;
  return process.env[VARIABLE] === undefined || commandLine().includes("--dry-run");
}

function startedWith(): readonly string[] {
  // Without it the names of all that this process is connected to are looked up. https://nodejs.org/api/report.html
  const report = Object.assign(process.report, { excludeNetwork: true });
  return (report.getReport() as { header: { commandLine: string[] } }).header.commandLine;
}
