/** Memory that goes with one CPU size. */
interface MemoryRange {
  readonly minMiB: number;
  readonly maxMiB: number;
  readonly stepMiB: number;
}

/**
 * Task sizes that Fargate has for Linux, memory in MiB by CPU units (1024 are one vCPU).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const MEMORY_BY_CPU: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, memory({ minMiB: 1024, maxMiB: 4096, stepMiB: 1024 })],
  [1024, memory({ minMiB: 2048, maxMiB: 8192, stepMiB: 1024 })],
  [2048, memory({ minMiB: 4096, maxMiB: 16384, stepMiB: 1024 })],
  [4096, memory({ minMiB: 8192, maxMiB: 30720, stepMiB: 1024 })],
  [8192, memory({ minMiB: 16384, maxMiB: 61440, stepMiB: 4096 })],
  [16384, memory({ minMiB: 32768, maxMiB: 122880, stepMiB: 8192 })],
]);

/** CPU units a Fargate task can have, smallest first. */
export const FARGATE_CPU: readonly number[] = [...MEMORY_BY_CPU.keys()];

/** Memory sizes in MiB that a CPU size can have; none where Fargate does not have the CPU size. */
export function fargateMemory(cpu: number): readonly number[] {
  return MEMORY_BY_CPU.get(cpu) ?? [];
}

/** Whether Fargate has tasks of this size. */
export function isFargateSize(cpu: number, memoryMiB: number): boolean {
  return fargateMemory(cpu).includes(memoryMiB);
}

function memory({ minMiB, maxMiB, stepMiB }: MemoryRange): readonly number[] {
  const count = (maxMiB - minMiB) / stepMiB + 1;
  return Array.from({ length: count }, (_, index) => minMiB + index * stepMiB);
}

/** Version of Fargate; a slot must not change under a running revision. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html */
export const PLATFORM_VERSION = "1.4.0";
