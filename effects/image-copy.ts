import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { explain } from "./clients";
import { copyImage, holds, provenManifest } from "./copy-image";
import { CopyProgress } from "./copy-progress";
import { Registry } from "./registry";

export interface ImageCopyInputs extends AwsPlace {
  readonly service: string;
  /** Registry that holds the image, and the stack's own: host names. */
  readonly sourceRegistry: string;
  readonly targetRegistry: string;
  readonly repository: string;
  readonly digest: string;
}

/** A tag keeps the copy from being expired as untagged; it says no more than the digest does. */
const tagOf = (digest: string): string => digest.replace(":", "-");

async function ensureCopied(inputs: ImageCopyInputs): Promise<void> {
  const { service, repository, sourceRegistry, targetRegistry, digest } = inputs;
  const progress = new CopyProgress(`${service}: copying its image`);
  try {
    const registry = await Registry.open(inputs);
    const target = registry.repository(targetRegistry, repository);
    if (await holds(target, digest)) return;
    if (sourceRegistry === targetRegistry) {
      await provenManifest(target, digest);
      return;
    }
    const source = registry.repository(sourceRegistry, repository);
    const onProgress = progress.reach;
    await copyImage({ source, target, digest, tag: tagOf(digest), onProgress });
  } catch (error) {
    throw explain(error, `${service}: copying its image`);
  } finally {
    progress.stop();
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
