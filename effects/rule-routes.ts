import type { AwsPlace } from "../components/place";
import { ListenerRule, type LiveRule, rank, type WeightedRule } from "./listener-rule";
import type { ReleasePart } from "./release-parts";

interface Route {
  readonly wanted: WeightedRule;
  readonly before: LiveRule;
}

export const samePaths = (
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Gives rules other paths and places, all before any traffic moves, while they go on carrying it. */
export class RuleRoutes implements ReleasePart {
  readonly name = "listener rules";
  readonly order = -Infinity;
  private readonly place: AwsPlace;
  private readonly routed: readonly Route[];
  private readonly ranked: readonly Route[];
  private isDone = false;

  constructor(place: AwsPlace, routes: readonly Route[]) {
    this.place = place;
    this.routed = routes.filter(({ wanted, before }) => !samePaths(wanted.paths, before.paths));
    this.ranked = routes.filter(({ wanted, before }) => wanted.priority !== before.priority);
  }

  async prepare(): Promise<void> {
    // nothing to wait for
  }

  async look(): Promise<void> {
    // nothing to see
  }

  async advance(): Promise<undefined> {
    if (this.isDone) return;
    this.isDone = true;
    await this.write(
      ({ wanted }) => wanted.priority,
      ({ wanted }) => wanted.paths,
    );
  }

  async undo(): Promise<string | undefined> {
    if (!this.isDone || this.routed.length + this.ranked.length === 0) return undefined;
    return this.write(
      ({ before }) => before.priority,
      ({ before }) => before.paths,
    ).then(
      () => "their paths and priorities are as they were",
      (error: unknown) => `their paths and priorities could not be put back (${String(error)})`,
    );
  }

  private async write(
    priorityOf: (route: Route) => number,
    pathsOf: (route: Route) => readonly string[] | undefined,
  ): Promise<void> {
    if (this.ranked.length > 0)
      await rank(
        this.place,
        this.ranked.map((route) => ({ arn: route.before.arn, priority: priorityOf(route) })),
      );
    for (const route of this.routed) {
      const paths = pathsOf(route);
      if (paths) await new ListenerRule(route.wanted).route(route.before.arn, paths);
    }
  }

  describe(reason: string, undone: string | undefined): string {
    return `the listener rules could not be given their paths and priorities${undone === undefined ? "" : `, ${undone}`}: ${reason}`;
  }
}
