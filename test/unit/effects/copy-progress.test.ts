import assert from "node:assert/strict";
import { mock } from "node:test";
import { CopyProgress } from "../../../effects/copy-progress";

describe("the progress of a copy", () => {
  const said: unknown[] = [];
  beforeEach(() => {
    said.length = 0;
    mock.timers.enable({ apis: ["setTimeout"] });
    mock.method(console, "log", (text: unknown) => said.push(text));
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  it("is that the manifests are read, until the size is known", () => {
    const progress = new CopyProgress("web: copying its image");
    mock.timers.tick(2000);
    assert.deepEqual(said, ["switchyard: web: copying its image: reading what it consists of"]);
    progress.stop();
  });

  it("is told after two seconds, and every ten from then on until it ends", () => {
    const progress = new CopyProgress("web: copying its image");
    progress.reach(10 * 2 ** 20, 2 ** 31);
    mock.timers.tick(1999);
    assert.deepEqual(said, []);
    mock.timers.tick(1);
    assert.deepEqual(said, ["switchyard: web: copying its image: 10 of 2,048 MiB are there"]);
    progress.reach(2000 * 2 ** 20, 2 ** 31);
    mock.timers.tick(9999);
    assert.equal(said.length, 1);
    mock.timers.tick(1);
    assert.equal(said[1], "switchyard: web: copying its image: 2,000 of 2,048 MiB are there");
    progress.stop();
    mock.timers.tick(60_000);
    assert.equal(said.length, 2);
  });
});
