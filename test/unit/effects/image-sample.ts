import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { create } from "tar";

/** How a layer is kept in a registry. */
export type Packing = "plain" | "gzip" | "zstd";

/** An archive as a layer of an image has it: contents by path; what begins with `-> ` is a link. */
export function layerOf(
  files: Readonly<Record<string, string>>,
  packing: Packing = "gzip",
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-layer-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      const aim = /^-> (.*)$/.exec(content)?.[1];
      if (aim === undefined) writeFileSync(join(folder, path), content);
      else symlinkSync(aim, join(folder, path));
    }
    const options = { cwd: folder, sync: true, portable: true, gzip: packing === "gzip" } as const;
    const bytes = create(options, ["."]).read() ?? Buffer.alloc(0);
    return packing === "zstd" ? zstdCompressSync(bytes) : bytes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A Node.js, as far as a scan looks at it. */
export const nodeProgram = (version: string): string =>
  `${"\u007fELF ".repeat(40_000)}/v${version}/node-v${version}-headers.tar.gz`;

export const dpkgStatus = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;

/** A list of npm packages as a build writes it. */
export const npmList = (packages: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    components: Object.entries(packages).map(([name, version]) => ({
      ...{ type: "library", name, version, purl: `pkg:npm/${name}@${version}` },
    })),
  });
