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

export function webRoutes(config: WebConfig): Route[] {
  return [
    { method: "GET", path: "/", handler: (call) => showPage(config, call) },
    { method: "GET", path: "/slow", handler: answerLater },
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
  const text = query.get("ms") ?? "";
  const waitedMs = Number(text);
  if (!/^\d{1,5}$/.test(text) || waitedMs > SLOW_MAX_MS) {
    const problem = `must be a whole number from 0 to ${SLOW_MAX_MS}`;
    throw new HttpError(400, "invalid_query", `ms ${problem}`, {
      fields: [{ field: "ms", problem }],
    });
  }
  await sleep(waitedMs, undefined, { signal });
  return json(200, { waitedMs });
}

/** The bytes go back as plain data, so that no browser takes them for a page. */
async function echo({ request }: Call): Promise<Reply> {
  const body = await readBody(request);
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
}
