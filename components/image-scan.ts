import * as pulumi from "@pulumi/pulumi";
import { advisoryVersions } from "../effects/advisory-data";
import type { ScanReport } from "../effects/image-scan";
import { mapValues } from "../release/map-values";
import { repositoryName } from "../release/release";
import type { ScanSettings } from "../release/scan/scan-settings";
import { EffectResource } from "./effect-resource";
import type { ImmutableImage } from "./immutable-image";
import type { Ledger } from "./ledger";
import type { StackPlace } from "./place";

export interface ImageScanArgs {
  readonly place: StackPlace;
  readonly settings: ScanSettings;
  readonly images: Readonly<Record<string, ImmutableImage>>;
  readonly ledger: Ledger;
}

/** What the images hold, kept beside the ledger, and judged: it fails while something is against delivering them. */
export class ImageScan extends EffectResource {
  declare readonly report: pulumi.Output<ScanReport>;

  constructor(name: string, { place, settings: scan, images, ledger }: ImageScanArgs) {
    const props = {
      ...place.aws,
      bucket: ledger.bucket,
      registry: place.registry,
      images: mapValues(images, ({ digest }, service) => ({
        repository: repositoryName(place.project, service),
        digest,
      })),
      scan,
      data: scan.source === "packages" ? advisoryVersions() : {},
      report: undefined,
    };
    super("image-scan", "ImageScan", name, props, { dependsOn: Object.values(images) });
  }
}
