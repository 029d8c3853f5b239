import type { AwsPlace } from "../components/place";
import type { Asked } from "../release/rehearsal/asked";
import type { Candidate } from "../release/rehearsal/due";
import type { RehearsalSettings, Rehearsed } from "../release/rehearsal/evidence";
import { type Answer, type Course, measure, type Turn } from "../release/rehearsal/measure";
import { droppedIn, problemsOf } from "../release/rehearsal/verdict";
import { mapValues, pick } from "../release/map-values";
import type { Slot } from "../release/slots";
import type { Move } from "../release/way-back";
import { servicesBehind } from "./active-services";
import { messageOf } from "./clients";
import { pause } from "./interruption";
import { keepingTasks, scaledMove } from "./kept-tasks";
import { findRuleOf, type LiveRule, targetGroupOf, type WeightedRule } from "./listener-rule";
import { moveTraffic } from "./move-traffic";
import { DroppedRequest, RehearsalLoad } from "./rehearsal-load";
import { remark } from "./remark";
import { ShiftWatch } from "./shift-watch";

/** A service that gets the load, as the traffic shift has left it. */
export interface RehearsedService extends Candidate, Omit<WeightedRule, keyof AwsPlace> {
  readonly service: string;
  readonly clusterArn: string;
  /** ECS service of the slot that has the traffic. */
  readonly serviceName: string;
  /** Healthy targets that a slot must have to get the traffic. */
  readonly minimumHealthyTargets: number;
  /** Names of the alarms on the new version. */
  readonly alarms: readonly string[];
  /** Names of other alarms. */
  readonly watch: readonly string[];
  /** Whether policies scale it. @default false */
  readonly scales?: boolean;
  readonly asked: Asked;
  /** Id of the release that brought the version before. @default nothing is known of one */
  readonly before?: string;
}

interface RehearsalArgs extends AwsPlace {
  readonly settings: RehearsalSettings;
  readonly url: string;
  readonly services: Readonly<Record<string, RehearsedService>>;
}

/** How often it is asked whether a request was dropped, and targets and alarms are looked at. */
const LOOK_SECONDS = 1;

/** One rehearsal: a load, and all traffic back and forward again under it. */
export class Rehearsal {
  private readonly args: RehearsalArgs;
  private readonly back: readonly string[];
  private readonly wait: typeof pause;
  private readonly load: RehearsalLoad;
  private readonly watches: readonly ShiftWatch[];
  private wentBack: Turn | undefined;
  private wentForward: Turn | undefined;
  /** Where the traffic is, for the message of a rehearsal that failed. */
  private whereabouts = "the traffic stays with the new version";

  /**
   * @param back names of the services whose traffic goes back and forth
   * @param wait throws as soon as the update is interrupted
   */
  constructor(args: RehearsalArgs, back: readonly string[], wait: typeof pause = pause) {
    const { settings, url, services, ...place } = args;
    this.args = args;
    this.back = back;
    this.wait = wait;
    const asked = mapValues(services, (service) => service.asked);
    this.load = new RehearsalLoad(url, asked, settings.requestsPerSecond);
    this.watches = Object.values(services).map(
      (service) =>
        new ShiftWatch({
          ...place,
          ...service,
          targetGroupArn: targetGroupOf({ ...place, ...service }, service.live),
          needed: service.minimumHealthyTargets,
        }),
    );
  }

  /** @throws with all that went wrong, and where the traffic is */
  async run(): Promise<Record<string, Rehearsed>> {
    const failure = await this.perform().then(
      () => undefined,
      (error: unknown) => error ?? new Error("nothing was said"),
    );
    await this.load.stop();
    const reasons = failure === undefined ? this.problems() : this.reasons(failure);
    if (reasons.length === 0) return this.rehearsed();
    throw new Error(
      `the rehearsal of the rollback failed: ${reasons.join("\n")}\n` +
        `${this.whereabouts}; look at the tasks and the log of the version that failed, then run the update again`,
      { cause: failure },
    );
  }

  /** What ended it early, and all that was dropped. */
  private reasons(failure: unknown): string[] {
    const dropped = this.ofEach((answers) => droppedIn(answers));
    return failure instanceof DroppedRequest ? dropped : [messageOf(failure), ...dropped];
  }

  private async perform(): Promise<void> {
    const { services, settings, ...place } = this.args;
    await this.load.reach(this.wait);
    await this.look();
    this.load.begin();
    await this.stay();
    if (this.back.length === 0) return;
    const moves = await this.moves();
    const scaled = this.back.map((name) => pick(services, name)).filter(({ scales }) => scales);
    const behind = await servicesBehind(
      place,
      scaled.map(({ clusterArn }) => clusterArn),
    );
    await keepingTasks(
      place,
      scaled.map((each) => scaledMove({ ...place, ...each }, { home: each.live }, behind)),
      () => this.backAndForth(moves),
    );
    remark(`the rollback was rehearsed: ${settings.seconds} s under load on each side`);
  }

  /** By the very writes with which `release rollback --up` goes back. */
  private async backAndForth(moves: readonly Move[]): Promise<void> {
    try {
      this.wentBack = await this.move(moves, "back");
      await this.stay();
    } catch (error) {
      await this.forward(moves).catch((failure: unknown) => {
        throw new Error(`${messageOf(error)}\n${messageOf(failure)}`, { cause: error });
      });
      throw error;
    }
    await this.forward(moves);
    await this.stay();
  }

  private async forward(moves: readonly Move[]): Promise<void> {
    this.whereabouts = "not all traffic is with the new version";
    const home = moves.map((move) => ({ ...move, from: move.to, to: move.from }));
    this.wentForward = await this.move(home, "forward");
    this.whereabouts = "all traffic is with the new version";
  }

  private async move(moves: readonly Move[], way: "back" | "forward"): Promise<Turn> {
    const began = performance.now();
    const when = new Date().toISOString();
    const moved = await moveTraffic(moves, {
      fence: () => Promise.resolve(undefined), // it is the update that runs
      note: ({ from, to }) => `rehearsal ${when} of a rollback: ${way} from ${from} to ${to}`,
    });
    if (moved.moved) return { began, done: performance.now() };
    const strayed = moved.strayed.map((each) => `not put back: ${each}`);
    throw new Error(
      [`the traffic can't go ${way}: ${moved.reasons.join("; ")}`, ...strayed].join("\n"),
    );
  }

  private async moves(): Promise<Move[]> {
    const { services, region, profile } = this.args;
    const place = { region, ...(profile !== undefined && { profile }) };
    return Promise.all(
      this.back.map(async (name): Promise<Move> => {
        const service = pick(services, name);
        const { live, from, minimumHealthyTargets: tasks } = service;
        const rule = { ...place, ...service };
        const found: LiveRule | undefined = await findRuleOf(rule);
        if (!found) throw new Error(`${name}: its listener rule is gone, or leads elsewhere`);
        const shift = { ruleArn: found.arn, rule, proven: [] };
        return { service: name, from: live, to: from as Slot, shift, tasks };
      }),
    );
  }

  /** @throws as soon as a request is dropped, or something is wrong with the new version */
  private async stay(): Promise<void> {
    const end = performance.now() + this.args.settings.seconds * 1000;
    for (;;) {
      const left = (end - performance.now()) / 1000;
      if (left <= 0) return;
      await this.wait(Math.min(left, LOOK_SECONDS));
      await this.look();
    }
  }

  private async look(): Promise<void> {
    this.load.look();
    await Promise.all(this.watches.map((watch) => watch.look()));
  }

  private courseOf(name: string): Course {
    const { live } = pick(this.args.services, name);
    if (!this.back.includes(name)) return { live };
    const { wentBack, wentForward } = this;
    return {
      live,
      ...(wentBack && { back: wentBack }),
      ...(wentForward && { forward: wentForward }),
    };
  }

  private problems(): string[] {
    return this.ofEach((answers, name) =>
      problemsOf(answers, this.courseOf(name), this.args.settings),
    );
  }

  private ofEach(say: (answers: readonly Answer[], name: string) => string[]): string[] {
    return Object.entries(this.load.answers).flatMap(([name, answers]) =>
      say(answers, name).map((problem) => `${name}: ${problem}`),
    );
  }

  private rehearsed(): Record<string, Rehearsed> {
    const at = new Date().toISOString();
    return mapValues(this.args.services, (service, name) => {
      const { load, ...rollback } = measure(pick(this.load.answers, name), this.courseOf(name));
      const { taskDefinitionArn: version, before = "unknown", asked } = service;
      return {
        ...{ version, at, settings: this.args.settings, path: asked.path, load },
        ...(this.back.includes(name) && { rollback: { before, ...rollback } }),
      };
    });
  }
}
