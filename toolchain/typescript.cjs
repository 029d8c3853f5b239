// @ts-check
/**
 * Has Node.js run TypeScript as it is: `node --require ./toolchain/typescript.cjs FILE.ts`. Types are taken
 * out by esbuild and not looked at, which `npm test` does; in a tenth of the time that the compiler takes to
 * start, and every preview, update and provider waits for it.
 */
const { transformSync } = require("esbuild");
const { readFileSync } = require("node:fs");

/** @param {NodeJS.Module & { _compile(code: string, filename: string): void }} module @param {string} filename */
function load(module, filename) {
  const { code } = transformSync(readFileSync(filename, "utf8"), {
    loader: "ts",
    format: "cjs",
    platform: "node",
    target: "node22",
    charset: "utf8",
    sourcefile: filename,
    sourcemap: "inline",
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  });
  module._compile(code, filename);
}

require.extensions[".ts"] = /** @type {any} */ (load);
process.setSourceMapsEnabled(true);
