/** Node.js says where its own headers are, in every program that is made of it. */
const HEADERS = /\/node-v(\d{1,3}\.\d{1,3}\.\d{1,3})-headers\.tar\.gz/;
/** Longer than what is looked for. */
const KEPT_BYTES = 64;

/** Finds which Node.js a program is, in its bytes as they come. */
export class NodeVersionSearch {
  private rest = "";
  /** Nothing while it was not met. */
  version: string | undefined;

  add(bytes: Uint8Array): void {
    if (this.version !== undefined) return;
    const text =
      this.rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    this.version = HEADERS.exec(text)?.[1];
    this.rest = text.slice(-KEPT_BYTES);
  }
}
