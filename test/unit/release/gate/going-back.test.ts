import assert from "node:assert/strict";
import fc from "fast-check";
import { decide, type Way } from "../../../../release/gate/decide";
import { factsFrom, standingOf } from "../../../../release/gate/facts-from";
import { append } from "../../../../release/ledger/append";
import type { Draft } from "../../../../release/ledger/entry";
import { writer } from "../ledger/entries";
import { MemoryStore } from "../ledger/memory-store";
import { GATE } from "./samples";

const [Y, Z, A, B, C] = ["9", "8", "a", "b", "c"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
  string,
  string,
];

/** A stack's ledger, as updates write it: `admitted`, then `replaced` of the one before, then `live`. */
class Stack {
  readonly ledger = new MemoryStore();
  readonly runs: { readonly release: string; readonly way: Way }[] = [];

  private async say(draft: Omit<Draft, "what">): Promise<void> {
    await append(this.ledger, writer("pipeline"), { what: "pulumi up", ...draft });
  }

  async replace(release: string, way: Way): Promise<void> {
    await this.say({ kind: "admitted", release, details: { way } });
    const before = this.runs.at(-1);
    const details = { by: release, way };
    if (before) await this.say({ kind: "replaced", release: before.release, details });
  }

  async deliver(release: string, way: Way = "open"): Promise<void> {
    await this.replace(release, way);
    await this.say({ kind: "live", release, details: { way } });
    this.runs.push({ release, way });
  }

  async way(release: string): Promise<Way> {
    const standing = await standingOf(this.ledger);
    const facts = await factsFrom(release, standing, this.ledger, new MemoryStore());
    return decide({ settings: GATE }, facts, "production").way;
  }
}

async function stackOf(...releases: string[]): Promise<Stack> {
  const stack = new Stack();
  for (const release of releases) await stack.deliver(release);
  return stack;
}

describe("going back", () => {
  it("is one step, and no walk to what ran before that", async () => {
    const stack = await stackOf(Y, Z, A, B);
    assert.equal(await stack.way(A), "back");
    for (const other of [Z, Y]) assert.equal(await stack.way(other), "closed", other);
    await stack.deliver(A, "back");
    assert.equal(await stack.way(A), "unchanged");
    for (const other of [B, Z, Y]) assert.equal(await stack.way(other), "closed", other);
  });

  it("is open again after the next release, to what ran directly before that one alone", async () => {
    const stack = await stackOf(Z, A, B);
    await stack.deliver(A, "back");
    await stack.deliver(C);
    assert.equal(await stack.way(A), "back");
    for (const other of [B, Z]) assert.equal(await stack.way(other), "closed", other);
    await stack.deliver(A);
    assert.equal(await stack.way(C), "back");
    assert.equal(await stack.way(Z), "closed", "it ran before the first time");
  });

  it("that was killed between the two entries of it can be run again, for four hours", async () => {
    const stack = await stackOf(Z, A, B);
    await stack.replace(A, "back");
    assert.equal(await stack.way(A), "back");
    for (const other of [B, Z]) assert.equal(await stack.way(other), "closed", other);
    stack.ledger.now += 4 * 3600_000;
    assert.equal(await stack.way(A), "closed", "not for ever");
  });

  it("is open to one release at most, however a stack came to what it runs", async () => {
    const releases = [Z, A, B, C];
    const step = fc.record({ release: fc.constantFrom(...releases), isBack: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const stack = await stackOf(Z, A);
        for (const { release, isBack } of steps) {
          const way = await stack.way(release);
          if (way !== "unchanged" && isBack === (way === "back"))
            await stack.deliver(release, isBack ? "back" : "open");
          const [before, current] = stack.runs.slice(-2);
          const expected = current?.way === "back" ? [] : [before?.release];
          const open = [];
          for (const each of releases) if ((await stack.way(each)) === "back") open.push(each);
          assert.deepEqual(open, expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});
