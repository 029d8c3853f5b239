import assert from "node:assert/strict";
import { nextVisit, readVisits, visitCookie } from "../../../app/web/visits";
import { ask } from "./ask";
import { SESSION_KEY } from "./environments";
import { startWeb } from "./in-process";

const insecure = { secure: false };
const pair = (cookie: string): string => cookie.split(";")[0] ?? "";

describe("the visit cookie", () => {
  it("brings the count back", () => {
    const cookie = pair(visitCookie(41, SESSION_KEY, insecure));
    assert.equal(readVisits(`theme=dark; ${cookie}; last=1`, SESSION_KEY), 41);
  });

  it("counts for nothing when it is missing, changed or signed with another key", () => {
    const cookie = pair(visitCookie(41, SESSION_KEY, insecure));
    const changed = cookie.replace("41.", "42.");
    const cut = cookie.slice(0, -1);
    for (const header of [undefined, "", "visits", "visits=41", "visits=41.", changed, cut]) {
      assert.equal(readVisits(header, SESSION_KEY), 0, header);
    }
    assert.equal(readVisits(cookie, "another key of 16 or more"), 0);
  });

  it("is out of reach of scripts and other sites, and of plain HTTP where there is HTTPS", () => {
    const attributes = "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax";
    const cookie = visitCookie(1, SESSION_KEY, insecure);
    assert.equal(cookie, pair(cookie) + attributes);
    assert.equal(visitCookie(1, SESSION_KEY, { secure: true }), `${cookie}; Secure`);
  });

  it("does not grow without end", () => {
    assert.equal(nextVisit(999_999), 999_999);
  });

  it("is counted on by a copy of the service that never saw the browser", async () => {
    const [blue, green] = await Promise.all([startWeb(), startWeb()]);
    const first = await ask(blue.port, "/", { headers: { "x-forwarded-proto": "https" } });
    const [setCookie = ""] = first.headers["set-cookie"] ?? [];
    assert.match(setCookie, /; Secure$/);
    const second = await ask(green.port, "/", { headers: { cookie: pair(setCookie) } });
    assert.match(second.body, /This is visit number 2 from your browser/);
    await Promise.all([blue.stop(), green.stop()]);
  });
});
