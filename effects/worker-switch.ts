import { tasksOf } from "../release/capacity";
import type { AcceptedSlots } from "../release/passed-test";
import { otherSlot, type Slot } from "../release/slots";
import { acceptedIn, AcceptanceTest } from "./acceptance-test";
import { clientConfig, messageOf } from "./clients";
import type { EcsServiceName } from "./ecs-service";
import { pause, pauseThough } from "./interruption";
import type { ReleasePart } from "./release-parts";
import { proveImage } from "./running-image";
import { Scaling } from "./scaling";
import { ShiftWatch } from "./shift-watch";
import { SlotRest } from "./slot-rest";
import { SlotStart } from "./slot-start";
import type { WorkerInputs } from "./worker";
import type { FoundSlots } from "./worker-slots";

/** What is known of a worker before it is switched. */
export interface WorkerBefore {
  readonly found: FoundSlots;
  /** Tasks that the settings asked for when the slot was last switched to; nothing if it never was. */
  readonly askedBefore?: number | undefined;
  /** The slot that works again should anything be wrong; nothing where there is none to return to. */
  readonly back?: Slot | undefined;
  /** Whether the version that is to work was live before, or there is nothing else: what works of it is never stopped. */
  readonly isKept: boolean;
}

const POLL_SECONDS = 1;

/** Fargate's longest stop timeout, and a minute. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const STOP_SECONDS = 180;

/** Has one slot of a worker take the work over from the other, or start it where nothing works yet. */
export class WorkerSwitch implements ReleasePart {
  readonly name: string;
  readonly order: number;
  readonly goesBackSlowly = true;
  private readonly inputs: WorkerInputs;
  private readonly before: WorkerBefore;
  /** Tasks that the slot needs: as many, too, as the one has whose work it takes over. */
  private readonly needed: number;
  private readonly start: SlotStart;
  private readonly stop: SlotRest | undefined;
  private watch: ShiftWatch;
  /** Whether something has begun that must be put back. */
  private hasActed: boolean;
  private hasToldToStop = false;
  private isStopped = false;
  private isStarted = false;
  private isOver = false;
  private acceptance: AcceptanceTest | undefined;
  /** When the bake is over, in Unix milliseconds. */
  private over: number | undefined;

  constructor(inputs: WorkerInputs, before: WorkerBefore) {
    this.name = inputs.service;
    this.order = inputs.order;
    this.inputs = inputs;
    this.before = before;
    const { found, back, askedBefore, isKept } = before;
    const other = found[otherSlot(inputs.live)];
    this.needed = Math.max(inputs.tasks, (back && found[back]?.desired) ?? 0);
    this.start = this.startOf(inputs.live, (desired) => tasksOf(desired, this.needed, askedBefore));
    this.stop = other && this.restOf(otherSlot(inputs.live));
    this.watch = this.watchFor(0);
    const isAway = back !== undefined && !found[back]?.isAwake;
    this.hasActed = !isKept && (isAway || this.wasAwake);
  }

  get accepted(): AcceptedSlots {
    return acceptedIn(this.inputs.live, this.acceptance);
  }

  /** Whether the version that is to work did when it was found. */
  private get wasAwake(): boolean {
    return this.before.found[this.inputs.live]?.isAwake ?? false;
  }

  /** A version that may work beside the other one is up before anything else of the release moves. */
  async prepare(stop: AbortSignal): Promise<void> {
    await this.watch.look();
    const { found } = this.before;
    if (!this.inputs.overlap && found[otherSlot(this.inputs.live)]?.isAwake) return;
    while (!stop.aborted && !(await this.comesUp())) await pause(POLL_SECONDS);
  }

  async look(): Promise<void> {
    await this.watch.look();
    this.acceptance?.look();
  }

  async advance(): Promise<number | undefined> {
    if (this.isOver) return undefined;
    if (!(await this.goesDown()) || !(await this.comesUp())) return POLL_SECONDS;
    this.over ??= this.beginBake();
    const left = (this.over - Date.now()) / 1000;
    if (left > 0) return left;
    this.acceptance?.look();
    if (this.acceptance?.isRunning) return POLL_SECONDS;
    const { image } = this.inputs;
    if (image !== undefined) await proveImage({ ...this.inputs, image });
    this.isOver = true;
    return undefined;
  }

  /** @returns whether the other version has stopped */
  private async goesDown(): Promise<boolean> {
    if (this.isStopped || !this.stop) return true;
    this.hasActed = true;
    this.hasToldToStop = true;
    this.isStopped = await this.stop.poll();
    return this.isStopped;
  }

  /** @returns whether the slot is steady and healthy */
  private async comesUp(): Promise<boolean> {
    if (this.isStarted) return true;
    this.hasActed = true;
    this.isStarted = await this.start.poll();
    if (this.isStarted) this.watch = this.watchFor(this.needed);
    return this.isStarted;
  }

  /** @returns when it is over, in Unix milliseconds */
  private beginBake(): number {
    const { acceptance, bakeSeconds } = this.inputs;
    if (acceptance)
      this.acceptance = new AcceptanceTest({ ...clientConfig(this.inputs), ...acceptance }, []);
    return Date.now() + bakeSeconds * 1000;
  }

  async undo(): Promise<string | undefined> {
    const { back, isKept } = this.before;
    if (!this.hasActed || (back === undefined && isKept)) return undefined;
    await this.acceptance?.cancel();
    const what =
      back === undefined ? "it has been stopped again" : `the version in ${back} works again`;
    return this.goBack(back).then(
      () => what,
      (failure: unknown) =>
        `and this could not be put back (${messageOf(failure)}): look at what works, then run the update again`,
    );
  }

  private async goBack(back: Slot | undefined): Promise<void> {
    const { overlap } = this.inputs;
    if (back === undefined) return this.end();
    if (!overlap) await this.end();
    const failure = await this.startAgain(back).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // One that was never told to stop works on, if with less; that is no reason to keep the other one.
    if (overlap && (!failure || !this.hasToldToStop)) await this.end();
    if (failure) throw failure.error;
  }

  private async startAgain(back: Slot): Promise<void> {
    const asked = Math.max(this.inputs.tasks, this.before.found[back]?.desired ?? 0);
    const start = this.startOf(back, (desired) => Math.max(desired, asked));
    while (!(await start.poll())) await pauseThough(POLL_SECONDS);
    await new Scaling(this.inputs).give(this.slot(back), "both");
  }

  /** Stops the version that was to work, unless it did and may. */
  private async end(): Promise<void> {
    if (this.before.isKept && this.wasAwake) return;
    const rest = this.restOf(this.inputs.live);
    while (!(await rest.poll())) await pauseThough(POLL_SECONDS);
  }

  describe(reason: string, undone: string | undefined): string {
    const { live } = this.inputs;
    if (undone !== undefined)
      return `${this.name}: the version in ${live} could not take over, ${undone}: ${reason}`;
    if (!this.hasActed)
      return (
        `${this.name}: the version in ${live} was not started: ${reason}; ` +
        "mend the version or wait until it is well, then run the update again"
      );
    return `${this.name}: ${live} could not be given all of the work: ${reason}; run the update again`;
  }

  private slot(slot: Slot): EcsServiceName & { readonly taskDefinitionArn: string } {
    const { inputs, before } = this;
    return { ...inputs, ...(slot === inputs.live ? {} : before.found[slot]) };
  }

  private startOf(slot: Slot, tasksFor: (desired: number) => number): SlotStart {
    return new SlotStart(this.whole(slot, this.inputs.readyTimeoutSeconds), tasksFor);
  }

  private restOf(slot: Slot): SlotRest {
    const whole = this.whole(slot, STOP_SECONDS);
    return new SlotRest({ ...whole, drainSeconds: 0, untilStopped: true });
  }

  private whole(slot: Slot, timeoutSeconds: number) {
    const { service, logGroup, logStreamPrefixes } = this.inputs;
    const logs = { containerName: service, logGroup, logStreamPrefix: logStreamPrefixes[slot] };
    return { ...this.slot(slot), ...logs, service, slot, timeoutSeconds };
  }

  private watchFor(needed: number): ShiftWatch {
    return new ShiftWatch({ ...this.inputs, alarms: [], needed });
  }
}
