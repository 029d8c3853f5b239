import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/parse";
import { refuses } from "./refuses";
import { changed, WORKER } from "./sample-config";

const REHEARSAL = "switchyard:rehearsal";

describe("the settings of a rehearsal", () => {
  const rehearsalOf = (rehearsal: unknown): unknown =>
    parseSettings(changed({ [REHEARSAL]: rehearsal })).rehearsal;

  it("are none unless a stack has them", () => {
    assert.equal(rehearsalOf(undefined), undefined);
    assert.equal(rehearsalOf({}), undefined);
  });

  it("are a time, and else twenty requests a second that are answered within two seconds", () => {
    const filled = { seconds: 10, requestsPerSecond: 20, latencySeconds: 2 };
    assert.deepEqual(rehearsalOf({ seconds: 10 }), filled);
    const own = { seconds: 300, requestsPerSecond: 100, latencySeconds: 0.5 };
    assert.deepEqual(rehearsalOf(own), own);
  });

  refuses(
    "a time that nobody would wait for",
    { [REHEARSAL]: { seconds: 301 } },
    `${REHEARSAL}.seconds: found 301; allowed a whole number from 1 to 300; choose a number in that range`,
  );
  refuses(
    "a rate that one process can't make beside its work",
    { [REHEARSAL]: { seconds: 1, requestsPerSecond: 101 } },
    `${REHEARSAL}.requestsPerSecond: found 101; allowed a whole number from 1 to 100; choose a number in that range`,
  );
  refuses(
    "answers that may take no time",
    { [REHEARSAL]: { seconds: 1, latencySeconds: 0 } },
    `${REHEARSAL}.latencySeconds: found 0; allowed a number above 0, 60 at most; choose a number in that range`,
  );
  refuses(
    "a stack that has no traffic",
    {
      [REHEARSAL]: { seconds: 1 },
      "switchyard:serviceOverrides": undefined,
      "switchyard:secrets": {},
      "switchyard:services": { jobs: WORKER },
    },
    `${REHEARSAL}: found a stack of workers alone; allowed a stack with a service that has paths: what is rehearsed is where traffic goes; leave it out`,
  );
});
