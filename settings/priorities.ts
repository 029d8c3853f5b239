import { createHash } from "node:crypto";

/** What a service's place among the listener rules depends on. */
export interface Route {
  readonly paths: readonly string[];
  /** Given in the settings. */
  readonly priority?: number;
}

/** Half of the 50,000 that a listener has: the test listener has a rule for each slot. Specificity is
 * counted up to 48 characters, so that the bands fit. */
const MOST_SPECIFIC = 98;
const BAND = 250;

/**
 * Priorities of the listener rules, by service; the lowest number is asked first.
 *
 * A derived priority depends on the service's own paths and name, so that adding a service does not
 * move another's rule: rules that swap numbers in one update collide. The less specific a path, the
 * higher the number. Only where two services fall on one number does the later name move on.
 */
export function rulePriorities(
  routes: Readonly<Record<string, Route>>,
): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  const taken = new Set<number>();
  for (const [name, { priority }] of Object.entries(routes)) {
    if (priority === undefined) continue;
    priorities.set(name, priority);
    taken.add(priority);
  }
  const derived = Object.keys(routes).filter((name) => !priorities.has(name));
  for (const name of derived.sort()) {
    let priority = ownPriority(name, routes[name]?.paths ?? []);
    while (taken.has(priority)) priority++;
    priorities.set(name, priority);
    taken.add(priority);
  }
  return priorities;
}

/**
 * Whether every path that `pattern` matches is matched by `cover` as well.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function covers(cover: string, pattern: string): boolean {
  // Positions in `cover` that the pattern so far can have led to.
  let reached = skipStars(cover, new Set([0]));
  for (const char of pattern) {
    const next = new Set<number>();
    for (const position of reached) {
      const wanted = cover[position];
      if (wanted === "*") next.add(position);
      else if (wanted === char || (wanted === "?" && char !== "*")) next.add(position + 1);
    }
    reached = skipStars(cover, next);
  }
  return reached.has(cover.length);
}

function skipStars(cover: string, positions: Set<number>): Set<number> {
  for (const position of positions) if (cover[position] === "*") positions.add(position + 1);
  return positions;
}

function ownPriority(name: string, paths: readonly string[]): number {
  const least = Math.min(MOST_SPECIFIC, ...paths.map(specificity));
  const hash = createHash("sha256").update(name).digest().readUInt32BE(0);
  return (MOST_SPECIFIC - least) * BAND + 1 + (hash % BAND);
}

/** Twice the length before the first wildcard, and one more where there is none. */
function specificity(path: string): number {
  const wildcard = path.search(/[*?]/);
  return wildcard === -1 ? path.length * 2 + 1 : wildcard * 2;
}
