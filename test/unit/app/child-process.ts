import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** The file that the image holds, made anew. */
export class BundledService {
  readonly file: string;
  private readonly directory: string;

  private constructor(directory: string, file: string) {
    this.directory = directory;
    this.file = file;
  }

  static async make(service: string): Promise<BundledService> {
    const { bundle } = await import("../../../app/bundle.mjs");
    const directory = await mkdtemp(path.join(tmpdir(), "switchyard-app-"));
    const { file } = await bundle(service, directory);
    return new BundledService(directory, file);
  }

  run(environment: NodeJS.ProcessEnv, ...commandArguments: string[]): Child {
    return new Child(
      spawn(process.execPath, [this.file, ...commandArguments], {
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}

export class Child {
  output = "";
  readonly exit: Promise<number | null>;
  private readonly process: ChildProcess;

  constructor(process: ChildProcess) {
    this.process = process;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => (this.output += chunk));
    }
    this.exit = new Promise((resolve) =>
      process.once("close", (code) => {
        resolve(code);
      }),
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  async port(): Promise<number> {
    return Number((await this.line("listening"))["port"]);
  }

  /** The first log line with this message; fails if the process ends without it. */
  async line(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.lines().find((line) => line["msg"] === message);
      if (found) return found;
      const more = new Promise((resolve) =>
        this.process.stdout?.once("data", () => {
          resolve(true);
        }),
      );
      const alive = await Promise.race([more, this.exit.then(() => false)]);
      if (alive === false) throw new Error(`ended without "${message}": ${this.output}`);
    }
  }

  lines(): Record<string, unknown>[] {
    const complete = this.output.split("\n").slice(0, -1);
    return complete.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
