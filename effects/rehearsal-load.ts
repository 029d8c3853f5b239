import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Asked } from "../release/rehearsal/asked";
import type { Answer } from "../release/rehearsal/measure";
import { SLOT_HEADER } from "../release/slot-header";
import { type Slot, SLOTS } from "../release/slots";
import { loadAddress, type LoadAddress } from "./load-address";

const TICK_MS = 20;
const TIMEOUT_MS = 10_000;
/** How long a load balancer may need until its name is known here: a stack's first delivery has just made it. */
const REACH_SECONDS = 120;
/** More of an answer is read, for its connection's sake, and not looked at. */
const MOST_CHARACTERS = 65_536;

/** A reason to end a rehearsal: one is too many. */
export class DroppedRequest extends Error {}

/**
 * Asks services through the load balancer at a steady rate, whatever the answers take. No request is sent twice and none is
 * forgotten: each ends as an answer or as dropped.
 */
export class RehearsalLoad {
  /** By service, in the order in which they ended. */
  readonly answers: Readonly<Record<string, Answer[]>>;
  private readonly asked: Readonly<Record<string, Asked>>;
  private readonly requestsPerSecond: number;
  private readonly address: LoadAddress;
  private readonly underWay = new Set<Promise<void>>();
  private isStopped = false;
  private pacing: Promise<void> | undefined;

  constructor(
    url: string,
    asked: Readonly<Record<string, Asked>>,
    requestsPerSecond: number,
    address = loadAddress(url),
  ) {
    this.address = address;
    this.asked = asked;
    this.requestsPerSecond = requestsPerSecond;
    this.answers = Object.fromEntries(Object.keys(asked).map((name) => [name, []]));
  }

  /** Waits until the load balancer answers anything at all. @throws where it can't be reached from here */
  async reach(pause: (seconds: number) => Promise<void>, seconds = REACH_SECONDS): Promise<void> {
    const end = performance.now() + seconds * 1000;
    for (const asked of Object.values(this.asked))
      for (;;) {
        const { dropped } = await this.ask(asked);
        if (dropped === undefined || /^status /.test(dropped)) break;
        if (performance.now() > end)
          throw new Error(
            `the load balancer can't be reached from here, so that nothing can be rehearsed (${dropped}); ` +
              "run the update from where people reach the services",
          );
        await pause(1);
      }
  }

  begin(): void {
    this.pacing = this.pace();
  }

  /** @throws DroppedRequest with the first one that was */
  look(): void {
    for (const [name, answers] of Object.entries(this.answers)) {
      const { dropped } = answers.find((each) => each.dropped !== undefined) ?? {};
      if (dropped !== undefined) throw new DroppedRequest(`${name}: ${dropped}`);
    }
  }

  /** Begins no more, and waits until every request that was begun has ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.pacing;
    await Promise.all(this.underWay);
    this.address.close();
  }

  private async pace(): Promise<void> {
    const began = performance.now();
    for (let begun = 0; !this.isStopped;) {
      const due = ((performance.now() - began) / 1000) * this.requestsPerSecond;
      for (; begun < due; begun++)
        for (const [name, asked] of Object.entries(this.asked)) this.send(name, asked);
      await sleep(TICK_MS);
    }
  }

  private send(name: string, asked: Asked): void {
    const sent = this.ask(asked).then((answer) => {
      this.answers[name]?.push(answer);
      this.underWay.delete(sent);
    });
    this.underWay.add(sent);
  }

  private ask(asked: Asked): Promise<Answer> {
    const began = performance.now();
    const { request, options } = this.address;
    return new Promise((resolve) => {
      const end = (found: Omit<Answer, "began" | "ended">): void => {
        resolve({ began, ended: performance.now(), ...found });
      };
      const drop = (error: NodeJS.ErrnoException): void => {
        const isLate = error.name === "AbortError" || error.name === "TimeoutError";
        end({
          dropped: isLate ? `no answer in ${TIMEOUT_MS / 1000} s` : (error.code ?? error.message),
        });
      };
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const sent = request({ ...options(asked.path), signal }, (answer) => {
        let body = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          if (body.length < MOST_CHARACTERS) body += chunk;
        });
        answer.once("error", drop);
        answer.once("end", () => {
          end(judge(answer, body, asked));
        });
      });
      sent.once("error", drop);
      sent.end();
    });
  }
}

function judge(
  { statusCode = 0, headers }: IncomingMessage,
  body: string,
  { status, contains }: Asked,
): Omit<Answer, "began" | "ended"> {
  if (statusCode >= 500) return { dropped: `status ${statusCode}` };
  const slot = slotIn(headers[SLOT_HEADER], body);
  const said = slot && { slot };
  if (status !== undefined && statusCode !== status)
    return { ...said, wrong: `status ${statusCode} in place of ${status}` };
  if (contains !== undefined && !body.includes(contains))
    return { ...said, wrong: "an answer without what it is expected to contain" };
  return { ...said };
}

/** By its header, or as the answer of `/version` in the container contract. */
function slotIn(header: string | string[] | undefined, body: string): Slot | undefined {
  const named = header ?? /^\s*\{[^]*"slot"\s*:\s*"(\w+)"/.exec(body)?.[1];
  return SLOTS.find((slot) => slot === named);
}
