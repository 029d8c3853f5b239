import type * as pulumi from "@pulumi/pulumi";
import { mapValues, pick } from "../release/map-values";
import type { Settings } from "../settings/types";
import type { DeliveryPlan } from "./delivery-plan";
import { ImageScan } from "./image-scan";
import { ImmutableImage } from "./immutable-image";
import type { Ledger } from "./ledger";
import type { StackPlace } from "./place";

export interface StackImages {
  /** By service. */
  readonly images: Readonly<Record<string, ImmutableImage>>;
  /** @default a release is pinned, and was scanned where it was built */
  readonly scan: ImageScan | undefined;
  /** What whoever runs an image waits for: nothing is started of images that the scan refuses. */
  readonly ready: readonly pulumi.Resource[];
}

/** The images of all services, and the scan of those that are built here. */
export function stackImages(
  place: StackPlace,
  settings: Settings,
  plan: DeliveryPlan,
  ledger: Ledger,
): StackImages {
  const { sharedWith, protect, build, release } = settings;
  const images = mapValues(settings.services, ({ image }, name) => {
    const { buildArgs, ownsRepositories: ownsRepository } = plan;
    const options = { source: image, buildArgs, ownsRepository, sharedWith, protect };
    return new ImmutableImage(name, { place, plan: pick(plan.images, name), ...options });
  });
  const all = Object.values(images);
  if (!build || release !== undefined) return { images, scan: undefined, ready: all };
  const scan = new ImageScan(place.project, { place, settings: settings.scan, images, ledger });
  return { images, scan, ready: [...all, scan] };
}
