import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SLOT_HEADER } from "../../../release/slot-header";
import type { Slot } from "../../../release/slots";
import type { FakeBalancer } from "./fake-balancer";

/** What became of one request. */
export interface Seen {
  readonly service: string;
  readonly slot: Slot;
}

type Behave = (response: ServerResponse, seen: Seen) => boolean;

/** The traffic of a fake load balancer, over real HTTP: who answers is as its rules' weights are at that moment. */
export class AnsweringBalancer {
  readonly seen: Seen[] = [];
  /** Host that the last request named. */
  host: string | undefined;
  /** Ends a request in its own way. @returns whether it did */
  behave: Behave = () => false;
  /** Whether answers say which slot gave them. */
  says = true;
  private readonly balancer: FakeBalancer;
  private readonly before = process.env["AWS_ENDPOINT_URL"];
  private readonly server = createServer(({ url = "", headers }, response) => {
    this.host = headers.host;
    const service = url.startsWith("/orders") ? "api" : "web";
    const seen = { service, slot: this.liveOf(service) };
    this.seen.push(seen);
    if (this.behave(response, seen)) return;
    if (this.says) response.setHeader(SLOT_HEADER, seen.slot);
    response.end("hello");
  });

  constructor(balancer: FakeBalancer) {
    this.balancer = balancer;
  }

  /** Listens where an emulator of AWS would. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    if (this.before === undefined) delete process.env["AWS_ENDPOINT_URL"];
    else process.env["AWS_ENDPOINT_URL"] = this.before;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Slots in the order in which they answered for a service, each once in a row. */
  turns(service: string): Slot[] {
    const slots = this.seen.filter((each) => each.service === service).map(({ slot }) => slot);
    return slots.filter((slot, index) => slot !== slots[index - 1]);
  }

  private liveOf(service: string): Slot {
    const rule = this.balancer.rules.find(({ paths }) =>
      paths.some((path) => path.startsWith("/orders")),
    );
    const own = service === "api" ? rule : this.balancer.rules.find((each) => each !== rule);
    const [blue] = own?.groups ?? [];
    return blue?.Weight === 100 ? "blue" : "green";
  }
}
