import type { CopyWorld } from "./copy-world";
import { digestOf, type SampleImage } from "./sample-image";

/** What a registry could do to an image on its way, and what must be said of it. */
export interface Fault {
  readonly name: string;
  /** Requests whose answers are changed. */
  readonly at: (path: string) => boolean;
  readonly change: (body: Buffer) => Buffer;
  readonly said: RegExp;
  /** Of the target, what must not be there afterwards, `blobs/DIGEST`. */
  readonly absent: string;
}

/** Layers of one request and of several, a configuration, and manifests. */
export function faultsOf(image: SampleImage): Fault[] {
  const blobs = [...image.blobs.keys()];
  const small = blobs.find((digest) => image.blobs.get(digest)?.length === 2000) ?? "";
  const large = blobs.find((digest) => image.blobs.get(digest)?.length === image.largest) ?? "";
  const child = [...image.manifests.keys()][0] ?? "";
  const flip = (body: Buffer): Buffer => {
    const changed = Buffer.from(body);
    changed.writeUInt8(changed.readUInt8(body.length >> 1) ^ 1, body.length >> 1);
    return changed;
  };
  const layer = (digest: string, what: string): Fault[] => [
    {
      name: `one bit of ${what} is changed`,
      at: (path) => path.includes(digest),
      change: flip,
      said: new RegExp(
        `layer ${digest} is not what its digest says: expected ${digest}, ` +
          `found ${digestOf(flip(image.blobs.get(digest) ?? Buffer.alloc(2)))} in \\d+ bytes; nothing`,
      ),
      absent: `blobs/${digest}`,
    },
    {
      name: `${what} ends a byte early`,
      at: (path) => path.includes(digest),
      change: (body) => body.subarray(0, -1),
      said: new RegExp(`layer ${digest} is cut short: its manifest says (\\d+) bytes, found \\d+;`),
      absent: `blobs/${digest}`,
    },
  ];
  const manifest = (digest: string, what: string, other: string): Fault => ({
    name: `${what} is another one`,
    at: (path) => path.endsWith(`manifests/${digest}`),
    change: () => image.manifests.get(other)?.bytes ?? Buffer.alloc(0),
    said: new RegExp(`asked for ${digest}, got ${other}`),
    absent: `manifests/${digest}`,
  });
  return [
    ...layer(small, "a small layer"),
    ...layer(large, "a layer of several parts"),
    manifest(image.digest, "the index", child),
    manifest(child, "a platform's manifest", [...image.manifests.keys()][1] ?? ""),
  ];
}

/** Copies an image that a fault befalls. @returns what is not as it must be */
export async function refusedCopy(world: CopyWorld, fault: Fault): Promise<string[]> {
  await world.reset();
  const { between } = world.source;
  between.change = (path, body) => (fault.at(path) ? fault.change(body) : body);
  const { code, output } = await world.copy(world.image.digest);
  const problems: string[] = [];
  if (code !== 1 || !fault.said.test(output)) problems.push(`exit code ${code}: ${output}`);
  for (const path of [fault.absent, `manifests/${world.image.digest}`])
    if ((await world.statusOf(path)) !== 404) problems.push(`${path} is in the target`);
  return problems.map((problem) => `${fault.name}: ${problem}`);
}
