import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DesiredRevision,
  desiredRevision,
  isWorkerRevision,
  type Revision,
  sameRevision,
} from "../../../release/revision";
import { isWorker, parseSettings, type WorkerSettings } from "../../../settings";
import { changed, WORKER } from "../settings/sample-config";

const DIGEST = `sha256:${"1".repeat(64)}`;

const RECORDED: Revision = {
  service: "web",
  release: "r1",
  tag: "t1",
  digest: DIGEST,
  image: `registry/switchyard/web@${DIGEST}`,
  environment: { A: "1", B: "2" },
  secrets: { KEY: { name: "session-key", version: 1, arn: "arn:1", versionId: "v1" } },
  cpu: 256,
  memoryMiB: 512,
  port: 8080,
  healthCheck: {
    command: ["CMD", "check"],
    intervalSeconds: 5,
    timeoutSeconds: 2,
    retries: 2,
    startPeriodSeconds: 60,
  },
  targets: {
    path: "/readyz",
    intervalSeconds: 5,
    timeoutSeconds: 2,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  },
  stopTimeoutSeconds: 30,
};

/** What is desired when nothing changed and everything is known. */
const DESIRED: DesiredRevision = RECORDED;

function without<T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> {
  const kept = Object.entries(value).filter(([key]) => !keys.includes(key as K));
  return Object.fromEntries(kept) as Omit<T, K>;
}

describe("sameRevision", () => {
  it("holds for a revision and itself, through JSON as well", () => {
    const stored = JSON.parse(JSON.stringify(RECORDED)) as Revision;
    assert.ok(sameRevision(stored, DESIRED));
    assert.ok(sameRevision(RECORDED, stored));
  });

  it("does not count release, tag and registry where the digest is the same", () => {
    assert.ok(sameRevision(RECORDED, { ...DESIRED, tag: "t2" }));
    const pinned = without(RECORDED, "tag");
    assert.ok(sameRevision({ ...pinned, image: `other/web@${DIGEST}` }, DESIRED));
  });

  it("counts the digest where it is known, though the tag is the same", () => {
    assert.ok(!sameRevision(RECORDED, { ...DESIRED, digest: `sha256:${"2".repeat(64)}` }));
  });

  it("counts the tag where the digest is not known yet", () => {
    const unbuilt = without(DESIRED, "digest");
    assert.ok(sameRevision(RECORDED, unbuilt));
    assert.ok(!sameRevision(RECORDED, { ...unbuilt, tag: "t2" }));
    const recordedByDigest = without(RECORDED, "tag");
    assert.ok(!sameRevision(recordedByDigest, unbuilt));
    assert.ok(!sameRevision(recordedByDigest, without(unbuilt, "tag")));
  });

  it("counts the version of a secret, and its VersionId where that is known", () => {
    const withSecret = (secret: DesiredRevision["secrets"][string]): DesiredRevision => ({
      ...DESIRED,
      secrets: { KEY: secret },
    });
    assert.ok(sameRevision(RECORDED, withSecret({ name: "session-key", version: 1 })));
    assert.ok(!sameRevision(RECORDED, withSecret({ name: "session-key", version: 2 })));
    assert.ok(!sameRevision(RECORDED, withSecret({ name: "other", version: 1 })));
    const pinned = { name: "session-key", version: 1, versionId: "v2" };
    assert.ok(!sameRevision(RECORDED, withSecret(pinned)));
    assert.ok(sameRevision(RECORDED, withSecret({ ...pinned, versionId: "v1" })));
  });

  it("counts secrets that come and go", () => {
    assert.ok(!sameRevision(RECORDED, { ...DESIRED, secrets: {} }));
    assert.ok(!sameRevision({ ...RECORDED, secrets: {} }, DESIRED));
    const { KEY } = RECORDED.secrets;
    assert.ok(
      KEY !== undefined && !sameRevision(RECORDED, { ...DESIRED, secrets: { OTHER: KEY } }),
    );
  });

  it("does not count the order of names", () => {
    assert.ok(sameRevision(RECORDED, { ...DESIRED, environment: { B: "2", A: "1" } }));
  });

  it("counts any change of anything that runs", () => {
    const changes = fc.oneof(
      fc.record({ service: fc.string() }),
      fc.record({ environment: fc.dictionary(fc.string(), fc.string()) }),
      fc.record({ cpu: fc.nat() }),
      fc.record({ memoryMiB: fc.nat() }),
      fc.record({ port: fc.nat() }),
      fc.record({ command: fc.array(fc.string()) }),
      fc.record({ stopTimeoutSeconds: fc.nat() }),
      fc.record({
        healthCheck: fc.record({
          command: fc.constant(["CMD", "check"]),
          intervalSeconds: fc.constantFrom(5, 6),
          timeoutSeconds: fc.constantFrom(2, 3),
          retries: fc.constantFrom(2, 3),
          startPeriodSeconds: fc.constantFrom(60, 61),
        }),
      }),
    ) as fc.Arbitrary<Partial<DesiredRevision>>;
    fc.assert(
      fc.property(changes, (change) => {
        const desired = { ...DESIRED, ...change };
        const isSame = canonical(desired) === canonical(DESIRED);
        return sameRevision(RECORDED, desired) === isSame;
      }),
      { numRuns: 500 },
    );
  });
});

describe("the revision of a worker", () => {
  const settings = parseSettings(
    changed({
      "switchyard:services.reporter": {
        ...WORKER,
        secrets: { KEY: "session-key" },
        healthCheck: { command: ["CMD", "/app/alive"] },
        readyTimeoutSeconds: 60,
      },
    }),
  );
  const { reporter, web } = settings.services;
  assert.ok(reporter && web);
  const desired = desiredRevision("reporter", reporter, settings.secrets, { digest: DIGEST });
  const http = desiredRevision("reporter", web, settings.secrets, { digest: DIGEST });
  const recorded = (content: DesiredRevision): Revision =>
    JSON.parse(
      JSON.stringify({ ...content, secrets: RECORDED.secrets, release: "r", image: "i" }),
    ) as Revision;

  it("is all that runs, and has neither a port nor checks of the load balancer", () => {
    assert.ok(isWorkerRevision(desired) && !isWorkerRevision(http));
    assert.deepEqual(desired, {
      service: "reporter",
      digest: DIGEST,
      environment: {},
      secrets: { KEY: { name: "session-key", version: 1 } },
      cpu: 256,
      memoryMiB: 512,
      healthCheck: {
        command: ["CMD", "/app/alive"],
        intervalSeconds: 10,
        timeoutSeconds: 5,
        retries: 3,
        startPeriodSeconds: 60,
      },
      stopTimeoutSeconds: 30,
    });
  });

  it("is the recorded one as long as nothing that runs has changed", () => {
    assert.ok(sameRevision(recorded(desired), desired));
    assert.ok(!sameRevision(recorded(desired), { ...desired, stopTimeoutSeconds: 31 }));
    assert.ok(!sameRevision(recorded(desired), { ...desired, environment: { A: "1" } }));
  });

  it("is never that of an HTTP service, nor the other way round", () => {
    const port = { ...desired, port: 8080 };
    assert.ok(!sameRevision(recorded(desired), port) && !sameRevision(recorded(port), desired));
    const { targets } = http;
    assert.ok(targets);
    assert.ok(!sameRevision(recorded(desired), { ...desired, targets }));
  });

  it("does not count how it is delivered and scaled", () => {
    assert.ok(isWorker(reporter));
    const other: WorkerSettings = {
      ...reporter,
      worker: { overlap: false },
      tasks: 7,
      scaling: { maxTasks: 9, cpuPercent: 50 },
      delivery: { order: 3, bakeSeconds: 1, alarms: { watch: [] } },
    };
    const same = desiredRevision("reporter", other, settings.secrets, { digest: DIGEST });
    assert.deepEqual(same, desired);
  });
});

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(entries.map(([key, part]) => [key, canonical(part)]));
}

describe("desiredRevision", () => {
  const settings = parseSettings(
    changed({
      "switchyard:secrets.issued": { external: true, versionId: "v".repeat(32) },
      "switchyard:secrets.current": { external: true },
      "switchyard:services.web.secrets": {
        KEY: "session-key",
        ISSUED: "issued",
        CURRENT: "current",
      },
      "switchyard:services.web.environment": { A: "1" },
    }),
  );
  const { web } = settings.services;

  it("takes everything that runs from the settings", () => {
    assert.ok(web !== undefined);
    assert.deepEqual(desiredRevision("web", web, settings.secrets, { tag: "t1" }), {
      service: "web",
      tag: "t1",
      environment: { A: "1" },
      secrets: {
        KEY: { name: "session-key", version: 1 },
        ISSUED: { name: "issued", version: 0, versionId: "v".repeat(32) },
        CURRENT: { name: "current", version: 0 },
      },
      cpu: 256,
      memoryMiB: 512,
      port: 8080,
      healthCheck: {
        command: ["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"],
        intervalSeconds: 10,
        timeoutSeconds: 5,
        retries: 3,
        startPeriodSeconds: 300,
      },
      targets: {
        path: "/readyz",
        intervalSeconds: 5,
        timeoutSeconds: 4,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      stopTimeoutSeconds: 30,
    });
  });

  it("carries a command and a digest where there are any", () => {
    assert.ok(web !== undefined);
    const image = { digest: DIGEST };
    const desired = desiredRevision("web", { ...web, command: ["x"] }, settings.secrets, image);
    assert.deepEqual([desired.command, desired.digest, desired.tag], [["x"], DIGEST, undefined]);
  });

  it("does not count numbers of tasks and drain, which nothing running depends on", () => {
    assert.ok(web !== undefined);
    const image = { digest: DIGEST };
    const more = { ...web, tasks: 9, drainSeconds: 1 };
    assert.deepEqual(
      desiredRevision("web", more, settings.secrets, image),
      desiredRevision("web", web, settings.secrets, image),
    );
  });
});
