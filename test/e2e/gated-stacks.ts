import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import type { RunResult } from "../../demo/run";
import { type StackName, Stacks } from "../../demo/stacks";
import type { Entry } from "../../release/ledger/entry";
import type { StackOutputs } from "../../release/outputs";
import { clientConfigOf } from "./aws";
import { history, pulumi } from "./story";

const APPROVERS = "arn:aws:iam::222222222222:user/*";

const GATE = {
  provenIn: { stack: "stage", accountId: "111111111111" },
  evidence: ["built", "smoke", "acceptance", "live", "parity"],
  approvals: [{ count: 1, from: [APPROVERS] }],
  emergency: [APPROVERS],
};

/** What an entry of the kind `scanned` says. */
export interface Scanned {
  readonly counts: Readonly<Record<string, number>>;
  /** By service. */
  readonly images: Readonly<
    Record<
      string,
      {
        readonly digest: string;
        readonly sbom: string;
        readonly packages: Readonly<Record<"node" | "npm" | "os", number>>;
        readonly unread: readonly string[];
      }
    >
  >;
}

/** The sample in two accounts, production with a gate, and a user of production's account who may approve. */
export class GatedStacks {
  readonly stacks: Stacks;
  /** The credentials of whoever may approve. */
  readonly alice: NodeJS.ProcessEnv;

  private constructor(stacks: Stacks, alice: NodeJS.ProcessEnv) {
    this.stacks = stacks;
    this.alice = alice;
  }

  static async start(name: string): Promise<GatedStacks> {
    const stacks = await Stacks.start({ name, timeScale: 0.1, logRequests: true });
    for (const stack of ["stage", "production"] as const)
      await pulumi(stacks, stack, "stack", "init");
    const iam = new IAMClient(clientConfigOf(stacks.account("production")));
    await iam.send(new CreateUserCommand({ UserName: "alice" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "alice" }));
    const gated = new GatedStacks(stacks, {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey,
    });
    gated.set("production", "gate", GATE);
    return gated;
  }

  /** The stack's file. */
  file(stack: StackName): string {
    return join(this.stacks.workspace.project, `Pulumi.${stack}.yaml`);
  }

  /** Puts a setting in front of those that the stack's file has. */
  set(stack: StackName, setting: string, value: unknown): void {
    const text = readFileSync(this.file(stack), "utf8");
    const line = `  switchyard:${setting}: ${JSON.stringify(value)}\n`;
    writeFileSync(this.file(stack), text.replace(/^config:\n/m, `$&${line}`));
  }

  release(
    words: readonly string[],
    env: NodeJS.ProcessEnv = {},
    stack: StackName = "production",
  ): Promise<RunResult> {
    return this.stacks.run(stack, "npm", ["run", "--silent", "release", "--", ...words], { env });
  }

  async done(
    words: readonly string[],
    env?: NodeJS.ProcessEnv,
    stack?: StackName,
  ): Promise<string> {
    const { code, output } = await this.release(words, env, stack);
    assert.equal(code, 0, output);
    return output;
  }

  /** A stack's ledger, the oldest first. */
  async entries(stack: StackName): Promise<Entry[]> {
    return (await history(this.stacks, stack)).reverse();
  }

  async kinds(stack: StackName): Promise<string[]> {
    return (await this.entries(stack)).map(({ kind }) => kind);
  }

  async scans(): Promise<Scanned[]> {
    return (await this.entries("stage"))
      .filter(({ kind }) => kind === "scanned")
      .map(({ details }) => details as unknown as Scanned);
  }

  /** An update of production that is refused, and changes nothing. */
  async refused(says: RegExp, ...args: string[]): Promise<void> {
    const before: StackOutputs = await this.stacks.outputs("production");
    const words = ["up", "--yes", "--skip-preview", ...args];
    const { code, output } = await this.stacks.pulumi("production", words);
    assert.notEqual(code, 0, output);
    assert.match(output, says);
    assert.doesNotMatch(output, /\n\s+at .*[:)]|node_modules/);
    assert.deepEqual(await this.stacks.outputs("production"), before);
  }

  /** Compares the stacks with one account's credentials at a time, and puts it on record. */
  async proveParity(): Promise<void> {
    const shape = "production.shape.json";
    await this.done(["parity", "--stack", "production", "--out", shape]);
    const words = ["parity", "--stack", "stage", "--against", shape, "--record"];
    const output = await this.done(words, {}, "stage");
    assert.match(output, /on record for release \w{12} \(entry \d+\)/);
  }
}
