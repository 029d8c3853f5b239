import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { parseDocument } from "yaml";
import type { RunResult } from "../../demo/run";
import { Stacks } from "../../demo/stacks";
import { releaseId } from "../../release/release";
import { clientConfigOf } from "./aws";
import { pin, pulumi, up } from "./story";

type Path = readonly (string | number)[];

interface Mistake {
  readonly what: string;
  /** Below `config:`, in the stack's file or, for what all stacks share, in `Pulumi.yaml`. */
  readonly path: Path;
  readonly file?: "Pulumi.stage.yaml" | "Pulumi.yaml";
  /** @default the setting is left out */
  readonly value?: unknown;
  /** The whole message: path, found, allowed, what to do. */
  readonly says: RegExp;
}

const overrides = "switchyard:serviceOverrides";
const digest = `sha256:${"1".repeat(64)}`;

const mistakes: readonly Mistake[] = [
  {
    what: "an unknown key",
    path: [overrides, "web", "colour"],
    value: "red",
    says: /serviceOverrides\.web\.colour: found an unknown key; allowed image, .*; remove it/,
  },
  {
    what: "a value of the wrong type",
    path: [overrides, "web", "tasks"],
    value: "two",
    says: /serviceOverrides\.web\.tasks: found "two"; allowed .*1.*1000.*; /,
  },
  {
    what: "a size that Fargate does not have",
    path: [overrides, "api", "memoryMiB"],
    value: 8192,
    says: /serviceOverrides\.api\.memoryMiB: found 8192.*; allowed .*512.*; /,
  },
  {
    what: "overlapping networks",
    path: ["switchyard:network", "reserved"],
    value: ["10.20.128.0/17"],
    says: /switchyard:network\.\S+: found .*10\.20\.128\.0\/17.*; allowed .*; /,
  },
  {
    what: "a tag in the place of a digest",
    path: ["switchyard:release"],
    value: { id: "a".repeat(64), commit: "abc", images: { web: "v1", api: digest } },
    says: /switchyard:release\.images\.web: found "v1"; allowed sha256: .*; name the image by digest/,
  },
  {
    what: "a service without a port",
    path: ["services", "default", "web", "port"],
    file: "Pulumi.yaml",
    says: /switchyard:services\.web\.port: found nothing; allowed .*1024.*65535.*; /,
  },
];

/** What a user gets to read: why it ended, and nothing of the program's inside. */
function assertClear({ code, output }: RunResult, says: RegExp): void {
  assert.notEqual(code, 0, output);
  assert.match(output, says);
  assert.doesNotMatch(output, /\n\s+at .*[:)]|unhandled|node:internal|dynamic-provider/, output);
}

describe("a mistake of the user", function () {
  this.timeout(240_000);
  this.bail(true);
  let stacks: Stacks;
  const file = (...names: string[]): string => join(stacks.workspace.project, ...names);
  const preview = (env: NodeJS.ProcessEnv = {}): Promise<RunResult> =>
    stacks.pulumi("stage", ["preview"], { env });
  const failingUp = (env: NodeJS.ProcessEnv = {}): Promise<RunResult> =>
    stacks.pulumi("stage", ["up", "--yes", "--skip-preview"], { env });
  const edit = (name: string, path: Path, value: unknown): (() => void) => {
    const before = readFileSync(file(name), "utf8");
    const document = parseDocument(before);
    if (value === undefined) assert.ok(document.deleteIn(["config", ...path]), path.join("."));
    else document.setIn(["config", ...path], document.createNode(value));
    writeFileSync(file(name), document.toString());
    return () => {
      writeFileSync(file(name), before);
    };
  };
  /** The stack as its backend has it. */
  const state = (): Promise<string> => pulumi(stacks, "stage", "stack", "export");

  /** What the message tells to do. */
  const putValue = async (name: string): Promise<void> => {
    const client = new SecretsManagerClient(clientConfigOf(stacks.account("stage")));
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    const SecretId = SecretList.find(({ Name }) => Name?.startsWith(name))?.ARN;
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: "by hand" }));
  };

  before(async () => {
    stacks = await Stacks.start({ name: "bad-input", stacks: ["stage"] });
    await pulumi(stacks, "stage", "stack", "init");
  });

  after(async () => {
    await stacks.stop();
  });

  for (const { what, path, file: name = "Pulumi.stage.yaml", value, says } of mistakes)
    it(`is told: ${what}`, async () => {
      const restore = edit(name, path, value);
      const before = await state();
      assertClear(await preview(), says);
      assert.equal(await state(), before, "nothing is written");
      restore();
    });

  it("is told: no credentials, within seconds", async () => {
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const result = await preview(none);
    assertClear(
      result,
      /no AWS credentials for account 111111111111 \(aws:allowedAccountIds\): .*; set AWS_PROFILE, or /,
    );
    assert.ok(result.seconds < 30, `${result.seconds} s`);
  });

  it("is told: credentials of another account, by plain pulumi, without a stack", async () => {
    const result = await preview({ AWS_ACCESS_KEY_ID: "999999999999" });
    assertClear(result, /AWS was not reached as account 111111111111 \(aws:allowedAccountIds\)/);
  });

  it("is told: no Docker engine for the demo, which leaves nothing behind", async () => {
    const env = { DOCKER_HOST: "unix:///nowhere" };
    const result = await stacks.run("stage", "npm", ["run", "demo"], { env });
    assertClear(result, /no Docker engine answers on unix:\/\/\/nowhere.*; see|unset DOCKER_HOST/);
    assert.match(result.output, /npm run doctor/);
    const runs = file(".switchyard");
    assert.deepEqual(existsSync(runs) ? readdirSync(runs) : [], []);
  });

  it("is told: a port that is in use", async () => {
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    const { port, env } = stacks.account("stage");
    const stateDir = join(stacks.workspace.home, "second");
    const python = env["SWITCHYARD_EMULATOR_PYTHON"] ?? "python3";
    const place = { account: "333333333333", region: "us-east-1", instance: "second", stateDir };
    await assert.rejects(startEmulator({ python, ...place, port }), (error: Error) => {
      assert.equal(
        error.message,
        `cannot start the emulator on port ${port}: already in use; ` +
          `stop what listens on 127.0.0.1:${port} or name another port`,
      );
      return true;
    });
    assert.equal(existsSync(stateDir), false, "nothing is written");
  });

  it("is told: an update of a part of a stack that has no image yet", async () => {
    const cluster = "urn:pulumi:stage::switchyard::aws:ecs/cluster:Cluster::switchyard";
    const words = ["up", "--yes", "--skip-preview", "--target", cluster];
    assertClear(
      await stacks.pulumi("stage", words),
      /no image yet of \S+, \S+, and the update is of other resources alone \(--target\): update the whole stack first/,
    );
  });

  it("is told: a secret that nobody has put a value in, with the command that does", async () => {
    const shared = parseDocument(readFileSync(file("Pulumi.yaml"), "utf8")).toJS() as {
      config: { secrets: { default: object } };
    };
    edit("Pulumi.stage.yaml", ["switchyard:secrets"], {
      ...shared.config.secrets.default,
      issued: { external: true },
    });
    edit("Pulumi.stage.yaml", [overrides, "web", "secrets"], { ISSUED: "issued" });
    assertClear(
      await failingUp(),
      /secret issued has no value yet: put it in with `aws secretsmanager put-secret-value --secret-id arn:\S+ --secret-string file:\/\/VALUE_FILE`, then run the update again/,
    );
    assert.equal((await state()).includes('"pending_operations": ['), false);
    await putValue("issued");
  });

  it("is told: no Docker engine for the build, by an update that the next one goes on from", async () => {
    const page = file("app", "web", "page.ts");
    writeFileSync(page, readFileSync(page, "utf8").replace("version 1", "version 2"));
    assertClear(
      await failingUp({ DOCKER_HOST: "unix:///nowhere" }),
      /web: building its image: .*no Docker engine answers: start one and run the update again/,
    );
  });

  it("is mended by what the messages say: the next update succeeds", async () => {
    await up(stacks, "stage");
    assert.equal((await stacks.outputs("stage")).services["web"]?.live, "blue");
  });

  it("is told: a release that the registry does not have, and what runs stays", async () => {
    const before = await stacks.outputs("stage");
    const stackFile = readFileSync(file("Pulumi.stage.yaml"), "utf8");
    const images = { ...before.release.images, api: digest };
    const release = { images, commit: "abc" };
    const { registry } = before.release;
    await pin(stacks, "stage", { id: releaseId(release), ...release, registry });
    assertClear(
      await failingUp(),
      /api: copying its image: \S+ has no image sha256:1{64}: the release names an image that its registry does not have; promote /,
    );
    writeFileSync(file("Pulumi.stage.yaml"), stackFile);
    assert.deepEqual(await stacks.outputs("stage"), before);
    await up(stacks, "stage");
  });

  it("is told: a full disk, on which a promotion leaves the stack's file as it was", async function () {
    const init = await stacks.run("stage", "pulumi", [
      "stack",
      "init",
      "production",
      "--no-select",
    ]);
    assert.equal(init.code, 0, init.output);
    const disk = join(stacks.workspace.home, "full");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", disk], { stdio: "pipe" });
    } catch {
      this.skip(); // a full disk needs the right to mount one
    }
    try {
      const stackFile = file("Pulumi.production.yaml");
      copyFileSync(stackFile, join(disk, "Pulumi.production.yaml"));
      renameSync(stackFile, file("kept.yaml"));
      symlinkSync(join(disk, "Pulumi.production.yaml"), stackFile);
      assert.throws(() => {
        writeFileSync(join(disk, "filler"), Buffer.alloc(1 << 20));
      }, /ENOSPC/);
      const before = readFileSync(stackFile, "utf8");
      const names = readdirSync(disk);
      const args = [join("release", "command", "start.mjs"), "promote"];
      const result = await stacks.run("stage", "node", args);
      assertClear(
        result,
        /Pulumi\.production\.yaml can't be written: the disk is full; it is as it was/,
      );
      assert.match(result.output, /make room, then run the same again/);
      assert.equal(readFileSync(stackFile, "utf8"), before);
      assert.deepEqual(readdirSync(disk), names);
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});
