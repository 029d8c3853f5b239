import type * as pulumi from "@pulumi/pulumi";
import { isWorker } from "../settings/types";
import { BlueGreenService } from "./blue-green-service";
import { BlueGreenWorker } from "./blue-green-worker";
import type { SlottedServiceArgs } from "./service-slots";

/** A service in two slots, of the kind that its settings say. */
export function blueGreen(
  name: string,
  args: SlottedServiceArgs,
  opts: pulumi.ComponentResourceOptions,
): BlueGreenService | BlueGreenWorker {
  const { settings } = args;
  return isWorker(settings)
    ? new BlueGreenWorker(name, { ...args, settings }, opts)
    : new BlueGreenService(name, { ...args, settings }, opts);
}
