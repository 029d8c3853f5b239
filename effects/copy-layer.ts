import type { Descriptor } from "../release/image-manifest";
import { pause } from "./interruption";
import { LayerReader } from "./layer-reader";
import { LayerUpload, PART_BYTES, UploadLost } from "./layer-upload";
import type { Repository } from "./registry";

/** How often an upload that the registry does not go on with is begun again. */
const RESTARTS = 3;

export interface LayerCopy {
  readonly source: Repository;
  readonly target: Repository;
  readonly layer: Descriptor;
  /** Is told how many bytes of the layer the target has. */
  readonly onSent: (bytes: number) => void;
}

/** Proves a layer before the registry is asked to take it. */
function prove({ source, target, layer }: LayerCopy, found: string): void {
  if (found !== layer.digest)
    throw new Error(
      `${source.name}: layer ${layer.digest} is not what its digest says: expected ${layer.digest}, found ${found} in ` +
        `${layer.size} bytes; nothing of it is kept in ${target.name}; push the image anew, or promote another release`,
    );
}

async function copyOnce(copy: LayerCopy, buffer: Buffer<ArrayBuffer>): Promise<void> {
  const { source, target, layer, onSent } = copy;
  const reader = new LayerReader(source, layer, buffer);
  let upload: LayerUpload | undefined;
  try {
    for (let start = 0; ;) {
      const part = await reader.next();
      const isLast = start + part.length >= layer.size;
      if (isLast) prove(copy, reader.digest());
      upload ??= await LayerUpload.begin(target, layer.digest);
      await (isLast ? upload.commit(part, start) : upload.send(part, start));
      start += part.length;
      onSent(start);
      if (isLast) return;
      await pause(0); // an update that was interrupted ends here
    }
  } catch (error) {
    await upload?.cancel();
    throw error;
  } finally {
    await reader.close();
  }
}

/**
 * Copies a layer in memory of one part. It is hashed on its way, and committed only when it is what its digest says.
 * A connection that drops is taken up where it stood, as far as the registries let it.
 *
 * @throws where the layer is not what its manifest says; where a registry fails for longer
 */
export async function copyLayer(copy: LayerCopy): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(PART_BYTES, copy.layer.size));
  for (let restarts = 0; ; restarts++) {
    try {
      await copyOnce(copy, buffer);
      return;
    } catch (error) {
      if (!(error instanceof UploadLost)) throw error;
      if (restarts === RESTARTS)
        throw new Error(`${error.message}; it was begun again ${RESTARTS} times`, { cause: error });
      copy.onSent(0);
    }
  }
}
