import assert from "node:assert/strict";
import { pinRelease } from "../../../../release/command/pin-release";
import { FakePlace } from "./fake-place";
import { A, B, C, fileOf, PRODUCTION, REFUSED, STAGE_REGISTRY, without } from "./samples";

const short = (id: string): string => id.slice(0, 12);

describe("rollback", () => {
  let fake = new FakePlace();
  beforeEach(() => {
    fake = new FakePlace();
    fake.stacks.set("production", PRODUCTION);
    fake.files.set("production", pinRelease("", "switchyard", A));
  });

  it("pins the release before the live one, from the registry that it was promoted from", async () => {
    const { code, out } = await fake.call("rollback");
    assert.equal(code, 0);
    assert.deepEqual(fileOf(fake.files.get("production") ?? "").pinned, {
      ...C,
      registry: STAGE_REGISTRY,
    });
    assert.match(out, new RegExp(`^release ${short(C.id)} .*is now pinned in .* instead of`));
    assert.match(out, /next:\n {2}pulumi preview -s production\n/);
  });

  it("says in a building stack how it builds again", async () => {
    const { code, out } = await fake.call("rollback", "--stack", "stage");
    assert.equal(code, 0);
    assert.deepEqual(fileOf(fake.files.get("stage") ?? "").pinned, A);
    assert.match(
      out,
      /note: stage builds from source: .*`pulumi config rm switchyard:release -s stage`/,
    );
  });

  it("returns to what was live after an update that failed, and says why", async () => {
    fake.files.set("production", pinRelease("", "switchyard", B));
    const lastUpdate = { kind: "update", result: "failed" } as const;
    fake.stacks.set("production", { ...PRODUCTION, lastUpdate });
    for (const written of [true, false]) {
      const { out } = await fake.call("rollback", "--json");
      const result = JSON.parse(out) as {
        release: { id: string };
        written: boolean;
        notes: string[];
      };
      assert.deepEqual([result.release.id, result.written], [A.id, written]);
      assert.match(result.notes[0] ?? "", /this is what was live before it$/);
    }
  });

  it("goes to the release before the live one after an update that was refused and changed nothing", async () => {
    fake.files.set("production", pinRelease("", "switchyard", B));
    fake.stacks.set("production", { ...PRODUCTION, ...REFUSED });
    assert.equal((await fake.call("rollback", "--up", "--yes")).code, 0);
    assert.equal(fileOf(fake.files.get("production") ?? "").pinned?.id, C.id);
  });

  it("is refused where there is nothing to return to", async () => {
    fake.stacks.set("production", without(PRODUCTION, "previousRelease"));
    const before = fake.files.get("production");
    const { code, err } = await fake.call("rollback");
    assert.equal(code, 3);
    assert.match(err, /^refused: production has no release before/);
    assert.equal(fake.files.get("production"), before);
  });

  it("takes an unknown stack for a mistake", async () => {
    fake.stacks.delete("production");
    assert.equal((await fake.call("rollback")).code, 2);
  });

  it("runs the update where that is asked for", async () => {
    const { code, out } = await fake.call("rollback", "--up", "--yes");
    assert.equal(code, 0);
    assert.deepEqual(fake.updated, ["production"]);
    assert.match(out, new RegExp(`done: release ${short(C.id)} is live in production`));
  });
});
