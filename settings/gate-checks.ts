import type { Problem } from "../release/errors";
import type { Config } from "./config";
import { childPath, topPath } from "./config-path";

/** Whether windows and freezes end after they begin. */
export function checkGate({ namespace, gate }: Config, problems: Problem[]): void {
  const path = topPath(namespace, "gate");
  const at = (list: string, index: number): string =>
    childPath(childPath(childPath(path, list), index), "to");
  for (const [index, window] of (gate?.windows ?? []).entries()) {
    const { from, to } = window ?? {};
    if (from === undefined || to === undefined || from < to) continue;
    problems.push({
      path: at("windows", index),
      found: to,
      allowed: `a time after ${from}`,
      action: "write one window for each side of midnight",
    });
  }
  for (const [index, freeze] of (gate?.freezes ?? []).entries()) {
    const { from, to } = freeze ?? {};
    if (from === undefined || to === undefined || from <= to) continue;
    problems.push({
      path: at("freezes", index),
      found: to,
      allowed: `${from} or a later day`,
      action: "correct it",
    });
  }
}
