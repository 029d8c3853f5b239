import { childPath, topPath } from "../settings/config-path";
import { isWorker, type Settings } from "../settings/types";
import type { Problem } from "./errors";
import { isWorkerRevision, type Revision } from "./revision";
import { otherSlot, type SlotState } from "./slots";

/** In words, for people. */
const WORKER = { kind: "worker", article: "a" } as const;
const HTTP = { kind: "HTTP service", article: "an" } as const;
type Kind = typeof WORKER | typeof HTTP;

const kindOf = (isOne: boolean): Kind => (isOne ? WORKER : HTTP);
const one = ({ kind, article }: Kind): string => `${article} ${kind}`;

/** Nothing where no slot holds a version: then there is nothing that could not become the other kind. */
function recordedKind(slots: SlotState<Revision>): Kind | undefined {
  const content = slots[slots.live] ?? slots[otherSlot(slots.live)];
  return content && kindOf(isWorkerRevision(content));
}

/**
 * Services that were recorded as the other kind, by their path. One slot can't hold a worker while the other has the
 * traffic of an HTTP service: the way from one to the other would be no delivery, but an outage that cannot go back.
 */
export function changedKinds(
  { services }: Pick<Settings, "services">,
  recorded: Readonly<Record<string, SlotState<Revision>>> | undefined,
  namespace: string,
): Problem[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const kind = kindOf(isWorker(service));
    const slots = recorded?.[name];
    const before = slots && recordedKind(slots);
    if (before === undefined || before === kind) return [];
    return {
      path: childPath(topPath(namespace, "services"), name),
      found: `${one(kind)}, where ${name} was recorded as ${one(before)}`,
      allowed: `${one(before)} under this name`,
      action: `give the ${kind.kind} another name: the slots of ${name} can't hold both`,
    };
  });
}
