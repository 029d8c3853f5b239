import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../../release/ledger/entry";
import type { LiveRelease } from "../../release/outputs";
import type { Load } from "../../demo/load";
import type { StackName, Stacks } from "../../demo/stacks";

/** Runs `pulumi` and expects it to succeed. @returns what it printed */
export async function pulumi(stacks: Stacks, stack: StackName, ...args: string[]): Promise<string> {
  const { code, output } = await stacks.pulumi(stack, args);
  assert.equal(code, 0, `pulumi ${args.join(" ")} -s ${stack}:\n${output}`);
  return output;
}

export const up = (stacks: Stacks, stack: StackName): Promise<string> =>
  pulumi(stacks, stack, "up", "--yes", "--skip-preview");

/** Operations of a preview that change anything, as `TYPE NAME OP`. */
export async function plannedChanges(stacks: Stacks, stack: StackName): Promise<string[]> {
  const { code, output } = await stacks.pulumi(stack, ["preview", "--json"]);
  assert.equal(code, 0, output);
  const start = output.indexOf("{");
  const { steps } = JSON.parse(output.slice(start)) as { steps: { op: string; urn: string }[] };
  const quiet = new Set(["same", "read", "refresh"]);
  return steps
    .filter(({ op }) => !quiet.has(op))
    .map(({ op, urn }) => {
      const [, , types = "", name = ""] = urn.split("::");
      return `${types.split("$").at(-1)?.split(":").at(-1) ?? ""} ${name} ${op}`;
    })
    .sort();
}

/** `pulumi refresh` that finds nothing changed; anything found fails it. */
export const refreshUnchanged = (stacks: Stacks, stack: StackName): Promise<string> =>
  pulumi(stacks, stack, "refresh", "--yes", "--skip-preview", "--expect-no-changes");

/** Edits a file below `app/`. @returns what takes the edit back */
export function edit(stacks: Stacks, file: string, from: string | RegExp, to: string): () => void {
  const path = join(stacks.workspace.project, "app", ...file.split("/"));
  const before = readFileSync(path, "utf8");
  const after = before.replace(from, to);
  assert.notEqual(after, before, `${file} has no ${String(from)}`);
  writeFileSync(path, after);
  return () => {
    writeFileSync(path, before);
  };
}

/** The load, which an earlier test of the story has begun. */
export function started(load: Load | undefined): Load {
  assert.ok(load, "the load was never begun");
  return load;
}

/** Pins a release in a stack's file, as `release promote` does, with `pulumi config` alone. */
export async function pin(stacks: Stacks, stack: StackName, release: LiveRelease): Promise<void> {
  const { id, registry, commit, images } = release;
  const set = async (path: string, value: string): Promise<void> => {
    await pulumi(stacks, stack, "config", "set", "--path", `switchyard:release.${path}`, value);
  };
  await pulumi(stacks, stack, "config", "rm", "switchyard:release");
  await set("id", id);
  await set("registry", registry);
  await set("commit", commit);
  for (const [service, digest] of Object.entries(images)) await set(`images.${service}`, digest);
}

/** What a stack's ledger says, the newest first. */
export async function history(stacks: Stacks, stack: StackName): Promise<Entry[]> {
  const words = ["release", "--", "history", "--stack", stack, "--limit", "500", "--json"];
  const { code, output } = await stacks.run(stack, "npm", ["run", "--silent", ...words]);
  assert.equal(code, 0, output);
  return (JSON.parse(output.slice(output.indexOf("{"))) as { entries: Entry[] }).entries;
}
