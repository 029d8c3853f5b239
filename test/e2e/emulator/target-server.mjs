// @ts-check
/** The process in the test image. What it does is told by its environment. */
import { createServer } from "node:http";

const { VERSION = "?", TOKEN, CRASH, NOT_READY } = process.env;
if (CRASH) {
  console.log("starting");
  console.error("boom: cannot start");
  process.exit(Number(CRASH));
}

const server = createServer((request, response) => {
  if (request.url === "/readyz") {
    response.writeHead(NOT_READY ? 503 : 200).end();
    return;
  }
  if (request.url === "/fail") {
    response.writeHead(500).end("failed");
    return;
  }
  const wait = request.url === "/slow" ? 2000 : 0;
  let length = 0;
  request.on("data", (chunk) => (length += chunk.length));
  request.on("end", () => {
    const body = JSON.stringify({ version: VERSION, token: TOKEN, length });
    setTimeout(() => response.end(body), wait);
  });
});
server.keepAliveTimeout = 75_000; // longer than the load balancer's idle timeout
server.listen(8080, () => {
  console.log(`listening ${VERSION}`);
});
process.on("SIGTERM", () => {
  console.log("SIGTERM");
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
