import { createHash } from "node:crypto";
import type { Descriptor } from "../release/image-manifest";
import { PassingError, persistently } from "./persistence";
import type { Repository } from "./registry";

type Chunks = AsyncIterator<Uint8Array, undefined>;

/**
 * Reads a layer part by part, in memory of one part, and hashes what it gives. Where a connection drops, the next one
 * begins at the byte that was to come: ECR's layers are objects of S3, which answers to `Range`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export class LayerReader {
  private readonly source: Repository;
  private readonly layer: Descriptor;
  private readonly buffer: Buffer<ArrayBuffer>;
  private readonly hash = createHash("sha256");
  /** Bytes of the layer that were read so far. */
  private position = 0;
  private chunks: Chunks | undefined;
  /** What came with the part before and is not of it. */
  private rest: Uint8Array = new Uint8Array();

  constructor(source: Repository, layer: Descriptor, buffer: Buffer<ArrayBuffer>) {
    this.source = source;
    this.layer = layer;
    this.buffer = buffer;
  }

  /**
   * The next part: as much as the buffer holds, or the layer has. It is good until the next one is asked for.
   *
   * @throws where the layer ends before the size that its manifest says
   */
  async next(): Promise<Buffer<ArrayBuffer>> {
    const length = Math.min(this.buffer.length, this.layer.size - this.position);
    const start = this.position;
    await persistently(async () => {
      while (this.position < start + length) {
        const chunk = await this.chunk();
        const fits = chunk.subarray(0, start + length - this.position);
        this.buffer.set(fits, this.position - start);
        this.hash.update(fits);
        this.position += fits.length;
        this.rest = chunk.subarray(fits.length);
      }
    }, this.source.pauses);
    return this.buffer.subarray(0, length);
  }

  /** SHA-256 of all that was read. */
  digest(): string {
    return `sha256:${this.hash.digest("hex")}`;
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    await this.chunks?.return?.();
  }

  private async chunk(): Promise<Uint8Array> {
    if (this.rest.length > 0) return this.rest;
    this.chunks ??= await this.open();
    if (this.rest.length > 0) return this.rest;
    const { digest, size } = this.layer;
    const read = await this.read(this.chunks);
    if (read.done === true)
      throw new Error(
        `${this.source.name}: layer ${digest} is cut short: its manifest says ${size} bytes, found ${this.position}; ` +
          "nothing is kept of it; push the image anew, or promote another release",
      );
    return read.value;
  }

  private async open(): Promise<Chunks> {
    const doing = `reading layer ${this.layer.digest}`;
    const headers = this.position === 0 ? {} : { range: `bytes=${this.position}-` };
    const answer = await this.source.call(`/blobs/${this.layer.digest}`, { headers });
    if (!answer.ok || !answer.body) throw this.source.failure(answer, doing);
    const chunks = answer.body[Symbol.asyncIterator]() as Chunks;
    // A server that does not answer to `Range` begins at the first byte.
    for (let known = answer.status === 206 ? 0 : this.position; known > 0;) {
      const { value, done } = await this.read(chunks);
      if (done === true) break;
      this.rest = value.subarray(known);
      known -= value.length;
    }
    return chunks;
  }

  private async read(chunks: Chunks): Promise<IteratorResult<Uint8Array, undefined>> {
    return chunks.next().catch((error: unknown) => {
      this.chunks = undefined;
      throw new PassingError(
        `${this.source.name}: reading layer ${this.layer.digest}: the connection ended ` +
          `after ${this.position} of ${this.layer.size} bytes`,
        { cause: error },
      );
    });
  }
}
