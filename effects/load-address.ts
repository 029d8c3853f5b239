import { Agent as HttpAgent, request as overHttp } from "node:http";
import { Agent as HttpsAgent, request as overHttps } from "node:https";
import type { RequestOptions } from "node:https";

/** More connections than are under way at a hundred requests a second that take a second each, and a few that hang. */
const MOST_SOCKETS = 256;

/** Where a load is sent: the load balancer by its own name, over connections that are kept. */
export interface LoadAddress {
  readonly request: typeof overHttps;
  /** @param path of the request */
  readonly options: (path: string) => RequestOptions;
  readonly close: () => void;
}

/**
 * The load balancer's own address; where an emulator stands in for AWS (`AWS_ENDPOINT_URL`), the emulator's, which knows
 * the load balancer by the name that is asked for.
 *
 * @param url where people reach the load balancer
 */
export function loadAddress(url: string, emulator = process.env["AWS_ENDPOINT_URL"]): LoadAddress {
  const named = new URL(url);
  const to = emulator === undefined || emulator === "" ? named : new URL(emulator);
  const isSecure = to.protocol === "https:";
  const kept = { keepAlive: true, maxSockets: MOST_SOCKETS };
  const agent = isSecure ? new HttpsAgent(kept) : new HttpAgent(kept);
  const request = isSecure ? overHttps : overHttp;
  return {
    request,
    options: (path) => ({
      agent,
      host: to.hostname,
      ...(to.port !== "" && { port: Number(to.port) }),
      path,
      headers: { host: named.host, "user-agent": "switchyard-rehearsal" },
    }),
    close: () => {
      agent.destroy();
    },
  };
}
