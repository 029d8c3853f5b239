import { deliveries } from "./deliveries";
import { histories } from "./histories";

/** Experiments too long for `npm test`, each with a short form there. usage: npm run soak -- NAME */
const experiments: Record<string, { readonly what: string; readonly run: () => Promise<boolean> }> =
  {
    deliveries: {
      what: "10 versions in a row to one stack under load; short form: test/e2e/road.test.ts",
      run: () => deliveries({ versions: 10, requestsPerSecond: 300 }),
    },
    histories: {
      what: "20,000 arbitrary histories of a stack; short form: test/unit/model/deliveries.test.ts",
      run: () => histories({ runs: 20_000 }),
    },
  };

async function main(): Promise<number> {
  const experiment = experiments[process.argv[2] ?? ""];
  if (!experiment) {
    console.error("usage: npm run soak -- NAME\n");
    for (const [name, { what }] of Object.entries(experiments))
      console.error(`  ${name.padEnd(14)} ${what}`);
    return 2;
  }
  return (await experiment.run()) ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
