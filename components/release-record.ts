import * as pulumi from "@pulumi/pulumi";
import type { ScanReport } from "../effects/image-scan";
import { hashOfJson, type Json } from "../release/canonical-json";
import { pick } from "../release/map-values";
import type { Draft } from "../release/ledger/entry";
import type { LedgerAnchor, LiveRelease } from "../release/outputs";
import type { TestKind } from "../release/passed-test";
import { evidenceOf, type Rehearsed } from "../release/rehearsal/evidence";
import { shortId } from "../release/release";
import { isWorker, type Settings } from "../settings/types";
import type { Admission } from "./admission";
import type { DeliveredTogether, PassedTests, RehearsedTogether } from "./deliver-together";
import { EffectResource } from "./effect-resource";
import type { DeliveryPlan } from "./delivery-plan";
import type { ImageScan } from "./image-scan";
import type { Ledger } from "./ledger";
import type { StackPlace } from "./place";

export interface ReleaseRecordArgs {
  readonly place: StackPlace;
  readonly settings: Settings;
  readonly plan: DeliveryPlan;
  readonly admission: Admission;
  readonly release: pulumi.Output<LiveRelease>;
  /** The release that was live before that one; null if none was. */
  readonly previousRelease: pulumi.Output<LiveRelease | null>;
  readonly ledger: Ledger;
  /** @default its images were scanned where they were built */
  readonly scan: ImageScan | undefined;
  /** What the slots of each service hold once all traffic has moved: then the release is live. */
  readonly services: Readonly<Record<string, pulumi.Output<unknown>>>;
  /** Image of the version that each service was switched to, `REPOSITORY@DIGEST`. */
  readonly switched: pulumi.Output<Readonly<Record<string, string>>>;
  /** The tests that those versions have passed. */
  readonly passed: DeliveredTogether["passed"];
  /** How they came through their rehearsals. @default nothing is rehearsed */
  readonly rehearsed?: RehearsedTogether;
}

/** What the stack's ledger is to say of the release that this update has made live. */
export function recordRelease(name: string, args: ReleaseRecordArgs): pulumi.Output<LedgerAnchor> {
  return new ReleaseRecord(name, args).anchor;
}

/** The entries on a release that has become live: what it was built from, what was found in it, the tests that it passed, and that it is live. */
class ReleaseRecord extends EffectResource {
  /** The newest entry: what must be in the ledger from now on. */
  declare readonly anchor: pulumi.Output<LedgerAnchor>;

  constructor(name: string, args: ReleaseRecordArgs) {
    const { place, release, previousRelease, services, switched } = args;
    const { admission, ledger, scan, rehearsed, passed } = args;
    const props = {
      ...place.aws,
      bucket: ledger.bucket,
      stack: place.stack,
      release: release.id,
      drafts: pulumi
        .all([
          release,
          previousRelease,
          scan?.report,
          switched,
          services,
          rehearsed?.results,
          rehearsed?.versions,
          pulumi.output(passed),
        ])
        .apply(([known, before, report, images, , results, versions, tests]) => {
          requireSwitched(known, images);
          return [
            ...admission.drafts,
            ...draftsOf(known, before, report, args),
            ...(["smoke", "acceptance"] as const).flatMap((kind) =>
              tested(kind, known, args.settings, tests[kind]),
            ),
            ...rehearsals(known, args, results, versions),
          ];
        }),
      way: admission.way,
      declaration: admission.declaration,
      anchor: undefined,
    };
    super("release-record", "ReleaseRecord", name, props, {});
  }
}

/**
 * Nothing is said of a release that is not what runs.
 *
 * @throws RunError where the update is of chosen resources, and leaves out those that would bring it up
 */
export function requireSwitched(
  { id, images }: Pick<LiveRelease, "id" | "images">,
  switched: Readonly<Record<string, string>>,
): void {
  const behind = Object.entries(images).flatMap(([service, digest]) =>
    switched[service]?.endsWith(`@${digest}`) ? [] : [service],
  );
  if (behind.length > 0)
    throw new pulumi.RunError(
      `release ${shortId(id)} is not what runs as ${behind.join(", ")}, and the update is of other resources alone (--target): ` +
        "nothing is on record of it; update the whole stack",
    );
}

function draftsOf(
  release: LiveRelease,
  before: LiveRelease | null,
  report: ScanReport | undefined,
  { settings, plan }: ReleaseRecordArgs,
): Draft[] {
  const { id, commit, images } = release;
  const built: Draft = {
    kind: "built",
    release: id,
    what: `the images of ${commit}`,
    details: { commit, images, authors: plan.authors, ...(before && { follows: before.id }) },
  };
  return [
    ...(settings.build && settings.release === undefined ? [built] : []),
    ...(report ? [scanned(id, report)] : []),
  ];
}

/** The report is JSON; Pulumi's types can't carry one that is as deep as JSON can be. */
const scanned = (release: string, { details, ...report }: ScanReport): Draft => ({
  kind: "scanned",
  release,
  ...report,
  details: details as NonNullable<Draft["details"]>,
});

/**
 * Which bytes passed which test, and the task that ran it. Nothing where no service has such a test, and nothing where what runs of one has never
 * passed its own, which is newer than the version.
 */
export function tested(
  kind: TestKind,
  { id, images }: Pick<LiveRelease, "id" | "images">,
  { services }: Pick<Settings, "services">,
  passed: PassedTests,
): Draft[] {
  const names = Object.keys(services).filter((name) => services[name]?.delivery[kind]);
  const untested = names.filter((name) => !passed[name]);
  if (untested.length > 0) void pulumi.log.warn(notOnRecord(kind, id, untested));
  if (names.length === 0 || untested.length > 0) return [];
  const runs = names.map((name) => [
    name,
    { image: pick(images, name), ...passed[name], exitCode: 0 },
  ]);
  const details = { services: JSON.parse(JSON.stringify(Object.fromEntries(runs))) as Json };
  const what = `the ${kind} test of ${names.join(", ")}`;
  return [{ kind, release: id, what, details, result: hashOfJson(details) }];
}

const notOnRecord = (kind: TestKind, release: string, untested: readonly string[]): string =>
  `no ${kind} test of release ${shortId(release)} is on record, for what runs as ${untested.join(", ")} has never passed one: ` +
  "a test that is new in the settings is run with the next version";

/** Nothing where nothing is rehearsed. */
function rehearsals(
  { id }: LiveRelease,
  { settings: { services } }: ReleaseRecordArgs,
  results: Readonly<Record<string, Rehearsed>> | undefined,
  versions: Readonly<Record<string, string>> | undefined,
): Draft[] {
  const workers = Object.entries(services).flatMap(([name, each]) =>
    isWorker(each) ? [name] : [],
  );
  return results && versions ? evidenceOf(results, { release: id, versions, workers }) : [];
}
