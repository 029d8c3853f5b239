import type { IncomingMessage } from "node:http";
import { ClientGone, HttpError } from "./http-error";

export const BODY_LIMIT_BYTES = 64 * 1024;

/** What is read and thrown away, at most, so that a client gets to read why it was refused. */
const DISCARD_LIMIT_BYTES = 1024 * 1024;
const DISCARD_LIMIT_MS = 1_000;

export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const collect = (chunk: Buffer): void => {
      received += chunk.length;
      chunks.push(chunk);
      if (received <= BODY_LIMIT_BYTES) return;
      request.off("data", collect).pause();
      reject(
        new HttpError(413, "body_too_large", `the body is larger than ${BODY_LIMIT_BYTES} bytes`),
      );
    };
    request.on("data", collect);
    request.once("end", () => {
      resolve(Buffer.concat(chunks));
    });
    request.once("error", () => {
      reject(new ClientGone());
    });
  });
}

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const mediaType = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") {
    throw new HttpError(415, "unsupported_media_type", "send the body as application/json");
  }
  const body = await readBody(request);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new HttpError(400, "invalid_json", "the body is not JSON in UTF-8");
  }
}

/**
 * Closing a connection while its client still writes makes the client's system drop the answer.
 * So what is left of a refused body is read first, within limits.
 *
 * @returns whether the end was reached
 */
export function discardRest(request: IncomingMessage): Promise<boolean> {
  if (request.complete || request.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    let discarded = 0;
    const finish = (complete: boolean) => () => {
      clearTimeout(timer);
      resolve(complete);
    };
    const timer = setTimeout(finish(false), DISCARD_LIMIT_MS);
    request.on("data", (chunk: Buffer) => {
      discarded += chunk.length;
      if (discarded > DISCARD_LIMIT_BYTES) finish(false)();
    });
    request.once("end", finish(true));
    request.once("close", finish(false));
    request.resume();
  });
}
