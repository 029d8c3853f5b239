import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { shortId } from "../release/release";
import { closingTable } from "./closing-table";
import { Load } from "./load";
import { milestone } from "./milestones";
import type { RunResult } from "./run";
import { type StackName, Stacks } from "./stacks";
import { Steps } from "./steps";
import { removeLeftRuns } from "./workspace";

const help = `The whole road on this machine: build, stage, promote, production, a second version, back.

usage: npm run demo [-- --keep | --clean]
  --keep    leave the two emulated accounts and their stacks up, to look around
  --clean   remove what an earlier --keep or a killed run left

It needs about 4 minutes, touches no AWS account, and leaves nothing behind.`;

const stepCount = 9;
const requestsPerSecond = 200;

/** A step that did not do what was asked; the log says more. */
class DemoError extends Error {}

function expectSuccess(what: string, result: RunResult): void {
  if (result.code === 0) return;
  const tail = result.output.trimEnd().split("\n").slice(-25).join("\n");
  throw new DemoError(`${what} ended with ${result.code}:\n${tail}`);
}

async function deliver(
  stacks: Stacks,
  stack: StackName,
  say: (line: string) => void,
): Promise<void> {
  const result = await stacks.pulumi(stack, ["up", "--yes", "--skip-preview"], {
    onLine: (line) => {
      const sentence = milestone(line);
      if (sentence !== undefined) say(sentence);
    },
  });
  expectSuccess(`pulumi up -s ${stack}`, result);
}

const releaseScript = join("release", "command", "start.mjs");

async function release(stacks: Stacks, verb: string, ...args: string[]): Promise<void> {
  const result = await stacks.run("production", "node", [releaseScript, verb, ...args]);
  expectSuccess(`release ${verb}`, result);
}

/** The host that a browser or a load test names: the load balancer's own. */
const hostOf = (url: string): string => new URL(url).host;

async function answer(stacks: Stacks, stack: StackName, path: string): Promise<string> {
  const { request } = await import("node:http");
  const { url } = await stacks.outputs(stack);
  return new Promise((resolve, reject) => {
    const { port } = stacks.account(stack);
    const headers = { host: hostOf(url) };
    request({ host: "127.0.0.1", port, path, headers }, (message) => {
      let body = "";
      message.on("data", (chunk: Buffer) => (body += chunk.toString()));
      message.on("end", () => {
        resolve(body);
      });
    })
      .once("error", reject)
      .end();
  });
}

function writeSecondVersion(project: string): void {
  const page = join(project, "app", "web", "page.ts");
  writeFileSync(page, readFileSync(page, "utf8").replace("version 1", "version 2"));
}

async function demo(stacks: Stacks, steps: Steps): Promise<void> {
  for (const stack of ["stage", "production"] as const)
    expectSuccess("pulumi stack init", await stacks.pulumi(stack, ["stack", "init"]));

  await steps.run(
    "Stage: build the images, bring the first version up",
    "pulumi up -s stage",
    (say) => deliver(stacks, "stage", say),
  );
  await steps.run("Stage answers", "curl $(pulumi stack output url -s stage)/version", async () => {
    steps.note(await answer(stacks, "stage", "/version"));
  });
  await steps.run("Promote what stage runs", "npm run release -- promote", async () => {
    await release(stacks, "promote");
    const file = join(stacks.workspace.project, "Pulumi.production.yaml");
    steps.note(
      /switchyard:release:[\s\S]*?(?=\n {2}\S|\n*$)/.exec(readFileSync(file, "utf8"))?.[0] ?? "",
    );
  });
  await steps.run(
    "Production: the same bytes, in another account",
    "pulumi up -s production",
    (say) => deliver(stacks, "production", say),
  );
  const first = await stacks.outputs("production");

  const load = new Load({
    port: stacks.account("production").port,
    host: hostOf(first.url),
    requestsPerSecond,
  });
  steps.note(`\nfrom here on, ${requestsPerSecond} requests a second run against production`);
  await steps.run("A second version: stage", "edit app/web/page.ts; pulumi up -s stage", (say) => {
    writeSecondVersion(stacks.workspace.project);
    return deliver(stacks, "stage", say);
  });
  await steps.run("A second version: promote", "npm run release -- promote", () =>
    release(stacks, "promote"),
  );
  await steps.run("A second version: production, blue to green", "pulumi up -s production", (say) =>
    deliver(stacks, "production", say),
  );
  const second = await stacks.outputs("production");
  await load.reach(load.counts.served + 2 * requestsPerSecond);
  await steps.run(
    "Back: only the weights change",
    "npm run release -- rollback && pulumi up -s production",
    async (say) => {
      await release(stacks, "rollback");
      await deliver(stacks, "production", say);
    },
  );
  await load.reach(load.counts.served + 2 * requestsPerSecond);
  const counts = await load.stop();
  const back = await stacks.outputs("production");
  if (back.release.id !== first.release.id)
    throw new DemoError("the rollback did not bring the first release back");
  await steps.run("The record says where everything is", "npm run release -- status", async () => {
    for (const stack of ["stage", "production"] as const) {
      const words = [releaseScript, "status", "--stack", stack];
      steps.note((await stacks.run(stack, "node", words)).output.trimEnd());
    }
  });
  steps.title("What happened");
  console.log(
    closingTable({
      steps: steps.done,
      counts,
      names: {
        [shortId(first.release.id)]: "version 1",
        [shortId(second.release.id)]: "version 2",
      },
    }),
  );
  if (counts.failed > 0)
    throw new DemoError(`${counts.failed} requests failed: ${JSON.stringify(counts.failures)}`);
}

function whereToLook(stacks: Stacks): string {
  const env = Object.entries(stacks.account("production").env)
    .filter(([name]) => /^(AWS_|SWITCHYARD_REG|PULUMI_(BACKEND|CONFIG))/.test(name))
    .map(([name, value]) => `export ${name}='${value ?? ""}'`);
  return [
    `kept: ${stacks.workspace.home}`,
    `the project's copy: ${stacks.workspace.project}; logs beside it`,
    "production in a shell:",
    ...env,
    "remove it all: npm run demo -- --clean",
  ].join("\n");
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { keep: { type: "boolean" }, clean: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const left = await removeLeftRuns(values.clean);
  if (values.clean) {
    console.log(`removed what ${left} earlier runs left`);
    return 0;
  }
  const steps = new Steps(stepCount);
  steps.title("Switchyard: build once, prove in stage, promote the same bytes");
  console.log("Two AWS accounts are emulated on this machine; the stack files are the real ones.");
  const stacks = await Stacks.start({ name: "demo", keep: values.keep ?? false });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stacks.stop());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      console.error("\nstopping: removing what the demo started");
      void stop().then(() => process.exit(130));
    });
  try {
    await demo(stacks, steps);
    if (values.keep) {
      writeFileSync(join(stacks.workspace.home, "kept"), "");
      console.log(`\n${whereToLook(stacks)}`);
    } else {
      console.log(
        "\nNext: docs/guides/adopt.md. To look around in a running one: npm run demo -- --keep",
      );
    }
    return 0;
  } catch (error) {
    if (stopping) return 130;
    if (!(error instanceof DemoError)) throw error;
    console.error(`\nthe demo failed: ${error.message}`);
    console.error(`\nall logs, until the next demo: ${stacks.workspace.rescueLogs()}`);
    return 1;
  } finally {
    if (!values.keep || !existsSync(join(stacks.workspace.home, "kept"))) await stop();
  }
}

void main().then((code) => process.exit(code));
