import { z } from "zod";
import { common } from "./common-schema";
import { type HttpServiceConfig, httpService } from "./http-schema";
import { isMap } from "./read";
import { choosing, refusal } from "./rule";
import { type WorkerServiceConfig, workerService } from "./worker-schema";

/** A service as it is configured. */
export type ServiceConfig = HttpServiceConfig | WorkerServiceConfig;

/** What only one kind has, or both have in different forms: it can't be judged before the kind is known. */
const unjudged = Object.fromEntries(
  Object.keys({ ...httpService.shape, ...workerService.shape })
    .filter((key) => !Object.hasOwn(common, key))
    .map((key) => [key, z.unknown().transform(() => undefined)]),
);
const unknownKind = (found: string, action: string): z.ZodType =>
  refusal(
    z.strictObject({ ...common, ...unjudged }),
    found,
    "paths, of an HTTP service, or worker, of one that nobody calls",
    action,
  );

const NEITHER = unknownKind(
  "neither paths nor worker",
  'list what it answers, for example paths: ["/orders", "/orders/*"], or write worker: {}',
);
const BOTH = unknownKind("both paths and worker", "take one of the two out");

/** An HTTP service by its `paths`, a worker by its `worker`. */
export const service = choosing(z.union([httpService, workerService]), (value) => {
  if (!isMap(value)) return httpService;
  const [hasPaths, isWorker] = [Object.hasOwn(value, "paths"), Object.hasOwn(value, "worker")];
  if (hasPaths && isWorker) return BOTH;
  if (!hasPaths && !isWorker) return NEITHER;
  return isWorker ? workerService : httpService;
});
