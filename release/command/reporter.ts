import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Paint } from "./paint";
import { NO_PROGRESS, type Progress, reduceProgress } from "./progress";
import { lineView, openView } from "./progress-view";

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How often a terminal is redrawn, and how long anything else may stay silent, in milliseconds. */
const REDRAW = 500;
const SILENCE = 30_000;

/**
 * Shows an update while it runs: what has happened stays, line by line; on a terminal what is under way
 * stands below it and is kept fresh, elsewhere it is told when nothing else was for a while.
 */
export class Reporter {
  progress: Progress = NO_PROGRESS;
  private readonly stream: ProgressStream;
  private readonly paint: Paint;
  private readonly now: () => number;
  private shown = 0;
  private drawn = 0;
  private lastWrite: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(stream: ProgressStream, paint: Paint, now: () => number = Date.now) {
    this.stream = stream;
    this.paint = paint;
    this.now = now;
    this.lastWrite = now();
  }

  start(): void {
    this.timer = setInterval(() => {
      this.tick();
    }, REDRAW);
  }

  event(event: EngineEvent): void {
    this.progress = reduceProgress(this.progress, event);
    this.draw();
  }

  /** Tells what is under way, if it is time to. */
  tick(): void {
    if (this.stream.isTTY) {
      this.draw();
      return;
    }
    const open = openView(this.progress, this.now() / 1000);
    if (open.length === 0 || this.now() - this.lastWrite < SILENCE) return;
    this.write(open.map((line) => `${" ".repeat(12)}  … ${line}\n`).join(""));
  }

  /** A word of the command itself, above what is under way. */
  note(text: string): void {
    this.write(`${this.erase()}${text}\n`);
    this.draw();
  }

  end(): void {
    clearInterval(this.timer);
    this.write(this.erase());
  }

  private draw(): void {
    const news = this.progress.lines.slice(this.shown);
    this.shown = this.progress.lines.length;
    const told = news.map((line) => `${lineView(line, this.paint)}\n`).join("");
    if (!this.stream.isTTY) {
      this.write(told);
      return;
    }
    const open = openView(this.progress, this.now() / 1000);
    const width = Math.max(20, (this.stream.columns || 80) - 1);
    const rows = open.map((line) => `${" ".repeat(12)}  … ${line}`.slice(0, width));
    const below = rows.map((line) => `${this.paint("dim", line)}\n`).join("");
    this.write(this.erase() + told + below);
    this.drawn = rows.length;
  }

  /** Takes away what stands below; the cursor is at the beginning of a line before and after. */
  private erase(): string {
    const lines = this.drawn;
    this.drawn = 0;
    return lines === 0 ? "" : `\u001b[${lines}A\u001b[0J`;
  }

  private write(text: string): void {
    if (text === "") return;
    this.lastWrite = this.now();
    this.stream.write(text);
  }
}
