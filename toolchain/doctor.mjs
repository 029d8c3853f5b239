// @ts-check
/** Says what a machine has of the toolchain, what it lacks, and what to do about it; changes nothing. */
import { requireHostNode } from "./host-node.mjs";

const help = `Says what this machine has of the toolchain, what it lacks, and what to do about it. Changes nothing.

usage: npm run doctor [-- --json]
  --json   { mode, cache, cacheBytes, findings: [{ what, state, detail }] }

exit code: 0: everything is there or made when first needed; 1: something is missing; 2: usage`;

requireHostNode();
const { cache } = await import("./paths.mjs");
const { sizeOf } = await import("./cache-size.mjs");
const { findings } = await import("./findings.mjs");
const { unusedDays } = await import("./part.mjs");
const { paint } = await import("./paint.mjs");

/** @type {Record<import("./findings.mjs").Finding["state"], import("./paint.mjs").Colour>} */
const colours = { there: "green", "made when first needed": "yellow", missing: "red" };

async function main() {
  const words = process.argv.slice(2);
  if (words.includes("--help")) {
    console.log(help);
    return 0;
  }
  const unknown = words.find((word) => word !== "--json");
  if (unknown !== undefined) {
    console.error(`switchyard: there is no option ${unknown}\n\n${help}`);
    return 2;
  }
  const { mode, findings: found } = await findings();
  const missing = found.filter(({ state }) => state === "missing").length;
  const cacheBytes = sizeOf(cache);
  if (words.includes("--json")) {
    console.log(JSON.stringify({ mode, cache, cacheBytes, findings: found }, undefined, 2));
    return missing === 0 ? 0 : 1;
  }
  for (const { what, state, detail } of found)
    console.log(`${paint(colours[state], state.padEnd(22), process.stdout)} ${what}: ${detail}`);
  console.log(
    [
      `\nmode: ${mode}`,
      `the cache that all checkouts share: ${cache}, ${Math.round(cacheBytes / 1e6)} MB; parts that nothing asked for ` +
        `in ${unusedDays} days are removed when a new one is made, and all of it can be deleted at any time`,
      missing === 0
        ? "nothing is missing: npm run demo"
        : `${missing} missing: npm test runs what needs none of it, npm run demo needs all of it`,
    ].join("\n"),
  );
  return missing === 0 ? 0 : 1;
}

process.exitCode = await main();
