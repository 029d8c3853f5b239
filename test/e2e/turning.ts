import type { Stacks } from "../../demo/stacks";
import { ask } from "../unit/app/ask";
import { edit } from "./story";

const QUERY = "turn";
const TURNED = "turned ";

/** What is done to each answer of the routes of `web`, /version not among them. */
const spoils = {
  /** Three of four requests that the load sends to web come here, so that 1 in 37 of these is 2 % of all. */
  "2 % fail": "if (++state.count % 37 === 0) throw new Error('1 in 50');",
  "five times as slow":
    "const began = performance.now(); const reply = await route.handler(call); " +
    "await new Promise((done) => setTimeout(done, 4 * (performance.now() - began))); return reply;",
} as const;

/** Makes a version of `web` that is good until it is told to turn bad. @returns what takes the edit back */
export function writeTurning(stacks: Stacks, spoil: keyof typeof spoils): () => void {
  const turning = `const state = { isBad: false, count: 0, id: String(Math.random()) };
const turning = (route) => ({ ...route, handler: async (call) => {
  if (call.query.has("${QUERY}")) {
    state.isBad = true;
    return { status: 200, body: "${TURNED}" + state.id };
  }
  if (state.isBad) { ${spoils[spoil]} }
  return route.handler(call);
} });
`;
  const restore = edit(stacks, "web/main.ts", /^/, turning);
  edit(stacks, "web/main.ts", "webRoutes(config) }", "webRoutes(config).map(turning) }");
  return restore;
}

/** Tells the version to turn bad, by asking until so many of its tasks have been told. */
export async function turnBad(stacks: Stacks, url: string, tasks: number): Promise<void> {
  const told = new Set<string>();
  const headers = { host: new URL(url).host };
  while (told.size < tasks) {
    const { body } = await ask(stacks.account("stage").port, `/?${QUERY}`, { headers });
    if (body.startsWith(TURNED)) told.add(body);
  }
}
