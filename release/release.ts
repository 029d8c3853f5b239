import { z } from "zod";
import { childPath } from "../settings/config-path";
import { read } from "../settings/read";
import { rule, text } from "../settings/rule";
import { serviceName } from "../settings/names";
import { canonicalJson } from "./canonical-json";
import { type Problem, SettingsError } from "./errors";
import { sha256 } from "./sha256";

/** What is promoted, free of any environment. */
export interface Release {
  /** Digest of each service's image, by service: `sha256:` and 64 hexadecimal digits. */
  readonly images: Readonly<Record<string, string>>;
  /** Source commit that the images were built from. */
  readonly commit: string;
}

/** A release as a stack's settings pin it. */
export interface PinnedRelease extends Release {
  /** SHA-256 of the release's canonical JSON, 64 hexadecimal digits. */
  readonly id: string;
  /** Registry that holds the bytes, `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. @default the stack's own */
  readonly registry?: string;
}

/** Host name of a registry in ECR, https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
export const REGISTRY = /^\d{12}\.dkr\.ecr\.[a-z]{2}(-[a-z]+)+-\d+\.amazonaws\.com(\.cn)?$/;
/** OCI digest, the one algorithm that ECR computes. */
export const DIGEST = /^sha256:[0-9a-f]{64}$/;
const RELEASE_ID = /^[0-9a-f]{64}$/;
const COMMIT = /^[A-Za-z0-9][A-Za-z0-9._/+-]{0,127}$/;

/** Canonical JSON of a release: of what it is, and of nothing that is written beside it. */
export function canonicalRelease({ commit, images }: Release): string {
  return canonicalJson({ commit, images });
}

/** Id of a release: SHA-256 of its canonical JSON, 64 hexadecimal digits. */
export function releaseId(release: Release): string {
  return sha256(canonicalRelease(release));
}

/** The first 12 digits of a release id, `sha256:` left off a digest: for people, never for comparing. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** Host of an account's own registry in a region. */
export function registryOf(accountId: string, region: string): string {
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `${accountId}.dkr.ecr.${region}.${suffix}`;
}

/** Name of the repository of a service's images: `PROJECT/SERVICE`. */
export function repositoryName(project: string, service: string): string {
  return `${project}/${service}`;
}

/** Reference to an image by its digest; a tag is refused, for it can come to mean other bytes. */
export function imageReference(registry: string, repository: string, digest: string): string {
  if (!DIGEST.test(digest)) {
    throw new TypeError(
      `image of ${repository}: found ${JSON.stringify(digest)} where a digest must be`,
    );
  }
  return `${registry}/${repository}@${digest}`;
}

const PROMOTE = "write it with `npm run release -- promote`";

const digest = text(
  DIGEST,
  "sha256: and 64 hexadecimal digits",
  "name the image by digest, for a tag can move; " + PROMOTE,
);

const pinnedRelease = rule(
  z.strictObject({
    id: text(RELEASE_ID, "64 hexadecimal digits", PROMOTE),
    registry: text(
      REGISTRY,
      "ACCOUNT.dkr.ecr.REGION.amazonaws.com",
      "name the registry that holds the images",
    ).exactOptional(),
    commit: text(COMMIT, "a commit of the source", PROMOTE),
    images: rule(z.record(serviceName, digest), "a digest for each service", PROMOTE),
  }),
  "an object with id, commit and images",
  PROMOTE,
);

/**
 * Reads a release as it stands in a stack's settings file.
 *
 * @param path config path that the problems name
 * @throws SettingsError with every problem found
 */
export function parseRelease(value: unknown, path = "switchyard:release"): PinnedRelease {
  const problems: Problem[] = [];
  const release = readRelease(value, path, problems);
  if (release === undefined) throw new SettingsError(problems);
  return release;
}

/** Reads a release and adds what is wrong with it to `problems`; undefined if anything is. */
export function readRelease(
  value: unknown,
  path: string,
  problems: Problem[],
): PinnedRelease | undefined {
  const before = problems.length;
  const release = read(pinnedRelease, value, path, problems);
  if (problems.length > before) return undefined;
  const whole = release as PinnedRelease;
  const id = releaseId(whole);
  if (whole.id === id) return whole;
  problems.push({
    path: childPath(path, "id"),
    found: `${JSON.stringify(whole.id)}, which is not the id of these images and this commit`,
    allowed: id,
    action: `do not edit a release by hand; ${PROMOTE}`,
  });
  return undefined;
}
