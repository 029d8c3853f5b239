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
 * @returns {Promise<{ file: string, changed: boolean }>}
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
  return { file, changed: writeIfChanged(file, contents) };
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
