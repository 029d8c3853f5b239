import assert from "node:assert/strict";
import fc from "fast-check";
import { SettingsError } from "../../../release/errors";
import { parseSettings } from "../../../settings/parse";
import { isWorker } from "../../../settings";
import { type Draft, encode, sampleDraft, WORKER } from "./sample-config";

/** A line of a refusal: its config path, what was found, what is allowed, what to do. */
const LINE = /^(switchyard|aws):(\w|[.-]|\[\d+\]|\["([^"\\]|\\.)*"\])+: found .+; allowed .+; .+$/;

/** Texts and numbers that mean something somewhere, so that a mutation often nearly fits. */
const likely = fc.constantFrom<unknown>(
  ...["", "web", "api", "x", "__proto__", "constructor", "/*", "/orders", "us-east-1c", "none"],
  ...["10.20.0.0/28", "10.30.0.0/16", "true", "false", "session-key", "a\nb", "sha256:0", "\u2028"],
  ...[0, 1, 5, 30, 256, 512, 1024, 4096, 8080, -1, 1.5, 1e21],
  ...[true, false, null, undefined],
);
const replacement = fc.oneof(
  { arbitrary: likely, weight: 4 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
);

interface Mutation {
  readonly steps: readonly number[];
  readonly key: string | undefined;
  readonly value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  key: fc.oneof(
    fc.constant(undefined),
    fc.constantFrom("tasks", "__proto__", "a\nb", "SLOT", "x"),
    // What makes a service one of the other kind, of both or of none, and what only one kind has.
    fc.constantFrom("worker", "paths", "port", "steps", "standby", "expect", "requestsPerTarget"),
  ),
  value: replacement,
});

/** Walks some steps into the draft and puts a value there, under a key there is or a new one. */
function mutate(draft: Draft, { steps, key, value }: Mutation): void {
  let at: Draft = draft;
  for (const [index, step] of steps.entries()) {
    const keys = Object.keys(at);
    const chosen = keys[step % Math.max(1, keys.length)];
    const inner: unknown = chosen === undefined ? undefined : at[chosen];
    if (index < steps.length - 1 && typeof inner === "object" && inner !== null) {
      at = inner as Draft;
      continue;
    }
    const name = key ?? chosen ?? "x";
    Object.defineProperty(at, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
    return;
  }
}

/** A worker that has all that one may have. */
const REPORTER: Draft = {
  ...WORKER,
  cpu: 256,
  memoryMiB: 512,
  tasks: 2,
  scaling: { maxTasks: 4, cpuPercent: 60 },
  environment: { QUEUE: "reports" },
  secrets: { KEY: "session-key", PEPPER: "api-token-pepper" },
  command: ["/app/work"],
  healthCheck: { command: ["CMD", "/app/alive"] },
  stopTimeoutSeconds: 30,
  readyTimeoutSeconds: 300,
  delivery: { bakeSeconds: 15, alarms: { watch: [] }, smoke: { command: ["/app/check"] } },
};

const stage = sampleDraft("stage");
const SAMPLES = {
  stage,
  production: sampleDraft("production"),
  mixed: {
    ...stage,
    "switchyard:services": { ...(stage["switchyard:services"] as Draft), reporter: REPORTER },
  },
  workers: {
    ...stage,
    "switchyard:services": { reporter: REPORTER, other: WORKER },
    "switchyard:serviceOverrides": { reporter: { tasks: 1 } },
  },
} as const satisfies Record<string, Draft>;
const KEYS = [
  ...Object.keys(SAMPLES.stage),
  "switchyard:serviceOverrides",
  "switchyard:x",
  "aws:x",
];

const nearlyValid = fc
  .tuple(
    fc.constantFrom("stage", "production", "mixed", "workers"),
    fc.array(mutation, { minLength: 1, maxLength: 4 }),
  )
  .map(([stack, mutations]) => {
    const draft: Draft = structuredClone(SAMPLES[stack]);
    for (const each of mutations) mutate(draft, each);
    return encode(draft);
  });

const arbitrary = fc.dictionary(
  fc.oneof(
    { arbitrary: fc.constantFrom(...KEYS), weight: 5 },
    fc.string().map((key) => `switchyard:${key}`),
  ),
  fc.oneof(fc.json({ maxDepth: 3 }), fc.string()),
  { maxKeys: 8 },
);

interface Seen {
  accepted: number;
  "accepted with a worker": number;
  refused: number;
}

function acceptedOrRefused(values: Record<string, string>, secretKeys: string[] = []): keyof Seen {
  try {
    const settings = parseSettings(values, { secretKeys });
    assert.ok(Object.isFrozen(settings));
    const kinds = Object.values(settings.services).map(isWorker);
    assert.ok(kinds.length > 0);
    return kinds.includes(true) ? "accepted with a worker" : "accepted";
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    assert.ok(error.problems.length > 0);
    for (const line of error.message.split("\n")) assert.match(line, LINE);
    assert.doesNotMatch(error.message, /what the documentation says/);
    return "refused";
  }
}

describe("10,000 random configurations", function () {
  this.timeout(300_000);
  const runs = { numRuns: 5000 };

  it("are accepted or refused with the config path, when the sample is changed at random", () => {
    const seen: Seen = { accepted: 0, "accepted with a worker": 0, refused: 0 };
    fc.assert(
      fc.property(nearlyValid, (values) => {
        seen[acceptedOrRefused(values)]++;
      }),
      runs,
    );
    assert.ok(
      Object.values(seen).every((times: number) => times > 100),
      JSON.stringify(seen),
    );
  });

  it("are refused with the config path, when they are arbitrary", () => {
    fc.assert(
      fc.property(arbitrary, fc.subarray(KEYS), (values, secretKeys) => {
        assert.equal(acceptedOrRefused(values, secretKeys), "refused");
      }),
      runs,
    );
  });
});
