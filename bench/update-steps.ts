import type { Interval } from "./intervals";
import { STEP } from "../test/soak/killed-delivery";

/** What Pulumi did for one resource, `ImageBuild web`. */
export interface Step extends Interval {
  readonly name: string;
}

/** Takes down when steps begin and end, from the lines that `pulumi up` writes. */
export class UpdateSteps {
  readonly steps: Step[] = [];
  private readonly open = new Map<string, number>();

  take(line: string, at = Date.now() / 1000): void {
    const [, name = "", begins] = STEP.exec(line) ?? [];
    if (name === "") return;
    const from = this.open.get(name);
    if (begins !== undefined) this.open.set(name, from ?? at);
    else if (from !== undefined) {
      this.steps.push({ name, from, to: at });
      this.open.delete(name);
    }
  }

  /** @param type for example `TrafficShift` */
  of(type: string): readonly Step[] {
    return this.steps.filter(({ name }) => name.startsWith(`${type} `));
  }
}
