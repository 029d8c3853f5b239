import type { AcceptedSlots, PassedTest } from "../release/passed-test";
import type { Slot } from "../release/slots";
import { TaskRun, type TaskRunInputs } from "./task-run";

/** A test of the version that has just got all traffic; it runs while the version is watched. */
export class AcceptanceTest {
  isRunning = true;
  /** Once it has ended well. */
  passed: PassedTest | undefined;
  private failure: Error | undefined;
  private readonly run: TaskRun;
  private readonly over: Promise<void>;

  /** @param targets the version's tasks, `ADDRESS:PORT` */
  constructor(inputs: Omit<TaskRunInputs, "key">, targets: readonly string[]) {
    const environment = { ...inputs.environment, TEST_TARGETS: targets.join() };
    this.run = new TaskRun({ ...inputs, environment, key: "acceptance" });
    this.over = this.run
      .pass()
      .then(
        (passed) => {
          this.passed = passed;
        },
        (error: unknown) => {
          this.failure = error instanceof Error ? error : new Error(String(error));
        },
      )
      .finally(() => {
        this.isRunning = false;
      });
  }

  /** @throws with how it failed, once it has */
  look(): void {
    if (this.failure) throw this.failure;
  }

  /** Ends when its task is told to stop. */
  async cancel(): Promise<void> {
    this.run.cancel();
    await this.over;
  }
}

/** What a part of a release has found good: nothing as long as its test has not ended well, or where it has none. */
export const acceptedIn = (live: Slot, { passed }: Partial<AcceptanceTest> = {}): AcceptedSlots =>
  passed ? { [live]: passed } : {};
