import { hashOfJson, type Json } from "../canonical-json";
import type { Draft } from "../ledger/entry";
import { mapValues } from "../map-values";
import type { LoadMeasure, Measure } from "./measure";

/** How a rehearsal is made. */
export interface RehearsalSettings {
  /** How long the traffic stays where it is each time, 1 to 300: with the new version, with the one before, with the new one again. */
  readonly seconds: number;
  /** Requests begun a second to each service, whatever the answers take, 1 to 100. @default 20 */
  readonly requestsPerSecond: number;
  /** What 99 of 100 answers of the new version must not take longer than, above 0, 60 at most. @default 2 */
  readonly latencySeconds: number;
}

/** How a version of one service came through its rehearsal. */
export interface Rehearsed {
  /** ARN of its task definition. */
  readonly version: string;
  /** When it was over, ISO 8601, by the clock of the machine that made the load. */
  readonly at: string;
  /** As it was made. */
  readonly settings: RehearsalSettings;
  /** Path that was asked for. */
  readonly path: string;
  readonly load: LoadMeasure;
  /** @default there was nothing before it */
  readonly rollback?: Omit<Measure, "load"> & {
    /** Id of the release that brought the version before. */
    readonly before: string;
  };
}

/** Whose rehearsals the evidence is of. */
export interface Subject {
  /** Id of the release. */
  readonly release: string;
  /** ARN of the task definition that each service with traffic runs now. */
  readonly versions: Readonly<Record<string, string>>;
  /** Services without traffic, which no rehearsal moves. */
  readonly workers: readonly string[];
}

/**
 * What is to be on record of a release's rehearsals: only where each of its services with traffic has been through one in the
 * very version that is live, in this delivery or in the one that brought it.
 */
export function evidenceOf(
  rehearsed: Readonly<Record<string, Rehearsed>>,
  { release, versions, workers }: Subject,
): Draft[] {
  const names = Object.keys(versions).sort();
  const all = names.flatMap((name): [string, Rehearsed][] => {
    const found = rehearsed[name];
    return found && found.version === versions[name] ? [[name, found]] : [];
  });
  if (all.length === 0 || all.length < names.length) return [];
  const services = Object.fromEntries(all);
  const draft = (
    kind: "load" | "rehearsed",
    what: string,
    details: Record<string, Json>,
  ): Draft => ({
    ...{ kind, release, what, details },
    result: hashOfJson(details),
  });
  const load = mapValues(services, (each) => ({ ...common(each), path: each.path, ...each.load }));
  const went = all.filter(([, { rollback }]) => rollback !== undefined).map(([name]) => name);
  const back = mapValues(services, (each) =>
    each.rollback ? { ...common(each), ...each.rollback } : { before: "nothing before it" },
  );
  return [
    draft("load", `a load on ${names.join(", ")}`, { services: load }),
    draft("rehearsed", whatWent(went), { services: back, notRehearsed: [...workers].sort() }),
  ];
}

const whatWent = (names: readonly string[]): string =>
  names.length === 0
    ? "no rollback: there is nothing before it"
    : `the traffic of ${names.join(", ")} back and forth, under load`;

const common = ({ at, settings }: Rehearsed): { at: string } & RehearsalSettings => ({
  at,
  ...settings,
});
