import assert from "node:assert/strict";
import { FARGATE_CPU, fargateMemory, isFargateSize } from "../../../components/fargate-size";

describe("Fargate sizes", () => {
  it("has the ranges and steps of the AWS table", () => {
    const table = FARGATE_CPU.map((cpu) => {
      const sizes = fargateMemory(cpu);
      const steps = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0));
      return [cpu, sizes[0], sizes.at(-1), [...new Set(steps)]];
    });
    assert.deepEqual(table, [
      [256, 512, 2048, [512, 1024]],
      [512, 1024, 4096, [1024]],
      [1024, 2048, 8192, [1024]],
      [2048, 4096, 16384, [1024]],
      [4096, 8192, 30720, [1024]],
      [8192, 16384, 61440, [4096]],
      [16384, 32768, 122880, [8192]],
    ]);
  });

  it("has what is in the table and nothing else", () => {
    for (const [cpu, memoryMiB] of [
      [256, 512],
      [4096, 30720],
      [8192, 20480],
      [16384, 122880],
    ] as const) {
      assert.ok(isFargateSize(cpu, memoryMiB));
    }
    for (const [cpu, memoryMiB] of [
      [256, 4096],
      [256, 1536],
      [512, 512],
      [4096, 31744],
      [8192, 17408],
      [16384, 36864],
      [300, 512],
    ] as const) {
      assert.ok(!isFargateSize(cpu, memoryMiB));
    }
  });
});
