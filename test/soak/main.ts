import { copies } from "./copies";
import { deliveries } from "./deliveries";
import { histories } from "./histories";
import { kills } from "./kills";
import { everyByte } from "./ledger";
import { parity } from "./parity";

/** An experiment too long for `npm test`, which has a short form of it. */
interface Experiment {
  readonly what: string;
  /** How often, unless the command says otherwise. */
  readonly times: number;
  readonly run: (times: number) => Promise<boolean>;
}

const experiments: Readonly<Record<string, Experiment>> = {
  deliveries: {
    what: "versions in a row to one stack under load; short form: test/e2e/road.test.ts",
    times: 20,
    run: (versions) =>
      deliveries({ versions, requestsPerSecond: 320, leastRequests: versions * 10_000 }),
  },
  kills: {
    what: "deliveries killed at another point each, and one up after it; short form: test/e2e/kills.test.ts",
    times: 60,
    run: (points) => kills({ points, requestsPerSecond: 60 }),
  },
  histories: {
    what: "arbitrary histories of a stack; short form: test/unit/model/deliveries.test.ts",
    times: 20_000,
    run: (runs) => histories({ runs }),
  },
  parity: {
    what: "pairs of stacks that differ in declared values alone; short form: test/unit/release/parity/pairs.test.ts",
    times: 200,
    run: (pairs) => parity({ pairs }),
  },
  ledger: {
    what: "ledgers of which each byte gets each other value; short form: test/unit/release/ledger/verify.test.ts",
    times: 1,
    run: (ledgers) => everyByte({ ledgers }),
  },
  copy: {
    what: "kills of an image's copy, one by one and as many of one copy; corrupted layers; 2 GiB; short form: test/e2e/image-copy.test.ts",
    times: 20,
    run: (times) => copies({ times }),
  },
};

async function main([name = "", times]: readonly string[]): Promise<number> {
  const experiment = experiments[name];
  const count = Number(times ?? experiment?.times);
  if (!experiment || !Number.isInteger(count) || count < 1) {
    console.error("usage: npm run soak -- NAME [TIMES]\n");
    for (const [each, { what, times: usual }] of Object.entries(experiments))
      console.error(`  ${each.padEnd(12)} ${usual} ${what}`);
    return 2;
  }
  return (await experiment.run(count)) ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
