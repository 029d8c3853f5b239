import * as pulumi from "@pulumi/pulumi";
import { mapValues, pick } from "../release/map-values";
import type { LiveRelease } from "../release/outputs";
import { imageReference, repositoryName } from "../release/release";
import type { DesiredRevision, RecordedSecret, Revision } from "../release/revision";
import type { ImmutableImage } from "./immutable-image";
import type { ManagedSecret } from "./managed-secret";
import type { StackPlace } from "./place";

export interface ResolvedRevisionArgs {
  readonly place: StackPlace;
  readonly desired: DesiredRevision;
  readonly release: pulumi.Output<LiveRelease>;
  readonly images: Readonly<Record<string, ImmutableImage>>;
  readonly secrets: Readonly<Record<string, ManagedSecret>>;
}

export interface ResolvedRevision {
  /** The desired revision once its image and its secrets are there: what a slot runs and what is recorded. */
  readonly resolved: pulumi.Output<Revision>;
  /** Of the secrets that it receives. */
  readonly secretArns: readonly pulumi.Input<string>[];
}

/** What of a desired revision is known only once its image and its secrets are there. */
export function resolvedRevision(args: ResolvedRevisionArgs): ResolvedRevision {
  const { place, desired, secrets } = args;
  const secretArns = Object.values(desired.secrets).map(({ name }) => pick(secrets, name).arn);
  const recorded: pulumi.Output<Record<string, RecordedSecret>> = pulumi.all(
    mapValues(desired.secrets, ({ name }) => pick(secrets, name).recorded),
  );
  const resolved = pulumi
    .all([args.release, pick(args.images, desired.service).digest, recorded] as const)
    .apply(([release, digest, recordedSecrets]) => ({
      ...desired,
      release: release.id,
      digest,
      image: imageReference(place.registry, repositoryName(place.project, desired.service), digest),
      secrets: recordedSecrets,
    }));
  return { resolved, secretArns };
}
