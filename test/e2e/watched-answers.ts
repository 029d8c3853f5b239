import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** An answer of the page's service: which release gave it, `none` where it names none, and when, in `performance.now()`. */
export interface Answer {
  /** First 12 digits of its id. */
  readonly release: string;
  readonly asked: number;
  readonly answered: number;
}

/** Asks the page's service behind a load balancer for its version, a hundred times a second at most. @returns stops it, and gives all answers in their order */
export function watchAnswers(port: number, host: string): () => Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const agent = new Agent({ keepAlive: true });
  const state = { stopped: false };
  const watching = (async () => {
    while (!state.stopped) {
      const asked = performance.now();
      const release = await releaseThatAnswers(agent, port, host);
      answers.push({ release, asked, answered: performance.now() });
      await sleep(10);
    }
  })();
  return async () => {
    state.stopped = true;
    await watching;
    agent.destroy();
    return answers;
  };
}

function releaseThatAnswers(agent: Agent, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { agent, host: "127.0.0.1", port, path: "/version", headers: { host } };
    request(options, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
      answer.once("end", () => {
        resolve(/"release":"([0-9a-f]{12})/.exec(body)?.[1] ?? "none");
      });
    })
      .once("error", reject)
      .end();
  });
}
