import { z } from "zod";
import { common, healthCommand, maxTasks } from "./common-schema";
import { bakeSeconds, order, watch } from "./delivery-schema";
import { flag, rule, ruleWithout, wholeNumber } from "./rule";
import { ownTest } from "./test-schema";
import type { TestSettings, WorkerDeliverySettings, WorkerSettings } from "./types";

type OwnTest = Omit<TestSettings, "expect">;

/** A worker as it is configured: its tests expect no answers. */
export type WorkerServiceConfig = Omit<WorkerSettings, "delivery"> & {
  readonly delivery: Omit<WorkerDeliverySettings, "smoke" | "acceptance"> & {
    readonly smoke?: OwnTest;
    readonly acceptance?: OwnTest;
  };
};

const NO_TARGETS = "remove it: no load balancer checks a worker, its command alone does";
const NO_TRAFFIC =
  "remove it: a worker has no traffic to share; worker.overlap says whether both versions may work at once";
const NO_REQUESTS =
  "remove it: alarms that the program makes are about requests; list your own under watch";

const worker = rule(
  z.strictObject({ overlap: flag.default(true) }),
  "an object",
  "write worker: {} or worker: { overlap: false }",
);

const healthCheck = ruleWithout(
  z.strictObject({ command: healthCommand }),
  "an object with command",
  "write it under it or leave it out",
  {
    path: NO_TARGETS,
    intervalSeconds: NO_TARGETS,
    timeoutSeconds: NO_TARGETS,
    healthyThreshold: NO_TARGETS,
    unhealthyThreshold: NO_TARGETS,
  },
);

const scaling = ruleWithout(
  z.strictObject({
    maxTasks,
    cpuPercent: wholeNumber(1, 100, "say what the worker is scaled by"),
  }),
  "an object with maxTasks and cpuPercent",
  "write them under it or leave it out",
  { requestsPerTarget: "remove it: nobody sends a worker requests; it scales by cpuPercent" },
);

const alarms = ruleWithout(
  z.strictObject({ watch: watch.prefault([]) }),
  "an object with watch",
  "write it under it or leave it out",
  {
    enabled: NO_REQUESTS,
    failedPercent: NO_REQUESTS,
    latencySeconds: NO_REQUESTS,
    missingData: NO_REQUESTS,
  },
);

const delivery = ruleWithout(
  z.strictObject({
    order,
    bakeSeconds,
    alarms: alarms.prefault({}),
    smoke: ownTest.exactOptional(),
    acceptance: ownTest.exactOptional(),
  }),
  "an object",
  "write its settings under it or leave it out",
  {
    strategy: NO_TRAFFIC,
    steps: NO_TRAFFIC,
    standby: "remove it: the standby of a worker has no tasks, for one that runs works",
  },
);

export const workerService = ruleWithout(
  z.strictObject({
    image: common.image,
    worker,
    cpu: common.cpu,
    memoryMiB: common.memoryMiB,
    tasks: common.tasks,
    scaling: scaling.exactOptional(),
    environment: common.environment,
    secrets: common.secrets,
    command: common.command,
    healthCheck: healthCheck.prefault({}),
    stopTimeoutSeconds: common.stopTimeoutSeconds,
    readyTimeoutSeconds: common.readyTimeoutSeconds,
    delivery: delivery.prefault({}),
  }) satisfies z.ZodType<WorkerServiceConfig>,
  "an object",
  "write the service's settings under it",
  {
    priority: "remove it: no listener rule leads to a worker",
    port: "remove it: nobody connects to a worker",
    drainSeconds:
      "remove it: a worker has no requests to finish; stopTimeoutSeconds is what it has to put its work down",
  },
);
