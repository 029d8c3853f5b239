import { log, RunError } from "@pulumi/pulumi";
import type { ImagePlan } from "../release/image-plan";
import type { LiveRelease, Recorded } from "../release/outputs";
import { releaseId } from "../release/release";
import { hasCommit, sourceAuthors } from "../release/source-authors";
import { gitIn, sourceCommit } from "../release/source-commit";
import type { ServiceSettings, Settings } from "../settings/types";
import type { StackPlace } from "./place";
import { contextTag, prepareContext } from "./build-context";

/** What a run delivers, decided before anything is declared. */
export interface DeliveryPlan {
  readonly images: Readonly<Record<string, ImagePlan>>;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Source commit of the release. */
  readonly commit: string;
  /** E-mail addresses of those who wrote what the live release does not have; none of a release that is pinned. */
  readonly authors: readonly string[];
  readonly ownsRepositories: boolean;
}

/** Replaces the base image that the Dockerfile pins, where image registries can't be reached. */
function baseImageArg(): Record<string, string> {
  const base = process.env["SWITCHYARD_BASE_IMAGE"];
  return base === undefined ? {} : { BASE: base };
}

export async function planDelivery(
  settings: Settings,
  place: StackPlace,
  recorded: Recorded | undefined,
): Promise<DeliveryPlan> {
  const buildArgs = baseImageArg();
  const { release } = settings;
  const { registry } = place;
  const planOf = async (service: string, { image }: ServiceSettings): Promise<ImagePlan> => {
    const digest = release?.images[service];
    if (release && digest !== undefined)
      return { kind: "pinned", digest, registry: release.registry ?? registry };
    await prepareContext(service, image);
    const tag = await contextTag(service, image, buildArgs);
    return { kind: "build", tag };
  };
  const plans = Object.entries(settings.services).map(
    async ([service, each]) => [service, await planOf(service, each)] as const,
  );
  const images = Object.fromEntries(await Promise.all(plans));
  const commit = release?.commit ?? (await commitOf(images, recorded));
  const authors = release ? [] : await authorsOf(commit, recorded?.release.commit);
  // A stack that runs images out of another's repositories in its own account has none itself. One that
  // ever made its own keeps them: a repository that is no longer declared is deleted, images and all.
  const ownsRepositories =
    settings.build ||
    recorded?.ownsRepositories === true ||
    (release?.registry ?? registry) !== registry;
  return { images, buildArgs, commit, authors, ownsRepositories };
}

/** Those who wrote what the live release does not have, as far as this clone tells. */
async function authorsOf(commit: string, live: string | undefined): Promise<string[]> {
  const git = gitIn(process.cwd());
  const isFollowed = live !== undefined && live !== commit && commit !== "unknown";
  if (isFollowed && !(await hasCommit(git, live)))
    await log.warn(
      `this clone has no commit ${live}, which the live release was built from: the authors since then are not known, but for that of ${commit}, ` +
        "and a gate can't keep the others from approving; get the whole history: git fetch --unshallow",
    );
  return sourceAuthors(git, live, commit);
}

/** The commit that made these images: that of the live release while they are the same, else the present one. */
async function commitOf(
  images: Readonly<Record<string, ImagePlan>>,
  recorded: Recorded | undefined,
): Promise<string> {
  const runs = (service: string, image: ImagePlan): boolean => {
    const slots = recorded?.services[service];
    return image.kind === "build" && slots?.[slots.live]?.tag === image.tag;
  };
  const entries = Object.entries(images);
  if (recorded && entries.every(([service, image]) => runs(service, image)))
    return recorded.release.commit;
  return (await sourceCommit(gitIn(process.cwd()))) ?? "unknown";
}

/**
 * The release of a run, once its digests are known.
 *
 * @throws RunError where the update is of chosen resources, and an image that is not among them was never made
 */
export function releaseOf(
  plan: DeliveryPlan,
  digests: Readonly<Record<string, string | undefined>>,
  registry: string,
): LiveRelease {
  if (!isWhole(digests))
    throw new RunError(
      `this stack has no image yet of ${missingIn(digests).join(", ")}, and the update is of other resources alone (--target): ` +
        "update the whole stack first",
    );
  const release = { images: digests, commit: plan.commit };
  return { id: releaseId(release), ...release, registry };
}

const missingIn = (digests: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(digests).filter((service) => digests[service] === undefined);

const isWhole = (
  digests: Readonly<Record<string, string | undefined>>,
): digests is Readonly<Record<string, string>> => missingIn(digests).length === 0;
