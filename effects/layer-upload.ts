import { persistently } from "./persistence";
import type { Repository } from "./registry";

/**
 * Bytes of a part, but for the last one. ECR takes parts of 5 to 10 MiB, 4,200 of them.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
 */
export const PART_BYTES = 10 * 1024 * 1024;

/** Bytes that are handed to the connection at a time: a part that is handed over whole is copied whole by `fetch`. */
const PIECE_BYTES = 256 * 1024;

/** The registry does not go on with an upload, or does not say where it stands: it has to be begun again. */
export class UploadLost extends Error {}

function* piecesOf(bytes: Buffer<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES)
    yield bytes.subarray(start, start + PIECE_BYTES);
}

const octets = { "content-type": "application/octet-stream" };

/**
 * One upload of a layer, in parts, the last of which comes with the request that commits it
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks).
 *
 * ECR departs from that: it answers a part with 201, and its `Range` stays at the end of the first part, although it keeps
 * the others (https://github.com/aws/containers-roadmap/issues/2831); where an upload stands it may not say
 * (https://github.com/dotnet/sdk/pull/33019). So where a part begins is known here, and `Range` is asked for only after a
 * connection has dropped. What ECR then says of another byte than the part's own is taken for a lost upload.
 */
export class LayerUpload {
  private readonly target: Repository;
  private readonly digest: string;
  private location: string;

  private constructor(target: Repository, digest: string, location: string) {
    this.target = target;
    this.digest = digest;
    this.location = location;
  }

  static begin(target: Repository, digest: string): Promise<LayerUpload> {
    return persistently(async () => {
      const answer = await target.call("/blobs/uploads/", { method: "POST" });
      const location = target.locationOf(answer);
      if (!answer.ok || location === undefined) throw target.failure(answer, "beginning an upload");
      return new LayerUpload(target, digest, location);
    }, target.pauses);
  }

  /** @throws UploadLost */
  send(part: Buffer<ArrayBuffer>, start: number): Promise<void> {
    return persistently(async (failed) => {
      const from = failed === 0 ? start : await this.position(start, start + part.length);
      const left = part.subarray(from - start);
      if (left.length === 0) return;
      this.follow(await this.write("PATCH", this.location, left, from));
    }, this.target.pauses);
  }

  /** Sends the last part and has the registry take the layer. @throws UploadLost */
  commit(part: Buffer<ArrayBuffer>, start: number): Promise<void> {
    return persistently(async (failed) => {
      // The answer may have been lost where the layer was not.
      if (failed > 0 && (await this.target.hasBlob(this.digest))) return;
      const from = failed === 0 ? start : await this.position(start, start + part.length);
      const url = new URL(this.location);
      url.searchParams.set("digest", this.digest);
      await this.write("PUT", url.href, part.subarray(from - start), from);
    }, this.target.pauses);
  }

  /** Has the registry forget what was sent; one that can't forgets by itself after a while. */
  async cancel(): Promise<void> {
    await this.target.call(this.location, { method: "DELETE" }).catch(() => undefined);
  }

  private async write(
    method: "PATCH" | "PUT",
    url: string,
    bytes: Buffer<ArrayBuffer>,
    start: number,
  ): Promise<Response> {
    const isWhole = start === 0 && method === "PUT";
    const range = { "content-range": `${start}-${start + bytes.length - 1}` };
    const headers = {
      ...octets,
      "content-length": String(bytes.length),
      ...(isWhole || bytes.length === 0 ? {} : range),
    };
    const body = ReadableStream.from(piecesOf(bytes));
    const answer = await this.target.call(url, { method, headers, body, duplex: "half" });
    if (answer.ok) return answer;
    const failed = this.target.failure(answer, `writing layer ${this.digest}`);
    throw answer.status === 404 || answer.status === 416 ? new UploadLost(failed.message) : failed;
  }

  /** The byte that the registry waits for, which has to be of the part that is under way. */
  private async position(start: number, end: number): Promise<number> {
    const answer = await this.target.call(this.location);
    const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.get("range") ?? "") ?? [];
    if (!answer.ok && answer.status !== 404 && answer.status !== 405)
      throw this.target.failure(answer, `continuing layer ${this.digest}`);
    // An upload of one byte and one of none look alike: 0-0.
    const stands = last === "0" ? 0 : Number(last) + 1;
    if (!answer.ok || !(stands >= start && stands <= end))
      throw new UploadLost(
        `${this.target.name}: writing layer ${this.digest}: it stopped in the part from byte ${start} on, and the ` +
          (last === undefined
            ? "registry does not say where the upload stands"
            : `registry waits for byte ${stands}`),
      );
    this.follow(answer);
    return stands;
  }

  /** Each answer says where the next request goes. */
  private follow(answer: Response): void {
    this.location = this.target.locationOf(answer) ?? this.location;
  }
}
