import { connect, type Socket } from "node:net";

/** A connection that is written to by hand, to see what is done with it between requests. */
export class Wire {
  readonly closed: Promise<void>;
  private readonly socket: Socket;
  private received = "";

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (this.received += chunk));
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) =>
      socket.once("close", () => {
        resolve();
      }),
    );
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => {
        resolve(new Wire(socket));
      });
      socket.once("error", reject);
    });
  }

  write(text: string): void {
    this.socket.write(text);
  }

  get(path: string): Promise<string> {
    this.write(`GET ${path} HTTP/1.1\r\nHost: sample\r\n\r\n`);
    return this.answer();
  }

  /** The next complete answer; fails if the connection closes before it. */
  async answer(): Promise<string> {
    for (;;) {
      const [head = "", rest] = this.received.split("\r\n\r\n", 2);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (rest !== undefined && rest.length >= length) {
        const end = head.length + 4 + length;
        const answer = this.received.slice(0, end);
        this.received = this.received.slice(end);
        return answer;
      }
      const more = new Promise((resolve) =>
        this.socket.once("data", () => {
          resolve(true);
        }),
      );
      const open = await Promise.race([more, this.closed.then(() => false)]);
      if (open === false) throw new Error("closed without a complete answer");
    }
  }

  end(): void {
    this.socket.destroy();
  }
}
