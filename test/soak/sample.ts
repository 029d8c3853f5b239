import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stacks } from "../../demo/stacks";
import { ask } from "../unit/app/ask";

const HEADER = "x-sample-version";
/** A path of each service, which its answers tell the version on. */
const paths: Readonly<Record<string, string>> = { web: "/version", api: "/orders?limit=1" };

export const sampleServices = Object.keys(paths);

/** Makes every answer of both services say this version, so that both are delivered anew. */
export function writeVersion(stacks: Stacks, version: number): void {
  const file = join(stacks.workspace.project, "app", "shared", "reply.ts");
  const before = readFileSync(file, "utf8");
  const after = before.replace(
    /("cache-control": "no-store",)( "x-sample-version": "\d+",)?/,
    `$1 "${HEADER}": "${version}",`,
  );
  assert.notEqual(after, before, `${file} has no place for ${HEADER}`);
  writeFileSync(file, after);
}

/** Versions that a service's answers say, each once. */
export async function versionsAnswered(
  stacks: Stacks,
  url: string,
  service: string,
  requests = 20,
): Promise<string[]> {
  const { port } = stacks.account("stage");
  const headers = { host: new URL(url).host };
  const answers = await Promise.all(
    Array.from({ length: requests }, () => ask(port, paths[service] ?? "/", { headers })),
  );
  return [...new Set(answers.map((answer) => String(answer.headers[HEADER] ?? answer.status)))];
}

/** Gives the stack's services a way to move traffic of their own, in place of the stage's. */
export function writeDelivery(stacks: Stacks, delivery: Readonly<Record<string, unknown>>): void {
  const file = join(stacks.workspace.project, "Pulumi.stage.yaml");
  const overrides = Object.fromEntries(sampleServices.map((service) => [service, { delivery }]));
  const before = readFileSync(file, "utf8");
  const after = before.replace(
    /^ {2}switchyard:serviceOverrides:\n(?: {4}.*\n)+/m,
    `  switchyard:serviceOverrides: ${JSON.stringify(overrides)}\n`,
  );
  assert.notEqual(after, before, `${file} has no serviceOverrides`);
  writeFileSync(file, after);
}
