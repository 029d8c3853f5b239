/** An emulator of a test's own, and whatever it leaves behind taken away again. */
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Emulator, EmulatorOptions } from "../../../toolchain/emulator.mjs";
import { ACCOUNT, CLUSTER, REGION, connect, createLogGroup, type Account } from "./account";
import { docker } from "./target-image";

export interface World {
  readonly options: EmulatorOptions;
  readonly emulator: Emulator;
  readonly account: Account;
  readonly close: () => Promise<void>;
}

/** The emulator's interpreter, where the toolchain has one. */
export const python = process.env["SWITCHYARD_EMULATOR_PYTHON"];

export function optionsFor(name: string, timeScale = 0.2, account = ACCOUNT): EmulatorOptions {
  return {
    python: python ?? "",
    account,
    region: REGION,
    instance: `${name}-${process.pid}`,
    stateDir: mkdtempSync(join(tmpdir(), `${name}-`)),
    timeScale,
  };
}

export async function createWorld(
  name: string,
  timeScale?: number,
  accountId = ACCOUNT,
): Promise<World> {
  const { startEmulator, removeLeftovers } = await import("../../../toolchain/emulator.mjs");
  const options = optionsFor(name, timeScale, accountId);
  const emulator = await startEmulator(options);
  const account = connect(emulator.endpoint, accountId);
  await account.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  await createLogGroup(account);
  return {
    options,
    emulator,
    account,
    close: async () => {
      await emulator.stop();
      await removeLeftovers(options.instance);
      rmSync(options.stateDir, { recursive: true, force: true });
    },
  };
}

export function containersOf(instance: string): string[] {
  const filter = `label=switchyard.emulator=${instance}`;
  const ids = docker(["ps", "--all", "--quiet", "--filter", filter]);
  return ids.split("\n").filter((id) => id !== "");
}
