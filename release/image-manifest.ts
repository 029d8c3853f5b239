import { parseJson } from "./parse-json";

/** What a manifest says of something that it names. */
export interface Descriptor {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** Where a layer is that no registry keeps, as the base layers of Windows. */
  readonly urls?: readonly string[];
}

/** What has to be in a registry before it takes a manifest. */
export interface Named {
  /** Manifests of an index: one a platform, and what is attested of each. */
  readonly manifests: readonly Descriptor[];
  /** Layers, then configuration; each once. */
  readonly blobs: readonly Descriptor[];
}

interface Content {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

const isDescriptor = ({ digest, size }: Partial<Descriptor>): boolean =>
  /^sha256:[0-9a-f]{64}$/.test(String(digest)) && Number.isSafeInteger(size) && Number(size) >= 0;

const onceEach = (all: readonly Descriptor[]): Descriptor[] => [
  ...new Map(all.map((each) => [each.digest, each])).values(),
];

/**
 * All that a manifest names, be it an image's or an index, of OCI or of Docker: their fields have the same names.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 *
 * @throws where it is no manifest
 */
export function namedBy(bytes: Buffer): Named {
  const content = parseJson(bytes.toString("utf8")) as Content | null | undefined;
  const isManifest = typeof content === "object" && content !== null;
  if (!isManifest || (content.manifests ?? content.layers ?? content.config) === undefined)
    throw new Error(
      `what the registry has there is no manifest: it begins with ${JSON.stringify(bytes.toString("utf8", 0, 40))}, ` +
        "and an object with `manifests`, or `config` and `layers`, is allowed",
    );
  const { manifests = [], layers = [], config } = content;
  const kept = layers.filter(({ urls }) => urls === undefined || urls.length === 0);
  const blobs = config ? [...kept, config] : kept;
  const odd = [...manifests, ...blobs].find((each) => !isDescriptor(each));
  if (odd !== undefined)
    throw new Error(
      `the manifest names ${JSON.stringify({ digest: odd.digest, size: odd.size })}: a digest of SHA-256 and a size in bytes are ` +
        "allowed; push the image anew",
    );
  return { manifests: onceEach(manifests), blobs: onceEach(blobs) };
}
