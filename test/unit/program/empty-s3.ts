import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const NO_BUCKET = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>`;

let address: Promise<string> | undefined;

/** An S3 that has no bucket, as an account is before its first delivery. @returns its URL */
export function emptyS3(): Promise<string> {
  address ??= new Promise((resolve, reject) => {
    const server = createServer((_request, response) => {
      response.writeHead(404, { "content-type": "application/xml" }).end(NO_BUCKET);
    });
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    });
    // It ends with the tests.
    server.unref();
  });
  return address;
}
