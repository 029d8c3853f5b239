import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stacks } from "../../demo/stacks";
import type { LiveRelease } from "../../release/outputs";

/** What the story changes of a stack that has the sample's `web` and its worker `reporter`. */
export interface WorkerStack {
  /** Whether both versions of the worker may work at once. */
  readonly overlap: boolean;
  /** Of the worker. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of `web`. @default {} */
  readonly webEnvironment?: Readonly<Record<string, string>>;
  /** What runs as the acceptance test of `web`. @default none */
  readonly webAcceptance?: readonly string[];
  /** @default none: the stack builds */
  readonly release?: LiveRelease;
}

/** How long a version of the worker has to get healthy. */
export const readySeconds = 25;

const imageOf = (service: string): object => ({
  context: `app/dist/${service}`,
  dockerfile: "app/Dockerfile",
  prepare: `node app/bundle.mjs ${service}`,
});

function servicesOf({
  overlap,
  environment = {},
  webEnvironment = {},
  webAcceptance,
}: WorkerStack): object {
  return {
    web: {
      image: imageOf("web"),
      paths: ["/*"],
      port: 8080,
      tasks: 1,
      environment: webEnvironment,
      secrets: { SESSION_KEY: "session-key" },
      healthCheck: { timeoutSeconds: 4 },
      readyTimeoutSeconds: 60,
      delivery: {
        steps: [{ percent: 100 }],
        bakeSeconds: 2,
        alarms: { enabled: false },
        ...(webAcceptance && { acceptance: { command: webAcceptance } }),
      },
    },
    reporter: {
      image: imageOf("reporter"),
      worker: { overlap },
      tasks: 1,
      environment,
      stopTimeoutSeconds: 5,
      readyTimeoutSeconds: readySeconds,
      delivery: { bakeSeconds: 2, smoke: { command: ["--selftest"] } },
    },
  };
}

/** Writes the stack's file anew: the accounts and the network as they are in the sample, and these services. */
export function writeWorkerStack(stacks: Stacks, stack: WorkerStack): void {
  const file = join(stacks.workspace.project, "Pulumi.stage.yaml");
  const before = readFileSync(file, "utf8");
  const kept = before
    .replace(/^ {2}switchyard:serviceOverrides:\n(?: {4}.*\n)+/m, "")
    .replace(/^ {2}switchyard:(?:services|secrets|release):.*\n/gm, "");
  assert.match(kept, /^config:\n/m);
  const { release } = stack;
  const added = {
    services: servicesOf(stack),
    secrets: { "session-key": { generate: { length: 64 }, version: 1 } },
    ...(release && { release: pinOf(release) }),
  };
  const lines = Object.entries(added).map(
    ([key, value]) => `  switchyard:${key}: ${JSON.stringify(value)}\n`,
  );
  writeFileSync(file, kept.replace(/^config:\n/m, `config:\n${lines.join("")}`));
}

const pinOf = ({ id, registry, commit, images }: LiveRelease): object => ({
  id,
  registry,
  commit,
  images,
});
