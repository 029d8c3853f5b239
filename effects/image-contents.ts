import { z } from "zod";
import { parseJson } from "../release/parse-json";
import { type Layer, layered } from "../release/scan/image-files";
import { type Contents, together } from "../release/scan/package";
import { contentsOf } from "../release/scan/package-lists";
import { readLayer } from "./image-layers";
import { digestOf, type Repository } from "./registry";

const descriptor = z.object({
  digest: z.string(),
  platform: z.object({ os: z.string() }).optional(),
});

const manifest = z.object({
  manifests: z.array(descriptor).optional(),
  layers: z.array(descriptor).optional(),
});

/** Layers that were read before in this run, by digest: images of one base share them. */
export type KnownLayers = Map<string, Promise<Layer>>;

/**
 * What an image in a registry holds: of an index, what the images of all its platforms hold.
 *
 * @throws Error if its bytes are not those of its digest, or can't be read
 */
export async function imageContents(
  repository: Repository,
  digest: string,
  known: KnownLayers = new Map(),
): Promise<Contents> {
  const found = await repository.manifest(digest);
  if (!found) throw new Error(`${repository.name} has no image ${digest}`);
  const actual = digestOf(found.bytes);
  if (actual !== digest) throw new Error(`${repository.name}: asked for ${digest}, got ${actual}`);
  const content = manifest.safeParse(parseJson(found.bytes.toString("utf8"))).data;
  if (content?.manifests) {
    const parts: Contents[] = [];
    // An index's attestations are of no platform, and hold no files.
    for (const { digest: child, platform } of content.manifests)
      if (platform?.os !== "unknown") parts.push(await imageContents(repository, child, known));
    return together(parts);
  }
  if (!content?.layers)
    throw new Error(`${repository.name}: ${digest} is neither an image nor an index of images`);
  const layers: Layer[] = [];
  for (const { digest: layer } of content.layers) {
    const reading = known.get(layer) ?? readLayer(repository, layer);
    known.set(layer, reading);
    layers.push(await reading);
  }
  return contentsOf(layered(layers));
}
