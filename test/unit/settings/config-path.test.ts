import assert from "node:assert/strict";
import { childPath, topPath } from "../../../settings/config-path";

describe("config paths", () => {
  it("are those of `pulumi config set --path`", () => {
    const path = childPath(childPath(topPath("switchyard", "network"), "zones"), 1);
    assert.equal(path, "switchyard:network.zones[1]");
    assert.equal(childPath("switchyard:tags", "a.b"), 'switchyard:tags["a.b"]');
  });

  it("stay on one line", () => {
    assert.equal(childPath("switchyard:tags", "a\nb"), 'switchyard:tags["a\\nb"]');
    assert.equal(topPath("switchyard", "a\nb"), 'switchyard:["a\\nb"]');
  });
});
