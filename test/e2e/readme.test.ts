import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { run, type RunResult } from "../../demo/run";
import { Stacks } from "../../demo/stacks";
import { blocks, page } from "../unit/docs/markdown";
import { Aws } from "./aws";

const execute = promisify(execFile);
const checkout = join(__dirname, "..", "..");
const runs = join(checkout, ".switchyard");

/** The commands of a page's sections, in order, as they stand there. */
function commands(file: string, ...sections: string[]): string[] {
  const found = blocks(page(file)).filter(
    ({ language, section }) => language === "sh" && sections.includes(section),
  );
  assert.ok(found.length >= sections.length, `${file}: ${sections.join(", ")}`);
  return found.map(({ text }) => text);
}

/** Containers and processes that work for a run of the demo, and what is left of its folder. */
async function leftOf(name: string): Promise<string[]> {
  const { stdout } = await execute("docker", ["ps", "--all", "--format", "{{.Labels}}"]);
  const containers = stdout
    .split("\n")
    .filter((labels) => labels.includes(`switchyard.emulator=${name}-`));
  return [...containers, ...processesOf(name), ...(existsSync(join(runs, name)) ? [name] : [])];
}

/** Processes that name the run's folder in their command or their environment. */
function processesOf(name: string): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(join("/proc", pid, file), "utf8").replaceAll("\0", " ");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => `${read(pid, "cmdline")} ${read(pid, "environ")}`.includes(join(runs, name)))
    .map((pid) => `${pid} ${read(pid, "cmdline").slice(0, 200)}`);
}

const isPlugin = (each: string): boolean => / \/\S*(pulumi|terraform)/.test(each);

function end(each: string): void {
  try {
    process.kill(Number.parseInt(each), "SIGKILL");
  } catch {
    // it has ended meanwhile
  }
}

const demoRuns = (): string[] =>
  existsSync(runs) ? readdirSync(runs).filter((name) => name.startsWith("demo-")) : [];

describe("the README's commands for a first look", function () {
  this.timeout(600_000);
  const shell = (script: string): Promise<RunResult> =>
    run("bash", ["-eu", "-o", "pipefail", "-c", script], {
      cwd: checkout,
      env: process.env,
      log: "/dev/null",
    });
  const firstLook = commands("README.md", "Try it");

  it("are these, of which `npm test` is this very run", () => {
    assert.deepEqual(firstLook, ["npm run demo", "npm test", "npm run doctor"]);
  });

  it("show what a machine has", async () => {
    const { code, output } = await shell("npm run doctor");
    assert.equal(code, 0, output);
    assert.match(output, /nothing is missing/);
  });

  it("run the demo to its end without a failed request, and leave nothing behind", async () => {
    const before = demoRuns();
    const { code, output } = await shell("npm run demo");
    assert.equal(code, 0, output);
    const [, table = ""] = output.split("What happened");
    assert.match(table, /^requests failed +0$/m);
    assert.ok(Number(/^requests served.* (\d+)$/m.exec(table)?.[1]) > 1000, table);
    assert.match(table, /of \/version, by version 1 /);
    assert.match(table, /of \/version, by version 2 /);
    assert.deepEqual(demoRuns(), before);
  });

  it("leave nothing behind when the demo is interrupted while containers start", async () => {
    const before = demoRuns();
    const child = spawn("bash", ["-c", "npm run demo"], {
      cwd: checkout,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { pid } = child;
    assert.ok(pid !== undefined);
    let output = "";
    const ended = new Promise<number | string | null>((resolve) =>
      child.once("close", (code, signal) => {
        resolve(signal ?? code);
      }),
    );
    const reached = new Promise<void>((resolve) => {
      const take = (chunk: Buffer): void => {
        output += chunk.toString();
        if (/waiting until blue is steady/.test(output)) resolve();
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
    });
    await Promise.race([
      reached,
      ended.then((code) => {
        assert.fail(`the demo ended with ${String(code)}:\n${output}`);
      }),
    ]);
    const [name = ""] = demoRuns().filter((each) => !before.includes(each));
    assert.notEqual(name, "", output);
    process.kill(-pid, "SIGINT");
    // npm ends by the signal that it got itself, when its command is done.
    assert.ok([130, "SIGINT"].includes((await ended) ?? 0), output);
    assert.match(output, /stopping: removing what the demo started/);
    const left = await leftOf(name);
    processesOf(name).forEach(end);
    assert.deepEqual(left, []);
  });
});

/** Both accounts as profiles, as people have them: the commands choose by AWS_PROFILE. */
function profiles(stacks: Stacks): NodeJS.ProcessEnv {
  const config = join(stacks.workspace.home, "aws-config");
  const credentials = join(stacks.workspace.home, "aws-credentials");
  const accounts = Object.entries(stacks.accounts);
  writeFileSync(
    config,
    accounts
      .map(
        ([stack, { env }]) =>
          `[profile ${stack}]\nendpoint_url = ${env["AWS_ENDPOINT_URL"] ?? ""}\n`,
      )
      .join(""),
  );
  writeFileSync(
    credentials,
    accounts
      .map(
        ([stack, { env }]) =>
          `[${stack}]\naws_access_key_id = ${env["AWS_ACCESS_KEY_ID"] ?? ""}\n` +
          `aws_secret_access_key = ${env["AWS_SECRET_ACCESS_KEY"] ?? ""}\n`,
      )
      .join(""),
  );
  const own = /^AWS_|^PULUMI_(BACKEND_URL|CONFIG_PASSPHRASE)$/;
  const cleared = Object.keys(stacks.account("stage").env).filter((name) => own.test(name));
  return {
    ...Object.fromEntries(cleared.map((name) => [name, undefined])),
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
  };
}

describe("the README's commands for the road", function () {
  this.timeout(900_000);
  this.bail(true);
  let stacks: Stacks;
  let production: Aws;
  const begin = commands("README.md", "The same road with plain `pulumi`");
  const [place = "", stage = "", pin = "", first = "", second = "", back = ""] = begin;
  const [commandLine = ""] = commands("README.md", "The command line");
  const [takeDown = ""] = commands("README.md", "Take it down");

  /** Commands go on in the shell that those before them have left: its variables and functions. */
  const shell = async (script: string): Promise<string> => {
    const { code, output } = await inShell(script);
    assert.equal(code, 0, `${script}\n${output}`);
    return output;
  };
  const inShell = (script: string): Promise<RunResult> => {
    const kept = join(stacks.workspace.home, "shell");
    const wrapped = `[ ! -f '${kept}' ] || . '${kept}'\n${script}\n{ export -p | grep -E ' (AWS|PULUMI)_'; declare -f; } > '${kept}'\n`;
    return stacks.run("production", "bash", ["-eu", "-o", "pipefail", "-c", wrapped], {
      env: profiles(stacks),
    });
  };
  const live = async (): Promise<string | undefined> =>
    (JSON.parse(await shell("pulumi stack output --json -s production")) as Live).release?.id;
  interface Live {
    readonly release?: { readonly id: string };
  }
  let ids: (string | undefined)[] = [];

  before(async () => {
    stacks = await Stacks.start({ name: "readme" });
    production = new Aws(stacks.account("production"));
  });

  after(() => stacks.stop());

  it("bring up stage, then production with the same release", async () => {
    assert.equal(begin.length, 6);
    for (const script of [place, stage, pin, first]) await shell(script);
    ids = [await live()];
    assert.match(ids[0] ?? "", /^[0-9a-f]{64}$/);
  });

  it("deliver a second version, and show in the preview where it goes", async () => {
    const output = await shell(second);
    assert.match(output, /web-green/);
    ids.push(await live());
    assert.notEqual(ids[0], ids[1]);
  });

  it("go back without starting a task", async () => {
    const tasks = await production.tasks();
    await shell(back);
    assert.equal(await live(), ids[0]);
    assert.deepEqual(await production.tasks(), tasks);
  });

  it("do it by a saved plan, as its guide says", async () => {
    const [planned = ""] = commands("docs/guides/plan.md", "How");
    const output = await shell(planned);
    assert.match(output, /^plan for production, which delivers release [0-9a-f]{12} \(commit /m);
    assert.match(output, /^ {2}update {2}switchyard \(TrafficShift\)/m);
    assert.equal(await live(), ids[1]);
  });

  it("do the same by the command line", async () => {
    const output = await shell(commandLine);
    assert.equal(await live(), ids[0]);
    assert.match(output, /is now pinned in Pulumi\.production\.yaml/);
    assert.ok(output.includes(`is live in production after`));
    const { stacks: reports } = JSON.parse(/^\{[\s\S]*\}\s*$/m.exec(output)?.[0] ?? "{}") as {
      stacks?: { stack: string }[];
    };
    assert.deepEqual(
      reports?.map(({ stack: name }) => name),
      ["production"],
    );
  });

  it("mends a killed run as its runbook says", async () => {
    const rules = await production.weights();
    await shell(
      "pulumi config set --path switchyard:serviceOverrides.web.environment.GREETING hello -s production",
    );
    const kept = join(stacks.workspace.home, "shell");
    const env = { ...stacks.account("production").env, ...profiles(stacks) };
    const child = spawn(
      "bash",
      ["-c", `. '${kept}'; pulumi up -s production --yes --skip-preview`],
      {
        cwd: stacks.workspace.project,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const ended = new Promise((resolve) => child.once("close", resolve));
    let output = "";
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (/SlotReady web-green (creating|updating)/.test(output)) resolve();
      });
    });
    assert.ok(child.pid !== undefined);
    process.kill(-child.pid, "SIGKILL");
    await ended;
    // A Pulumi that is killed outright takes none of its plugins with it, a machine that is lost all.
    processesOf(`readme-${process.pid}`).filter(isPlugin).forEach(end);
    assert.deepEqual(await production.weights(), rules, "the traffic is where it was");

    const runbook = "docs/runbooks/a-killed-run.md";
    const [look = ""] = commands(runbook, "What you see");
    const [mend = ""] = commands(runbook, "What to do");
    const [over = ""] = commands(runbook, "How to see that it is over");
    const refused = await inShell("pulumi up -s production --yes");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /locked by 1 lock/);
    assert.match(await shell(look), /that process is gone, `pulumi cancel` frees the stack/);
    await shell(mend);
    assert.doesNotMatch(await shell(over), /interrupted|under way/);
    assert.notDeepEqual(await production.weights(), rules, "the version is live");
  });

  it("take everything down", async () => {
    await shell(takeDown);
    for (const stack of ["stage", "production"] as const) {
      const left = await new Aws(stacks.account(stack)).everything();
      for (const [kind, names] of Object.entries(left))
        assert.deepEqual(names, [], `${stack}: ${kind}`);
    }
  });
});
