import { setTimeout as sleep } from "node:timers/promises";
import { readBody } from "../shared/body";
import { HttpError } from "../shared/http-error";
import { json, type Reply } from "../shared/reply";
import type { Call, Route } from "../shared/router";
import type { WebConfig } from "./config";
import { CONTENT_SECURITY_POLICY } from "./page-style";
import { renderPage } from "./page";
import { nextVisit, readVisits, visitCookie } from "./visits";

const SLOW_MAX_MS = 10_000;
const CHUNKS_MAX = 100;
const CHUNK_MAX_MS = 1_000;

export function webRoutes(config: WebConfig): Route[] {
  return [
    { method: "GET", path: "/", handler: (call) => showPage(config, call) },
    { method: "GET", path: "/slow", handler: answerLater },
    { method: "GET", path: "/stream", handler: answerInChunks },
    { method: "POST", path: "/echo", handler: echo },
  ];
}

function showPage({ identity, sessionKey }: WebConfig, { request }: Call): Reply {
  const visits = nextVisit(readVisits(request.headers.cookie, sessionKey));
  const secure = request.headers["x-forwarded-proto"] === "https";
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "referrer-policy": "no-referrer",
      "set-cookie": visitCookie(visits, sessionKey, { secure }),
    },
    body: renderPage(identity, visits),
  };
}

/** A request that takes as long as it is told to, for tests of what happens to it meanwhile. */
async function answerLater({ query, signal }: Call): Promise<Reply> {
  const waitedMs = wholeNumber(query, "ms", 0, SLOW_MAX_MS);
  await sleep(waitedMs, undefined, { signal });
  return json(200, { waitedMs });
}

/** An answer that comes in as many chunks as it is told to, each after `ms`; each says which it is of how many. */
function answerInChunks({ query, signal }: Call): Reply {
  const count = wholeNumber(query, "chunks", 1, CHUNKS_MAX);
  const ms = wholeNumber(query, "ms", 0, CHUNK_MAX_MS);
  async function* chunks(): AsyncGenerator<string> {
    for (let number = 1; number <= count; number++) {
      await sleep(ms, undefined, { signal });
      yield `chunk ${number} of ${count}\n`;
    }
  }
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return { status: 200, headers, body: chunks() };
}

function wholeNumber(query: URLSearchParams, field: string, min: number, max: number): number {
  const text = query.get(field) ?? "";
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value >= min && value <= max) return value;
  const problem = `must be a whole number from ${min} to ${max}`;
  throw new HttpError(400, "invalid_query", `${field} ${problem}`, {
    fields: [{ field, problem }],
  });
}

/** The bytes go back as plain data, so that no browser takes them for a page. */
async function echo({ request }: Call): Promise<Reply> {
  const body = await readBody(request);
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
}
