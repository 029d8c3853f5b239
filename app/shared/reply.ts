import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HttpError } from "./http-error";

export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  /** What comes piece by piece is sent as it comes. */
  readonly body: string | Buffer | AsyncIterable<string>;
}

const everyReply: OutgoingHttpHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

export function errorReply(error: unknown): Reply {
  const known =
    error instanceof HttpError
      ? error
      : new HttpError(500, "internal", "the service failed to answer this request");
  const { status, code, message, fields, headers } = known;
  const details = fields.length > 0 ? { fields } : {};
  return json(status, { error: { code, message, ...details } }, headers);
}

/** @throws what ended a body that comes piece by piece; the answer is then broken off, for its client to see */
export async function send(
  response: ServerResponse,
  { status, headers, body }: Reply,
  {
    withoutBody,
    close,
    always,
  }: { withoutBody: boolean; close: boolean; always: OutgoingHttpHeaders },
): Promise<void> {
  const isWhole = typeof body === "string" || Buffer.isBuffer(body);
  response.writeHead(status, {
    ...everyReply,
    ...always,
    ...headers,
    ...(close ? { connection: "close" } : {}),
    ...(isWhole && { "content-length": Buffer.byteLength(body) }),
  });
  if (withoutBody) response.end();
  else if (isWhole) response.end(body);
  else await pipeline(Readable.from(body), response);
}
