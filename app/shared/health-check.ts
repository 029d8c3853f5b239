import { get } from "node:http";
import { EnvironmentReader, type Environment } from "./environment-reader";

/** For the container's health check: asks the service beside it, so the image needs no other program. */
export async function checkHealth(environment: Environment, timeoutMs = 2_000): Promise<void> {
  const reader = new EnvironmentReader(environment);
  const port = reader.integer("PORT", { min: 1, max: 65_535 });
  reader.finish();
  await new Promise<void>((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: "/healthz", timeout: timeoutMs, agent: false };
    const request = get(options, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`/healthz answered ${response.statusCode ?? "nothing"}`));
    });
    request.once("timeout", () => {
      request.destroy(new Error(`/healthz did not answer within ${timeoutMs} ms`));
    });
    request.once("error", reject);
  });
}
