import assert from "node:assert/strict";
import { desiredRevision, type Revision } from "../../../release/revision";
import { changedKinds } from "../../../release/service-kind";
import type { SlotState } from "../../../release/slots";
import { parseSettings } from "../../../settings";
import { changed, WORKER } from "../settings/sample-config";

const settings = parseSettings(changed({ "switchyard:services.reporter": WORKER }));

function revision(service: "web" | "reporter"): Revision {
  const found = settings.services[service];
  assert.ok(found);
  const desired = desiredRevision(service, found, settings.secrets, { digest: "sha256:0" });
  return { ...desired, release: "r", image: "i" } as unknown as Revision;
}
const inBlue = (content: Revision): SlotState<Revision> => ({
  live: "blue",
  blue: content,
  green: undefined,
});
const kinds = (recorded: Record<string, SlotState<Revision>> | undefined): string[] =>
  changedKinds(settings, recorded, "shop").map(
    ({ path, found, allowed, action }) => `${path}: found ${found}; allowed ${allowed}; ${action}`,
  );

describe("a service that is recorded as the other kind", () => {
  it("is refused as an HTTP service where it was a worker, and told to take another name", () => {
    assert.deepEqual(kinds({ web: inBlue(revision("reporter")) }), [
      "shop:services.web: found an HTTP service, where web was recorded as a worker; allowed a worker under this name; " +
        "give the HTTP service another name: the slots of web can't hold both",
    ]);
  });

  it("is refused as a worker where it was an HTTP service, and told to take another name", () => {
    assert.deepEqual(kinds({ reporter: inBlue(revision("web")) }), [
      "shop:services.reporter: found a worker, where reporter was recorded as an HTTP service; " +
        "allowed an HTTP service under this name; give the worker another name: the slots of reporter can't hold both",
    ]);
  });

  it("is seen whichever slot holds a version", () => {
    const content = revision("web");
    for (const live of ["blue", "green"] as const)
      for (const slot of ["blue", "green"] as const) {
        const slots = { live, blue: undefined, green: undefined, [slot]: content };
        assert.equal(kinds({ reporter: slots }).length, 1, `${live} ${slot}`);
      }
  });

  it("is none of those that stay what they are, are new, or are gone", () => {
    const [web, reporter] = [inBlue(revision("web")), inBlue(revision("reporter"))];
    assert.deepEqual(kinds({ web, reporter, gone: reporter }), []);
    assert.deepEqual(kinds({}), []);
    assert.deepEqual(kinds(undefined), []);
    assert.deepEqual(kinds({ web: { live: "blue", blue: undefined, green: undefined } }), []);
  });
});
