import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SLOTS, type Slot } from "../release/slots";
import { type Found, isThere, type Move, obstacle } from "../release/way-back";
import { allTo, describeWeights, sameWeights, type Weights } from "../release/weights";
import { clientConfig, explain, messageOf } from "./clients";
import { ListenerRule, targetGroupOf } from "./listener-rule";
import { targetHealthOf } from "./target-health";

export interface MoveOptions {
  /** Asked last, just before the first write. @returns why nothing may be written */
  readonly fence: () => Promise<string | undefined>;
  /** Who moves what when, for the tag; at most 256 characters.
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Tag.html */
  readonly note: (move: Move) => string;
}

/** Why the traffic was not moved. All of it is where it was, unless `strayed` says otherwise. */
export interface NotMoved {
  readonly moved: false;
  readonly reasons: readonly string[];
  /** Services whose weights could not be put back either. */
  readonly strayed: readonly string[];
}

export interface Moved {
  readonly moved: true;
  /** Services whose weights were written; the others had them already. */
  readonly written: readonly string[];
  /** From the first write to the last answer that they are as written. */
  readonly writeMs: number;
  /** Why the tags are missing that say who did it. */
  readonly unrecorded: readonly string[];
}

/** Tag of a listener rule that says who moved its traffic last without an update. */
export const TRAFFIC_TAG = "switchyard:traffic";

/** Moves the traffic of all these services, each by one write, or of none. */
export async function moveTraffic(
  moves: readonly Move[],
  { fence, note }: MoveOptions,
): Promise<Moved | NotMoved> {
  const rules = rulesOf(moves);
  const looks = await Promise.all(rules.map((rule) => rule.look()));
  const obstacles = looks.flatMap(({ reason }) => reason ?? []);
  if (obstacles.length > 0) return { moved: false, reasons: obstacles, strayed: [] };
  const pending = rules.filter((_rule, index) => looks[index]?.there === false);
  const fenced = pending.length > 0 ? await fence() : undefined;
  if (fenced !== undefined) return { moved: false, reasons: [fenced], strayed: [] };
  const began = performance.now();
  const notes = Promise.all(pending.map((rule) => rule.record(note(rule.move))));
  const failures = await Promise.all(pending.map((rule) => rule.go()));
  const writeMs = performance.now() - began;
  const unrecorded = (await notes).flatMap((each) => each ?? []);
  const reasons = failures.flatMap((each) => each ?? []);
  if (reasons.length === 0) {
    const written = pending.map(({ move }) => move.service);
    return { moved: true, written, writeMs, unrecorded };
  }
  const strayed = await Promise.all(pending.map((rule) => rule.goBack()));
  await Promise.all(pending.map((rule) => rule.record(`put back: ${note(rule.move)}`)));
  return { moved: false, reasons, strayed: strayed.flatMap((each) => each ?? []) };
}

/** One client for all: its credentials are looked up once, and its connections are kept. */
function rulesOf(moves: readonly Move[]): MovedRule[] {
  const [first] = moves;
  if (!first) return [];
  const client = new ElasticLoadBalancingV2Client(clientConfig(first.shift.rule));
  return moves.map((move) => new MovedRule(move, client));
}

class MovedRule {
  readonly move: Move;
  private readonly rule: ListenerRule;
  private readonly client: ElasticLoadBalancingV2Client;

  constructor(move: Move, client: ElasticLoadBalancingV2Client) {
    this.move = move;
    this.client = client;
    this.rule = new ListenerRule(move.shift.rule, client);
  }

  /** Whether the traffic may go, or is there. */
  async look(): Promise<{ readonly there: boolean; readonly reason?: string }> {
    const { service, shift } = this.move;
    try {
      const [live, blue, green] = await Promise.all([
        this.rule.read(shift.ruleArn),
        ...SLOTS.map((slot) => this.healthy(slot)),
      ]);
      const found: Found = { rule: live, healthy: { blue: blue ?? 0, green: green ?? 0 } };
      const reason = obstacle(this.move, found);
      const there = isThere(this.move, live);
      return { there, ...(reason !== undefined && { reason: `${service}: ${reason}` }) };
    } catch (error) {
      return {
        there: false,
        reason: explain(error, `${service}: reading the live weights`).message,
      };
    }
  }

  private async healthy(slot: Slot): Promise<number> {
    const { rule } = this.move.shift;
    return (await targetHealthOf(rule, targetGroupOf(rule, slot), this.client)()).healthy;
  }

  /** Writes the weights and reads them back. @returns why that did not work */
  async go(): Promise<string | undefined> {
    return this.put(allTo(this.move.to));
  }

  /** @returns why that did not work */
  async goBack(): Promise<string | undefined> {
    return this.put(allTo(this.move.from));
  }

  private async put(to: Weights): Promise<string | undefined> {
    const { service, shift } = this.move;
    try {
      await this.rule.write(shift.ruleArn, to);
      const now = await this.rule.read(shift.ruleArn);
      if (now && sameWeights(now.weights, to)) return undefined;
      const found = now ? describeWeights(now.weights) : "no rule";
      return `${service}: read back ${found} after the write`;
    } catch (error) {
      return `${service}: writing ${describeWeights(to)}: ${messageOf(error)}`;
    }
  }

  /** @returns why there is no record */
  async record(text: string): Promise<string | undefined> {
    try {
      await this.rule.note(this.move.shift.ruleArn, TRAFFIC_TAG, tagValue(text));
      return undefined;
    } catch (error) {
      return `${this.move.service}: ${messageOf(error)}`;
    }
  }
}

const tagValue = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{N} +\-=._:/@]/gu, "_").slice(0, 256);
