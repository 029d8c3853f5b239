import { type Descriptor, namedBy } from "../release/image-manifest";
import { copyLayer } from "./copy-layer";
import { digestOf, type Manifest, type Repository } from "./registry";

interface Planned {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly blobs: readonly Descriptor[];
}

export interface ImageCopy {
  readonly source: Repository;
  readonly target: Repository;
  readonly digest: string;
  /** Keeps the copy from being expired as untagged. */
  readonly tag: string;
  /** Is told how many bytes of the image's layers the target has, and of how many. */
  readonly onProgress: (bytes: number, all: number) => void;
}

const mismatch = (repository: Repository, digest: string, found: string): Error =>
  new Error(`${repository.name}: asked for ${digest}, got ${found}`);

/** Reads a manifest and proves that it is the one asked for. */
export async function provenManifest(source: Repository, digest: string): Promise<Manifest> {
  const manifest = await source.manifest(digest);
  if (!manifest)
    throw new Error(
      `${source.name} has no image ${digest}: the release names an image that its registry does not have; ` +
        "promote a release that stage runs, or mend `registry` and `images` in switchyard:release",
    );
  const found = digestOf(manifest.bytes);
  if (found !== digest) throw mismatch(source, digest, found);
  return manifest;
}

/**
 * Whether a repository has a manifest. It has all that this names, then: a registry takes a manifest only so.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
 */
export async function holds(repository: Repository, digest: string): Promise<boolean> {
  const manifest = await repository.manifest(digest);
  if (!manifest) return false;
  const found = digestOf(manifest.bytes);
  if (found !== digest) throw mismatch(repository, digest, found);
  return true;
}

/** The manifests to copy, what an index names before the index itself. */
async function plan({ source, target, digest }: ImageCopy): Promise<Planned[]> {
  const planned = new Map<string, Planned>();
  const add = async (each: string): Promise<void> => {
    const manifest = await provenManifest(source, each);
    const { manifests, blobs } = namedBy(manifest.bytes);
    for (const child of manifests)
      if (!planned.has(child.digest) && !(await holds(target, child.digest)))
        await add(child.digest);
    planned.set(each, { digest: each, manifest, blobs });
  };
  await add(digest);
  return [...planned.values()];
}

/** Writes a manifest and reads it back: the bytes and their type are as they were. */
async function put(
  target: Repository,
  reference: string,
  { digest, manifest }: Planned,
): Promise<void> {
  await target.putManifest(reference, manifest);
  const there = await target.manifest(digest);
  const found = there && digestOf(there.bytes);
  if (found !== digest || there?.type !== manifest.type)
    throw new Error(
      `${target.name}: the copy of ${digest} is not the image: expected ${digest} as ${manifest.type}, ` +
        `found ${found === undefined ? "nothing" : `${found} as ${there?.type ?? ""}`}; ` +
        "delete what the registry has there, and run the update again",
    );
}

/**
 * Copies an image, or an index with all that it names, bytes unchanged. What the target has is not sent again; a manifest is
 * written when all that it names is there, and proven afterwards.
 */
export async function copyImage(copy: ImageCopy): Promise<void> {
  const { source, target, onProgress } = copy;
  const manifests = await plan(copy);
  const layers = new Map(
    manifests.flatMap(({ blobs }) => blobs).map((each) => [each.digest, each]),
  );
  const all = [...layers.values()].reduce((sum, { size }) => sum + size, 0);
  let sent = 0;
  onProgress(sent, all);
  for (const each of manifests) {
    for (const layer of each.blobs.filter(({ digest }) => layers.delete(digest))) {
      const before = sent;
      const onSent = (bytes: number): void => {
        onProgress((sent = before + bytes), all);
      };
      if (await target.hasBlob(layer.digest)) onSent(layer.size);
      else await copyLayer({ source, target, layer, onSent });
    }
    await put(target, each.digest === copy.digest ? copy.tag : each.digest, each);
  }
}
