// Makes one service a single file, outside the image build: node app/bundle.mjs web
import { build } from "esbuild";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const appDirectory = path.dirname(fileURLToPath(import.meta.url));

/**
 * @param {string} service a directory of the app that has a main.ts
 * @param {string} [outDirectory]
 * @returns {Promise<{ file: string, changed: boolean }>} `changed`: the program, or what is bundled in it
 */
export async function bundle(service, outDirectory = path.join(appDirectory, "dist", service)) {
  if (
    !/^[a-z][a-z0-9-]*$/.test(service) ||
    !existsSync(path.join(appDirectory, service, "main.ts"))
  ) {
    throw new Error(
      `no service ${JSON.stringify(service)}: give a directory of app/ with a main.ts`,
    );
  }
  const result = await build({
    absWorkingDir: appDirectory,
    entryPoints: [`${service}/main.ts`],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // The bytes depend on the sources alone, not on a tsconfig.json above them.
    tsconfigRaw: {},
  });
  const file = path.join(outDirectory, "server.js");
  const contents = Buffer.from(result.outputFiles[0]?.contents ?? []);
  const list = Buffer.from(sbom(Object.keys(result.metafile.inputs)));
  const changes = [
    writeIfChanged(path.join(outDirectory, "server.cdx.json"), list),
    writeIfChanged(file, contents),
  ];
  return { file, changed: changes.includes(true) };
}

/**
 * The npm packages that a bundle holds, which nothing in its bytes tells, as a CycloneDX document: scanners read it in the image.
 * @param {string[]} inputs files that were bundled, relative to the app
 */
function sbom(inputs) {
  /** @type {Map<string, object>} */
  const components = new Map();
  for (const input of inputs) {
    const folder = /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
    if (folder === undefined) continue;
    /** @type {{ name: string, version: string }} */
    const { name, version } = JSON.parse(
      readFileSync(path.join(appDirectory, folder, "package.json"), "utf8"),
    );
    const purl = `pkg:npm/${name.replace("@", "%40")}@${encodeURIComponent(version)}`;
    components.set(purl, { type: "library", "bom-ref": purl, name, version, purl });
  }
  const sorted = [...components].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  const document = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components: sorted };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/**
 * An image's tag is a hash of its context: a file that is half-written must never be seen there.
 * @param {string} file
 * @param {Buffer} contents
 */
function writeIfChanged(file, contents) {
  if (existsSync(file) && readFileSync(file).equals(contents)) return false;
  mkdirSync(path.dirname(file), { recursive: true });
  // Beside the context, not in it.
  const temporary = `${path.dirname(file)}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, contents);
    chmodSync(temporary, 0o644);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
  return true;
}

const started = process.argv[1] ?? "";
if (existsSync(started) && realpathSync(started) === fileURLToPath(import.meta.url)) {
  const [service = "", ...rest] = process.argv.slice(2);
  try {
    if (rest.length > 0) throw new Error("too many arguments: give one service");
    const { file, changed } = await bundle(service);
    console.log(`${path.relative(process.cwd(), file)} ${changed ? "written" : "unchanged"}`);
  } catch (error) {
    console.error(`bundle: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
