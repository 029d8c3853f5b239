import type { Effect } from "../components/dynamic-provider";
import type { AwsPlace } from "../components/place";
import { explain } from "./clients";
import { digestOf, type Manifest, Registry, type Repository } from "./registry";

export interface ImageCopyInputs extends AwsPlace {
  readonly service: string;
  /** Registry that holds the image, and the stack's own: host names. */
  readonly sourceRegistry: string;
  readonly targetRegistry: string;
  readonly repository: string;
  readonly digest: string;
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

interface ManifestContent {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

/** A tag keeps the copy from being expired as untagged; it says no more than the digest does. */
const tagOf = (digest: string): string => digest.replace(":", "-");

/** Reads a manifest and proves that it is the one asked for. */
async function provenManifest(source: Repository, digest: string): Promise<Manifest> {
  const manifest = await source.manifest(digest);
  if (!manifest)
    throw new Error(
      `${source.name} has no image ${digest}: the release names an image that its registry does not have; ` +
        "promote a release that stage runs, or mend `registry` and `images` in switchyard:release",
    );
  const found = digestOf(manifest.bytes);
  if (found !== digest) throw new Error(`${source.name}: asked for ${digest}, got ${found}`);
  return manifest;
}

/** Copies what a manifest names, then the manifest itself: a manifest is there only when all of it is. */
async function copy(
  source: Repository,
  target: Repository,
  digest: string,
  reference: string,
): Promise<void> {
  const manifest = await provenManifest(source, digest);
  const content = JSON.parse(manifest.bytes.toString("utf8")) as ManifestContent;
  for (const child of content.manifests ?? [])
    await copy(source, target, child.digest, child.digest);
  const blobs = [...(content.layers ?? []), ...(content.config ? [content.config] : [])];
  for (const blob of blobs)
    if (!(await target.hasBlob(blob.digest))) await target.copyBlob(source, blob.digest, blob.size);
  await target.putManifest(reference, manifest);
}

async function ensureCopied(inputs: ImageCopyInputs): Promise<void> {
  const { service, repository, sourceRegistry, targetRegistry, digest } = inputs;
  try {
    const registry = await Registry.open(inputs);
    const target = registry.repository(targetRegistry, repository);
    if (await target.manifest(digest)) return;
    if (sourceRegistry === targetRegistry) {
      await provenManifest(target, digest);
      return;
    }
    await copy(registry.repository(sourceRegistry, repository), target, digest, tagOf(digest));
  } catch (error) {
    throw explain(error, `${service}: copying its image`);
  }
}

export const effect: Effect = {
  async create(inputs: ImageCopyInputs) {
    await ensureCopied(inputs);
    return { id: `${inputs.repository}@${inputs.digest}`, outs: inputs };
  },
  diff(_id: string, olds: ImageCopyInputs, news: ImageCopyInputs) {
    const names = ["digest", "targetRegistry", "repository"] as const;
    return Promise.resolve({ changes: names.some((key) => olds[key] !== news[key]) });
  },
  async update(_id: string, _olds: ImageCopyInputs, news: ImageCopyInputs) {
    await ensureCopied(news);
    return { outs: news };
  },
  read(id: string, props: ImageCopyInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // images are kept: a stack's slots or the ledger may still name them; the repository's policy ends them
  },
};
