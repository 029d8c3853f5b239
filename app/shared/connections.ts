import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Knows how many requests each open connection carries, which `http.Server` does not tell. */
export class Connections {
  private readonly requests = new Map<Socket, number>();

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      this.requests.set(socket, 0);
      socket.once("close", () => this.requests.delete(socket));
    });
  }

  begin(socket: Socket): void {
    this.requests.set(socket, (this.requests.get(socket) ?? 0) + 1);
  }

  /** @returns whether the connection carries no other request */
  end(socket: Socket): boolean {
    const left = (this.requests.get(socket) ?? 1) - 1;
    if (this.requests.has(socket)) this.requests.set(socket, left);
    return left === 0;
  }

  get requestsInFlight(): number {
    let sum = 0;
    for (const count of this.requests.values()) sum += count;
    return sum;
  }

  closeIdle(): void {
    for (const [socket, count] of this.requests) {
      if (count === 0) socket.destroy();
    }
  }
}
