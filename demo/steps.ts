import { styleText } from "node:util";

const out = process.stdout;
const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: out });

export interface Step {
  readonly title: string;
  readonly seconds: number;
}

const bar = "─".repeat(72);

/** What the demo says: a numbered step with its command, what happens in it, and how long it took. */
export class Steps {
  readonly done: Step[] = [];
  private readonly total: number;

  constructor(total: number) {
    this.total = total;
  }

  /** @param command what a person would type; shown, so that the demo can be repeated by hand */
  async run<T>(
    title: string,
    command: string | undefined,
    work: (say: (line: string) => void) => Promise<T>,
  ): Promise<T> {
    const began = performance.now();
    out.write(`\n${paint("bold", `[${this.done.length + 1}/${this.total}] ${title}`)}\n`);
    if (command !== undefined) out.write(`${paint("cyan", `  $ ${command}`)}\n`);
    const result = await work((line) => {
      this.say(line, began);
    });
    const seconds = (performance.now() - began) / 1000;
    this.clear();
    out.write(`${paint("green", `  done in ${seconds.toFixed(1)} s`)}\n`);
    this.done.push({ title, seconds });
    return result;
  }

  /** On a terminal the newest line stands for all before it; elsewhere each is kept. */
  private say(line: string, began: number): void {
    const seconds = `${Math.round((performance.now() - began) / 1000)} s`.padStart(5);
    const text = `  ${seconds}  ${line}`.slice(0, (out.columns || 120) - 1);
    this.clear();
    out.write(out.isTTY ? paint("dim", text) : `${text}\n`);
  }

  private clear(): void {
    if (out.isTTY) out.write("\r\u001b[K");
  }

  note(text: string): void {
    this.clear();
    out.write(`${text.replace(/^/gm, "  ")}\n`);
  }

  title(text: string): void {
    out.write(`\n${bar}\n${paint("bold", text)}\n${bar}\n`);
  }
}
