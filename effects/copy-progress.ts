import { remark } from "./remark";

/** Seconds until the first word, and between two of them. */
const FIRST_SECONDS = 2;
const NEXT_SECONDS = 10;

const mebibytes = (bytes: number): string => Math.floor(bytes / 2 ** 20).toLocaleString("en-US");

/** Says how far a copy is, once it takes more than two seconds, and while it does. */
export class CopyProgress {
  private readonly what: string;
  private timer: NodeJS.Timeout | undefined;
  private bytes = 0;
  private all: number | undefined;

  constructor(what: string) {
    this.what = what;
    this.wait(FIRST_SECONDS);
  }

  readonly reach = (bytes: number, all: number): void => {
    [this.bytes, this.all] = [bytes, all];
  };

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(seconds: number): void {
    this.timer = setTimeout(() => {
      const { what, bytes, all } = this;
      const found =
        all === undefined
          ? "reading what it consists of"
          : `${mebibytes(bytes)} of ${mebibytes(all)} MiB are there`;
      remark(`${what}: ${found}`);
      this.wait(NEXT_SECONDS);
    }, seconds * 1000);
    this.timer.unref();
  }
}
