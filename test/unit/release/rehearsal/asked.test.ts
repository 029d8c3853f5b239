import assert from "node:assert/strict";
import { parseSettings } from "../../../../settings/parse";
import { askedOf } from "../../../../release/rehearsal/asked";
import { changed, type Changes, webOf } from "../../settings/sample-config";

describe("what a load asks for", () => {
  const asked = (changes: Changes): unknown => askedOf(webOf(parseSettings(changed(changes))));
  const SMOKE = "switchyard:services.web.delivery.smoke";

  it("is what the smoke test expects, and of that what tells the version", () => {
    const told = { path: "/version", release: true };
    const other = { path: "/ready", contains: "yes", status: 201 };
    assert.deepEqual(asked({ [SMOKE]: { expect: [other, told] } }), {
      path: "/version",
      status: 200,
    });
    const expect = [other, { path: "/" }];
    assert.deepEqual(asked({ [SMOKE]: { expect } }), {
      path: "/ready",
      contains: "yes",
      status: 201,
    });
  });

  it("is the first of the service's paths where no smoke test says more", () => {
    assert.deepEqual(asked({ [SMOKE]: undefined }), { path: "/" });
    const paths = ["/a/*/b?.html", "/*"];
    const changes = { [SMOKE]: undefined, "switchyard:services.web.paths": paths };
    assert.deepEqual(asked(changes), { path: "/a/x/bx.html" });
  });
});
