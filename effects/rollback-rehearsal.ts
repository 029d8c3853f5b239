import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { pick } from "../release/map-values";
import { dueOf } from "../release/rehearsal/due";
import type { RehearsalSettings, Rehearsed } from "../release/rehearsal/evidence";
import { Rehearsal, type RehearsedService } from "./rehearsal";

export interface RehearsalInputs extends AwsPlace {
  readonly settings: RehearsalSettings;
  /** Where people reach the load balancer. */
  readonly url: string;
  readonly services: Readonly<Record<string, RehearsedService>>;
}

export interface RehearsalOutputs extends RehearsalInputs {
  /** How each service came through its last one. */
  readonly rehearsed: Readonly<Record<string, Rehearsed>>;
}

const ID = "rehearsal";

/** Rehearses what has its turn. @returns what is known of all services then */
async function rehearse(
  inputs: RehearsalInputs,
  known: RehearsalOutputs["rehearsed"],
): Promise<RehearsalOutputs["rehearsed"]> {
  const due = dueOf(inputs.services, known);
  if (!due) return known;
  const services = Object.fromEntries(
    due.loaded.map((name) => [name, pick(inputs.services, name)]),
  );
  return { ...known, ...(await new Rehearsal({ ...inputs, services }, due.back).run()) };
}

export const effect: Effect = {
  async create(inputs: RehearsalInputs) {
    return { id: ID, outs: { ...inputs, rehearsed: await rehearse(inputs, {}) } };
  },
  diff(_id: string, { rehearsed }: RehearsalOutputs, { services }: RehearsalInputs) {
    return Promise.resolve({ changes: dueOf(services, rehearsed) !== undefined });
  },
  async update(_id: string, { rehearsed }: RehearsalOutputs, news: RehearsalInputs) {
    return { outs: { ...news, rehearsed: await rehearse(news, rehearsed) } };
  },
  read(id: string, props: object) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: what it has moved is where it was
  },
};
