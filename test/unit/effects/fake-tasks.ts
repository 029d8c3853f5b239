import assert from "node:assert/strict";

/** What the ARN of each task begins with; a number follows, from 0. */
export const ARN = "arn:aws:ecs:us-east-1:111111111111:task/sample/abc";

/** One cluster, as far as one task needs it. */
export class Tasks {
  status = "RUNNING";
  exitCode: number | undefined;
  /** Of every task that was started: its client token, and whether it still runs. */
  readonly started: { token: string; startedBy: string; arn: string; isRunning: boolean }[] = [];

  readonly answers = {
    ListTasks: ({ startedBy, desiredStatus }: Record<string, unknown>) => {
      if (startedBy !== undefined) assert.equal(desiredStatus, undefined, "its only filter");
      const found = this.started.filter((task) =>
        desiredStatus === "STOPPED"
          ? !task.isRunning
          : task.isRunning && task.startedBy === startedBy,
      );
      return { taskArns: found.map(({ arn }) => arn) };
    },
    RunTask: ({ clientToken, startedBy }: Record<string, unknown>) => {
      const known = this.started.find(({ token }) => token === clientToken);
      const task = known ?? {
        token: String(clientToken),
        startedBy: String(startedBy),
        arn: `${ARN}${this.started.length}`,
        isRunning: true,
      };
      if (!known) this.started.push(task);
      return { tasks: [{ taskArn: task.arn, lastStatus: "PROVISIONING" }] };
    },
    DescribeTasks: ({ tasks }: Record<string, unknown>) => ({
      tasks: (tasks as string[]).map((taskArn) => ({
        taskArn,
        startedBy: this.started.find(({ arn }) => arn === taskArn)?.startedBy,
        lastStatus: this.status,
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "web", exitCode: this.exitCode }],
      })),
    }),
    StopTask: () => ({}),
    GetLogEvents: () => ({ events: [{ message: "GET /version: expected 200, found 500\n" }] }),
  };

  end(exitCode: number): void {
    [this.status, this.exitCode] = ["STOPPED", exitCode];
    for (const task of this.started) task.isRunning = false;
  }
}
