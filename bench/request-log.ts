import { readFileSync } from "node:fs";
import type { Account } from "../demo/stacks";
import type { Interval } from "./intervals";

/** A call of AWS's APIs, as `toolchain/emulator/request_log.py` writes it down. */
export interface Request {
  /** Unix time in seconds. */
  readonly at: number;
  readonly operation: string;
  /** User agent. */
  readonly by: string;
}

/** How the benchmark names itself to AWS where it asks something beside a delivery. */
export const OWN = { userAgentAppId: "bench" } as const;

/** Effects use the SDK for JavaScript, Pulumi's plugins the one for Go. */
const isEffect = ({ by }: Request): boolean =>
  by.includes("aws-sdk-js") && !by.includes(`app/${OWN.userAgentAppId}`);

export function requestsOf({ requestLog }: Account): readonly Request[] {
  if (requestLog === undefined) throw new Error("this account writes no requests down");
  const lines = readFileSync(requestLog, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Request);
}

export const within = (requests: readonly Request[], { from, to }: Interval): readonly Request[] =>
  requests.filter(({ at }) => at >= from && at <= to);

export const byEffects = (requests: readonly Request[]): readonly Request[] =>
  requests.filter(isEffect);

/** How often each operation was called, most often first. */
export function counted(operations: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const each of operations) counts.set(each, (counts.get(each) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

export const described = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ") || "none";
