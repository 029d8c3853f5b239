import assert from "node:assert/strict";
import fc from "fast-check";
import { type LiveRelease, previousReleaseAfter, type Recorded } from "../../../release/outputs";

const release = (id: string): LiveRelease => ({ id, images: {}, commit: id, registry: "r" });
type Delivered = Pick<Recorded, "release" | "previousRelease">;

/** What is recorded after a run that delivered `now`. */
const after = (recorded: Delivered | undefined, now: LiveRelease): Delivered => {
  const previousRelease = previousReleaseAfter(recorded, now);
  return { release: now, ...(previousRelease && { previousRelease }) };
};

describe("previousReleaseAfter", () => {
  it("is nothing after the first delivery", () => {
    assert.equal(previousReleaseAfter(undefined, release("a")), undefined);
  });

  it("is the last other release that was delivered, however often a run is repeated", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1 }), (ids) => {
        let recorded: Delivered | undefined;
        for (const id of ids) recorded = after(recorded, release(id));
        const last = ids.at(-1);
        const other = ids.findLast((id) => id !== last);
        assert.equal(recorded?.release.id, last);
        assert.equal(recorded?.previousRelease?.id, other);
      }),
    );
  });

  it("lets a rollback be rolled back", () => {
    const there = after(after(undefined, release("a")), release("b"));
    const back = after(there, there.previousRelease ?? assert.fail());
    assert.deepEqual([back.release.id, back.previousRelease?.id], ["a", "b"]);
  });
});
