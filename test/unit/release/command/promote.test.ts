import assert from "node:assert/strict";
import { pinRelease } from "../../../../release/command/pin-release";
import { FakePlace } from "./fake-place";
import { A, B, fileOf, PRODUCTION, stateOf } from "./samples";

const short = (id: string): string => id.slice(0, 12);

describe("promote", () => {
  let fake = new FakePlace();
  beforeEach(() => {
    fake = new FakePlace();
    fake.stacks.set("production", PRODUCTION);
  });

  it("pins what stage runs, keeps the rest of the file, and says what is next", async () => {
    const before = fake.files.get("production") ?? "";
    const { code, out, err } = await fake.call("promote");
    assert.deepEqual([code, err], [0, ""]);
    const after = fake.files.get("production") ?? "";
    assert.ok(after.startsWith(before));
    assert.deepEqual(fileOf(after).pinned, B);
    assert.match(
      out,
      new RegExp(
        `^release ${short(B.id)} \\(commit c0ffeeb\\), live in stage, is now pinned in Pulumi\\.production\\.yaml\n` +
          "[^]*\nnext:\n {2}pulumi preview -s production\n {2}pulumi up -s production\n$",
      ),
    );
    assert.deepEqual(fake.updated, []);
  });

  it("writes nothing the second time, and says so", async () => {
    await fake.call("promote");
    fake.files.set = () => assert.fail("nothing was to be written");
    const { code, out } = await fake.call("promote");
    assert.equal(code, 0);
    assert.match(out, /is pinned in Pulumi\.production\.yaml already; nothing was written/);
  });

  it("names the release that it takes the place of", async () => {
    fake.files.set("production", pinRelease("", "switchyard", A));
    const { out } = await fake.call("promote");
    assert.match(out, new RegExp(`pinned in .* instead of ${short(A.id)}\n`));
  });

  it("gives machines the same", async () => {
    const { out } = await fake.call("promote", "--json");
    assert.deepEqual(JSON.parse(out), {
      verb: "promote",
      from: "stage",
      to: "production",
      release: B,
      file: "Pulumi.production.yaml",
      written: true,
      notes: [],
      next: ["pulumi preview -s production", "pulumi up -s production"],
    });
  });

  it("says how a stack is made that does not exist yet", async () => {
    fake.stacks.delete("production");
    const { code, out } = await fake.call("promote");
    assert.equal(code, 0);
    assert.match(out, /next:\n {2}pulumi stack init production\n/);
  });

  it("refuses what is not proven, and writes nothing", async () => {
    fake.stacks.set("stage", stateOf({ lastUpdate: { kind: "update", result: "failed" } }));
    const before = fake.files.get("production");
    const { code, err } = await fake.call("promote");
    assert.equal(code, 3);
    assert.match(
      err,
      /^refused: the last update of stage did not succeed: found failed\nto do: mend/,
    );
    assert.equal(fake.files.get("production"), before);
  });

  it("takes a stack or a file that is not there, or one stack twice, for a mistake", async () => {
    assert.equal((await fake.call("promote", "--from", "nope")).code, 2);
    const missing = await fake.call("promote", "--to", "nope");
    assert.equal(missing.code, 2);
    assert.match(missing.err, /^mistake: there is no Pulumi\.nope\.yaml/);
    assert.match(
      (await fake.call("promote", "--to", "stage")).err,
      /--from and --to are both stage/,
    );
    fake.files.set("production", "config: [");
    assert.match(
      (await fake.call("promote")).err,
      /^mistake: Pulumi\.production\.yaml can't be read/,
    );
  });
});
