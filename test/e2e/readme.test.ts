import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { RunResult } from "../../demo/run";
import { Stacks } from "../../demo/stacks";
import { end, processesOf } from "./left-processes";
import { profiles } from "./profiles";
import { commands } from "./readme-commands";
import { Aws } from "./aws";

const isPlugin = (each: string): boolean => / \/\S*(pulumi|terraform)/.test(each);

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
