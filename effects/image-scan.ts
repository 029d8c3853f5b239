import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { canonicalJson, hashOfJson, type Json } from "../release/canonical-json";
import type { Principal } from "../release/ledger/principal";
import type { LedgerStore } from "../release/ledger/store";
import { mapValues } from "../release/map-values";
import { lookUp } from "../release/scan/advisories";
import type { Finding } from "../release/scan/finding";
import { kindsOf } from "../release/scan/sbom";
import type { ScanSettings } from "../release/scan/scan-settings";
import { judgeScan } from "../release/scan/verdict";
import { readAdvisories } from "./advisory-data";
import { caller } from "./caller";
import { explain } from "./clients";
import { imageContents, type KnownLayers } from "./image-contents";
import { LedgerBucket } from "./ledger-bucket";
import { Registry } from "./registry";
import { registryFindings } from "./registry-findings";
import { sbomFor } from "./sbom-store";

export interface ImageScanInputs extends AwsPlace {
  /** The ledger's: SBOMs are kept beside it. */
  readonly bucket: string;
  /** The stack's own registry: a host name. */
  readonly registry: string;
  /** By service. */
  readonly images: Readonly<
    Record<string, { readonly repository: string; readonly digest: string }>
  >;
  readonly scan: ScanSettings;
  /** Versions of what knows the weaknesses, by its name. */
  readonly data: Readonly<Record<string, string>>;
}

/** What a ledger is to say of the images: all of an entry but the release. */
export interface ScanReport {
  readonly what: string;
  /** SHA-256 of the canonical JSON of `details`. */
  readonly result: string;
  readonly details: object;
}

interface Looked {
  readonly findings: readonly Finding[];
  readonly details: Readonly<Record<string, Json>>;
}

async function scan(inputs: ImageScanInputs): Promise<ScanReport> {
  try {
    const by = await caller(inputs);
    return await scanImages(inputs, LedgerBucket.at(inputs, inputs.bucket), by);
  } catch (error) {
    throw explain(error, "scanning the images");
  }
}

/**
 * Reads what each image holds, looks it up and judges it.
 *
 * @param store where SBOMs are kept
 * @throws Error with all that is against delivering the images
 */
export async function scanImages(
  inputs: ImageScanInputs,
  store: LedgerStore,
  by: Principal,
): Promise<ScanReport> {
  const { images, scan: settings, data } = inputs;
  const { time: now } = await store.first("");
  const registry = await Registry.open(inputs);
  const known: KnownLayers = new Map();
  const all: Record<string, Looked> = {};
  for (const service of Object.keys(images).sort())
    all[service] = await look(service, inputs, { store, by, now, registry, known });
  const findings = Object.values(all).flatMap((each) => each.findings);
  const { refusals, counts, used } = judgeScan(findings, settings, now);
  if (refusals.length > 0)
    throw new Error(`the images are not delivered:\n  ${refusals.join("\n  ")}`);
  const details = {
    source: settings.source,
    threshold: settings.threshold,
    data,
    counts,
    images: mapValues(all, (each) => each.details),
    findings: findings.map((finding) => ({ ...finding })),
    exceptions: used.map((exception) => ({ ...exception })),
  };
  const what = `the packages of ${Object.keys(images).sort().join(", ")}, by ${settings.source}`;
  return { what, result: hashOfJson(details), details };
}

interface Scene {
  readonly store: LedgerStore;
  readonly by: Principal;
  readonly now: Date;
  readonly registry: Registry;
  readonly known: KnownLayers;
}

async function look(
  service: string,
  inputs: ImageScanInputs,
  { store, by, now, registry, known }: Scene,
): Promise<Looked> {
  const image = inputs.images[service];
  if (image === undefined) throw new Error(`no image of ${service}`);
  const repository = registry.repository(inputs.registry, image.repository);
  const sbom = await sbomFor(store, by, image, () =>
    imageContents(repository, image.digest, known),
  );
  const { packages, unread } = sbom.contents;
  const about = { digest: image.digest, sbom: sbom.key, packages: kindsOf(packages), unread };
  if (inputs.scan.source === "registry") {
    const { weaknesses, dataOf } = await registryFindings(inputs, image);
    const findings = weaknesses.map((each) => ({ ...each, image: service }));
    return { findings, details: { ...about, ...(dataOf !== undefined && { dataOf }) } };
  }
  const { weaknesses, known: lookedUp } = lookUp(packages, readAdvisories(), now);
  const findings = weaknesses.map((each) => ({ ...each, image: service }));
  return { findings, details: { ...about, lookedUp: { ...lookedUp } } };
}

const INPUTS = ["bucket", "registry", "images", "scan", "data"] as const;

const json = (value: unknown): string => canonicalJson(value as Json);

export const effect: Effect = {
  async create(inputs: ImageScanInputs) {
    return { id: inputs.bucket, outs: { ...inputs, report: await scan(inputs) } };
  },
  diff(_id: string, olds: ImageScanInputs, news: ImageScanInputs) {
    return Promise.resolve({
      changes: INPUTS.some((name) => json(olds[name]) !== json(news[name])),
    });
  },
  async update(_id: string, _olds: ImageScanInputs, news: ImageScanInputs) {
    return { outs: { ...news, report: await scan(news) } };
  },
  read(id: string, props: ImageScanInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // what was found stays on record
  },
};
