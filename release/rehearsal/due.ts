import type { Slot } from "../slots";

/** A service with traffic, as an update leaves it once all of its traffic has moved. */
export interface Candidate {
  /** The slot that has the traffic. */
  readonly live: Slot;
  /** The slot that the record calls live, where it is the other one: what a rollback goes to. */
  readonly from?: Slot;
  /** Whether the update itself goes back: to a version that the record knows in the standby. @default false */
  readonly returns?: boolean;
  /** Whether the stack has no record of the service: there is nothing to go back to. @default false */
  readonly isNew?: boolean;
  /** Stands for the version that has the traffic. */
  readonly taskDefinitionArn: string;
}

/** What a rehearsal has to do. */
export interface Due {
  /** Services that get the load, by name. */
  readonly loaded: readonly string[];
  /** Those of them whose traffic goes back and forth: all that the release has moved. */
  readonly back: readonly string[];
}

/**
 * What is to be rehearsed after an update has moved its traffic; nothing where no version is new.
 *
 * A rollback is of a release: if one service has a new version, all that have moved go back together. An update that only
 * goes back is none to rehearse: the traffic would be sent to the very version that somebody leaves.
 *
 * @param known what was rehearsed last, by service: a version that had its turn has no second one
 */
export function dueOf(
  services: Readonly<Record<string, Candidate>>,
  known: Readonly<Record<string, { readonly version: string } | undefined>>,
): Due | undefined {
  const names = Object.keys(services);
  const is = (test: (service: Candidate) => boolean | undefined): string[] =>
    names.filter((name) => test(services[name] as Candidate));
  const open = new Set(
    names.filter((name) => known[name]?.version !== services[name]?.taskDefinitionArn),
  );
  const moved = is(({ from }) => from !== undefined);
  const isDue = moved.some((name) => open.has(name) && services[name]?.returns !== true);
  const back = isDue ? moved : [];
  const first = is(({ isNew }) => isNew).filter((name) => open.has(name) && !back.includes(name));
  const loaded = [...back, ...first];
  return loaded.length === 0 ? undefined : { loaded, back };
}
