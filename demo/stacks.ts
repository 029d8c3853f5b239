import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { StackOutputs } from "../release/outputs";
import { createAdministrator } from "./administrator";
import { removeImages } from "./images";
import { run, type RunOptions, type RunResult, stopRunning } from "./run";
import { createWorkspace, type Workspace } from "./workspace";

export type StackName = "stage" | "production";

/** The accounts that the sample's stack files name. */
const accounts: Record<StackName, string> = { stage: "111111111111", production: "222222222222" };
const region = "us-east-1";
/** Health checks and the minutes of alarms run at a fifth of their length: the emulator's containers start in a second. */
const defaultTimeScale = 0.2;
/** Before each command: the accounts, their tasks and the load come first on a busy machine, as if they were elsewhere. */
const yielding = ["-n", "5"] as const;

/** An AWS account of its own, and what commands need to reach it. */
export interface Account {
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  /** The same for the account's root, who may do everything but what the policy of a resource denies. */
  readonly rootEnv: NodeJS.ProcessEnv;
  readonly pid: number;
  /** File with a line for each call of AWS's APIs; nothing unless it is asked for. */
  readonly requestLog?: string;
}

export interface StacksOptions {
  /** Begins the name of the run's folder. */
  readonly name: string;
  readonly stacks?: readonly StackName[];
  /** Factor on the intervals of health checks and on the minutes of alarms. @default 0.2 */
  readonly timeScale?: number;
  /** Lets the accounts outlive this process. @default false */
  readonly keep?: boolean;
  /** Writes down every call of AWS's APIs. @default false */
  readonly logRequests?: boolean;
  /** Has the accounts enforce IAM; commands then run as a user with AdministratorAccess. @default false */
  readonly enforceIam?: boolean;
}

/** The two stacks on emulated accounts, deployed from a copy of the project. */
export class Stacks {
  readonly workspace: Workspace;
  readonly accounts: Record<string, Account>;
  private readonly stops: (() => Promise<void>)[];

  private constructor(
    workspace: Workspace,
    accounts: Record<string, Account>,
    stops: (() => Promise<void>)[],
  ) {
    this.workspace = workspace;
    this.accounts = accounts;
    this.stops = stops;
  }

  static async start({
    name,
    stacks = ["stage", "production"],
    keep = false,
    timeScale = defaultTimeScale,
    logRequests = false,
    enforceIam = false,
  }: StacksOptions): Promise<Stacks> {
    const { startEmulator } = await import("../toolchain/emulator.mjs");
    const workspace = createWorkspace(name);
    const requestLogOf = (stack: StackName): string =>
      join(workspace.home, stack, "requests.jsonl");
    const started = await Promise.all(
      stacks.map(async (stack) => {
        const stateDir = join(workspace.home, stack);
        mkdirSync(stateDir, { recursive: true });
        const account = accounts[stack];
        const python = process.env["SWITCHYARD_EMULATOR_PYTHON"] ?? "python3";
        const instance = `${name}-${process.pid}-${stack}`;
        return startEmulator({
          python,
          account,
          region,
          instance,
          stateDir,
          timeScale,
          outliveParent: keep,
          peers: join(workspace.home, "peers"),
          enforceIam,
          ...(logRequests && { variables: { SWITCHYARD_REQUEST_LOG: requestLogOf(stack) } }),
        });
      }),
    );
    const registries = started
      .map((each) => each.environment["SWITCHYARD_REGISTRY_ENDPOINTS"])
      .join(",");
    const users = await Promise.all(
      started.map(async (each) =>
        enforceIam ? await createAdministrator(each.environment) : undefined,
      ),
    );
    const known = stacks.map((stack, index) => {
      const emulator = started[index];
      if (!emulator) throw new Error(`no emulator for ${stack}`);
      const rootEnv = {
        ...process.env,
        ...emulator.environment,
        SWITCHYARD_REGISTRY_ENDPOINTS: registries,
        // With metadata, a killed run may leave an empty file beside the state, and nothing can read it then.
        PULUMI_BACKEND_URL: `file://${join(workspace.home, "state")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: "local",
      };
      const env = { ...rootEnv, ...users[index] };
      const log = logRequests ? { requestLog: requestLogOf(stack) } : {};
      return [stack, { port: emulator.port, env, rootEnv, pid: emulator.pid, ...log }] as const;
    });
    return new Stacks(
      workspace,
      Object.fromEntries(known),
      started.map((each) => each.stop),
    );
  }

  account(stack: StackName): Account {
    const account = this.accounts[stack];
    if (!account) throw new Error(`this run has no ${stack}`);
    return account;
  }

  /** Runs a command in the project's copy with the credentials of a stack, as `nice` as to leave the loads their time. */
  run(
    stack: StackName,
    command: string,
    args: readonly string[],
    options: Pick<RunOptions, "onLine" | "onStart" | "timeoutSeconds"> & {
      readonly env?: NodeJS.ProcessEnv;
    } = {},
  ): Promise<RunResult> {
    return run("nice", [...yielding, command, ...args], {
      ...options,
      cwd: this.workspace.project,
      env: { ...this.account(stack).env, ...options.env },
      log: join(this.workspace.home, `${stack}.log`),
    });
  }

  pulumi(
    stack: StackName,
    args: readonly string[],
    options: Parameters<Stacks["run"]>[3] = {},
  ): Promise<RunResult> {
    return this.run(
      stack,
      "pulumi",
      [...args, "--stack", stack, "--non-interactive", "--color", "never"],
      options,
    );
  }

  async outputs(stack: StackName): Promise<StackOutputs> {
    const { code, output } = await this.pulumi(stack, ["stack", "output", "--json"]);
    if (code !== 0) throw new Error(output);
    return JSON.parse(output) as StackOutputs;
  }

  /** Ends the accounts with all that runs in them, and removes what they left on this machine. */
  async stop(): Promise<void> {
    stopRunning();
    try {
      await Promise.all(this.stops.map((stop) => stop()));
      for (const { port } of Object.values(this.accounts)) await removeImages(`127.0.0.1:${port}`);
    } finally {
      this.workspace.remove();
    }
  }
}
