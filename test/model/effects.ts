import { clock } from "../../effects/interruption";
import { effect as guard, type GuardInputs } from "../../effects/standby-guard";
import { effect as shift, type ShiftInputs } from "../../effects/traffic-shift";

/** What Pulumi keeps of a resource. */
interface Kept {
  readonly id: string;
  readonly outs: unknown;
}

/** Carries out resources as the engine does: made once, then compared, and changed where they differ. */
export class Effects {
  private guardState: Kept | undefined;
  private shiftState: Kept | undefined;
  private readonly pause = clock.pause;
  private readonly log = console.log;

  /** @param pass what happens while an effect waits */
  constructor(pass: (seconds: number) => void) {
    // What effects say while they wait would be said thousands of times.
    console.log = () => undefined;
    this.replacePause((seconds) =>
      Promise.resolve().then(() => {
        pass(seconds);
      }),
    );
  }

  restore(): void {
    console.log = this.log;
    this.replacePause(this.pause);
  }

  private replacePause(value: typeof clock.pause): void {
    clock.pause = value;
  }

  async guard(inputs: GuardInputs): Promise<void> {
    this.guardState = await applied(guard, this.guardState, inputs);
  }

  async shift(inputs: ShiftInputs): Promise<void> {
    this.shiftState = await applied(shift, this.shiftState, inputs);
  }
}

async function applied(
  effect: typeof shift,
  kept: Kept | undefined,
  inputs: unknown,
): Promise<Kept> {
  if (!kept) {
    const made = await effect.create(inputs);
    return { id: made.id, outs: made.outs as unknown };
  }
  const { changes } = await effect.diff(kept.id, kept.outs, inputs);
  if (!changes) return kept;
  const changed = await effect.update(kept.id, kept.outs, inputs);
  return { id: kept.id, outs: changed.outs as unknown };
}
