import assert from "node:assert/strict";
import { Copier } from "../soak/copy/copier";
import { measuredCopy } from "../soak/copy/copy-memory";
import { CopyWorld } from "../soak/copy/copy-world";
import { killedCopy, undisturbed } from "../soak/copy/killed-copies";
import { randomFrom } from "../soak/copy/random";
import { faultsOf, refusedCopy } from "../soak/copy/refused-copies";
import { SLACK_MIB } from "../soak/copies";
import { python } from "./emulator/world";

/** Longer forms of these: `npm run soak -- copy`. */
describe("an image's copy from one account to another", function () {
  this.timeout(120_000);
  let world: CopyWorld;

  before(async function () {
    if (python === undefined) this.skip();
    world = await CopyWorld.start(11);
  });

  after(async () => {
    await (world as CopyWorld | undefined)?.close();
  });

  it("brings an index with two platforms and an attestation over as it is, and asks once more for nothing", async () => {
    await world.reset();
    for (const image of [world.image, world.dockerImage]) {
      const { code, output } = await world.copy(image.digest);
      assert.equal(code, 0, output);
      assert.deepEqual(await world.differences(image), []);
    }
    assert.equal(world.target.between.layerBytes, world.image.size + world.dockerImage.size);
    for (const { between } of [world.source, world.target]) between.reset();
    assert.equal((await world.copy(world.image.digest)).code, 0);
    assert.deepEqual([world.source.between.requests, world.target.between.requests], [0, 1]);
  });

  it("is whole after kills at random moments, and sends no more than a layer again for each", async () => {
    const { moments, bytes } = await undisturbed(world);
    assert.equal(bytes, world.image.size);
    const seed = Date.now() % 2 ** 31;
    const upTo = randomFrom(seed);
    const plans = [[upTo(moments)], [upTo(moments)], [1, 2, 3].map(() => upTo(moments >> 2))];
    for (const plan of plans) {
      const copy = await killedCopy(world, plan);
      console.log(`      seed ${seed}: killed at ${copy.moments.join(", ")} of ${moments} moments`);
      assert.deepEqual(copy.problems, [], `seed ${seed}`);
      assert.equal(copy.moments.length, plan.length, `seed ${seed}`);
    }
  });

  it("goes on where connections drop, and sends no more than a part again for each", async () => {
    const { moments } = await undisturbed(world);
    await world.reset();
    const drops = 5;
    let seen = 0;
    world.onMoment(() => ++seen % Math.floor(moments / drops) === 0 && seen < moments);
    const { code, output } = await world.copy(world.image.digest);
    assert.equal(code, 0, output);
    assert.deepEqual(await world.differences(world.image), []);
    const again = world.target.between.layerBytes - world.image.size;
    assert.ok(again <= drops * 10 * 2 ** 20, `${again} bytes sent again`);
  });

  it("is refused where a registry gives other bytes, fewer, or another manifest, and leaves nothing of it", async () => {
    for (const fault of faultsOf(world.image))
      assert.deepEqual(await refusedCopy(world, fault), []);
  });
});

describe("the memory of an image's copy", function () {
  this.timeout(120_000);

  it("is the same for 32 MiB and for 192 MiB", async () => {
    const copier = new Copier();
    try {
      const [small, large] = [await measuredCopy(copier, 32), await measuredCopy(copier, 192)];
      for (const { isCopied, output } of [small, large]) assert.ok(isCopied, output);
      const peaks = `${small.peakMiB.toFixed(0)} and ${large.peakMiB.toFixed(0)} MiB`;
      console.log(`      ${peaks} at most`);
      assert.ok(large.peakMiB - small.peakMiB <= SLACK_MIB, peaks);
    } finally {
      copier.remove();
    }
  });
});
