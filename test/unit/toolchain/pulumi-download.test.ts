import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Child, inFolder, script, toolchain, until } from "./child";

const { pulumi: version } = JSON.parse(readFileSync(join(toolchain, "lock.json"), "utf8")) as {
  pulumi: string;
};
const arch = process.arch === "x64" ? "x64" : "arm64";
const archive = `pulumi-v${version}-linux-${arch}.tar.gz`;

interface Mirror {
  /** What was asked for, with the first byte. */
  readonly asked: string[];
  /** A process that wants Pulumi from here. */
  readonly want: () => Child;
  readonly cache: string;
}

interface MirrorOptions {
  /** Version that the archive holds. @default the pinned one */
  readonly holds?: string;
  /** @default the archive's */
  readonly hash?: string;
  /** Bytes after which the first answer stops for good. @default none */
  readonly stallAt?: number;
}

/** A tree like that of Pulumi's downloads. */
async function withMirror(
  options: MirrorOptions,
  use: (mirror: Mirror) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, "pulumi"));
    const binary = join(folder, "pulumi", "pulumi");
    writeFileSync(binary, `#!/bin/sh\necho v${options.holds ?? version}\n# ${"x".repeat(5000)}\n`);
    chmodSync(binary, 0o755);
    execFileSync("tar", ["-czf", join(folder, archive), "-C", folder, "pulumi"]);
    const bytes = readFileSync(join(folder, archive));
    const hash = options.hash ?? createHash("sha256").update(bytes).digest("hex");
    const asked: string[] = [];
    let { stallAt } = options;
    const server = createServer((request, answer) => {
      const name = request.url?.slice(1) ?? "";
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      if (request.method === "GET") asked.push(`${name} ${from}`);
      if (name === `pulumi-${version}-checksums.txt`) return answer.end(`${hash}  ${archive}\n`);
      if (name !== archive) return answer.writeHead(404).end();
      answer.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length - from });
      if (stallAt === undefined || request.method === "HEAD")
        return answer.end(bytes.subarray(from));
      answer.write(bytes.subarray(0, stallAt));
      stallAt = undefined;
      return undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
      SWITCHYARD_CACHE: join(folder, "cache"),
      SWITCHYARD_PULUMI_DOWNLOADS: `http://127.0.0.1:${port}/`,
    };
    const want = (): Child =>
      script(
        `
        import { ensurePart } from "TOOLCHAIN/part.mjs";
        import { canDownload, pulumiDownloadPart } from "TOOLCHAIN/parts/pulumi-download.mjs";
        import { createProgress } from "TOOLCHAIN/progress.mjs";
        console.log("reachable", await canDownload());
        const part = pulumiDownloadPart({ node: process.execPath });
        await ensurePart(part, createProgress(1)).then(
          (place) => console.log("place " + place),
          (error) => { console.log(error.name + ": " + error.message); process.exitCode = 1; });`,
        env,
      );
    try {
      await use({ asked, want, cache: env.SWITCHYARD_CACHE });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

describe("Pulumi's own download", () => {
  it("is proven by the hash that is published with it, and unpacked", () =>
    withMirror({}, async ({ want, asked, cache }) => {
      const { code, output } = await want().ended;
      assert.equal(code, 0, output);
      assert.match(output, /reachable true/);
      const place = /place (.*)/.exec(output)?.[1] ?? "";
      const found = execFileSync(join(place, "bin", "pulumi"), { encoding: "utf8" });
      assert.equal(found, `v${version}\n`);
      assert.equal(existsSync(join(cache, "downloads", archive)), false, "the archive is gone");
      assert.deepEqual(asked, [`pulumi-${version}-checksums.txt 0`, `${archive} 0`]);
    }));

  it("goes on where a killed run stopped", () =>
    withMirror({ stallAt: 100 }, async ({ want, asked, cache }) => {
      const killed = want();
      const file = join(cache, "downloads", archive);
      await until(
        "some of it is there",
        () => existsSync(file) && readFileSync(file).length === 100,
      );
      await killed.kill();
      const { code, output } = await want().ended;
      assert.equal(code, 0, output);
      assert.equal(asked.at(-1), `${archive} 100`);
    }));

  it("is thrown away when it is not what was published", () =>
    withMirror({ hash: "0".repeat(64) }, async ({ want, cache }) => {
      const { code, output } = await want().ended;
      assert.equal(code, 1);
      assert.match(output, /ToolchainError: .* came with hash .*, but 0{64} was published/);
      assert.equal(existsSync(join(cache, "downloads", archive)), false);
    }));

  it("is refused when nothing proves it", () =>
    withMirror({ hash: "none" }, async ({ want }) => {
      assert.match((await want().ended).output, /has no hash of .*: it is not used unproven/);
    }));

  it("is refused when it holds another version", () =>
    withMirror({ holds: "3.1.0" }, async ({ want }) => {
      assert.match((await want().ended).output, /the download of Pulumi .* holds v3\.1\.0/);
    }));

  it("is not fetched in the clear from another machine", async () => {
    const { canDownload } = await import("../../../toolchain/parts/pulumi-download.mjs");
    const { download } = await import("../../../toolchain/parts/download.mjs");
    assert.equal(await canDownload("http://mirror.example"), false);
    await assert.rejects(download("http://mirror.example/x", "/dev/null"), /only https is/);
  });
});
