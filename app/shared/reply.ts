import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { HttpError } from "./http-error";

export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body: string | Buffer;
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

export function send(
  response: ServerResponse,
  reply: Reply,
  { withoutBody, close }: { withoutBody: boolean; close: boolean },
): void {
  response.writeHead(reply.status, {
    ...everyReply,
    ...reply.headers,
    ...(close ? { connection: "close" } : {}),
    "content-length": Buffer.byteLength(reply.body),
  });
  response.end(withoutBody ? undefined : reply.body);
}
