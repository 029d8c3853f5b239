import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error";
import type { Reply } from "./reply";

export interface Call {
  readonly request: IncomingMessage;
  /** The parts of the path that the route names with a colon. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

export interface Route {
  readonly method: "GET" | "POST";
  /** For example `/orders/:id`. */
  readonly path: string;
  readonly handler: Handler;
}

export interface Match {
  readonly handler: Handler;
  readonly parameters: Readonly<Record<string, string>>;
}

/** HEAD is answered by the GET route. Throws the 404 or 405 that the client is to get. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const wanted = method === "HEAD" ? "GET" : method;
  const allowed = new Set<string>();
  for (const route of routes) {
    const parameters = matchPath(route.path, path);
    if (!parameters) continue;
    if (route.method === wanted) return { handler: route.handler, parameters };
    allowed.add(route.method);
    if (route.method === "GET") allowed.add("HEAD");
  }
  if (allowed.size === 0) throw new HttpError(404, "not_found", "there is nothing at this path");
  const allow = [...allowed].sort().join(", ");
  throw new HttpError(405, "method_not_allowed", `this path answers ${allow}`, {
    headers: { allow },
  });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split("/");
  const parts = path.split("/");
  if (names.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? "";
    if (name.startsWith(":") && part !== "") parameters[name.slice(1)] = part;
    else if (name !== part) return undefined;
  }
  return parameters;
}
