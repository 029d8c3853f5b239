import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { registryEndpoint } from "../release/registry-endpoint";
import { explain } from "./clients";
import { buildImage, pushImage } from "./docker-cli";
import { Registry } from "./registry";

export interface ImageBuildInputs extends AwsPlace {
  readonly service: string;
  /** The stack's own registry: a host name. */
  readonly registry: string;
  readonly repository: string;
  /** Content tag: the same content has the same tag. */
  readonly tag: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** The digest behind the tag. A tag that the registry has is never built again, whoever built it. */
async function ensureBuilt(inputs: ImageBuildInputs): Promise<string> {
  const { service, registry: host, repository, tag } = inputs;
  try {
    const registry = await Registry.open(inputs);
    const images = registry.repository(host, repository);
    const there = await images.digest(tag);
    if (there !== undefined) return there;
    const { address } = registryEndpoint(host);
    const reference = `${address}/${repository}:${tag}`;
    await buildImage({ ...inputs, reference });
    await pushImage(reference, address, registry.token).catch(async (error: unknown) => {
      // Tags can't be overwritten: another run may have pushed the same content a moment before.
      if ((await images.digest(tag)) === undefined) throw error;
    });
    const digest = await images.digest(tag);
    if (digest === undefined) throw new Error(`${reference} is not in the registry after its push`);
    return digest;
  } catch (error) {
    throw explain(error, `${service}: building its image`);
  }
}

export const effect: Effect = {
  async create(inputs: ImageBuildInputs) {
    const digest = await ensureBuilt(inputs);
    return { id: `${inputs.repository}:${inputs.tag}`, outs: { ...inputs, digest } };
  },
  diff(_id: string, olds: ImageBuildInputs, news: ImageBuildInputs) {
    const names = ["tag", "registry", "repository"] as const;
    return Promise.resolve({ changes: names.some((key) => olds[key] !== news[key]) });
  },
  async update(_id: string, _olds: ImageBuildInputs, news: ImageBuildInputs) {
    return { outs: { ...news, digest: await ensureBuilt(news) } };
  },
  async read(id: string, props: ImageBuildInputs) {
    const registry = await Registry.open(props);
    const digest = await registry.repository(props.registry, props.repository).digest(props.tag);
    return digest === undefined ? {} : { id, props: { ...props, digest } };
  },
  async delete() {
    // images are kept: the repository's lifecycle policy ends them
  },
};
