import type { OutgoingHttpHeaders } from "node:http";

export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** A refusal that the client is told in full. Anything else thrown is answered with a bare 500. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  readonly headers: OutgoingHttpHeaders;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      fields = [],
      headers = {},
    }: { fields?: readonly FieldProblem[]; headers?: OutgoingHttpHeaders } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.headers = headers;
  }
}

/** The client went away: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}
