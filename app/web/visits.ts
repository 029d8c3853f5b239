import { createHmac, timingSafeEqual } from "node:crypto";

const COOKIE = "visits";
const COUNT_MAX = 999_999;

export interface CookieOptions {
  /** Over HTTPS only. */
  readonly secure: boolean;
}

/** How often this browser has been here; a cookie that we did not sign counts for nothing. */
export function readVisits(cookieHeader: string | undefined, sessionKey: string): number {
  for (const pair of cookieHeader?.split(";") ?? []) {
    const [, count, signature] = /^\s*visits=(\d{1,6})\.([0-9a-f]{64})\s*$/.exec(pair) ?? [];
    if (count === undefined || signature === undefined) continue;
    const expected = sign(count, sessionKey);
    if (timingSafeEqual(Buffer.from(signature, "hex"), expected)) return Number(count);
  }
  return 0;
}

export function nextVisit(visits: number): number {
  return Math.min(visits + 1, COUNT_MAX);
}

export function visitCookie(visits: number, sessionKey: string, { secure }: CookieOptions): string {
  const value = `${visits}.${sign(String(visits), sessionKey).toString("hex")}`;
  const attributes = `Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  return `${COOKIE}=${value}; ${attributes}`;
}

function sign(count: string, sessionKey: string): Buffer {
  return createHmac("sha256", sessionKey).update(`visits:${count}`).digest();
}
