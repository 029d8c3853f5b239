import assert from "node:assert/strict";
import { containerDefinitions, TMP_VOLUME } from "../../../components/task-definition";
import type { Revision } from "../../../release/revision";

const DIGEST = `sha256:${"1".repeat(64)}`;
const IMAGE = `111111111111.dkr.ecr.us-east-1.amazonaws.com/switchyard/web@${DIGEST}`;
const PLACE = { slot: "green", logGroup: "web-logs", region: "us-east-1" } as const;
const ARN = "arn:aws:secretsmanager:us-east-1:111111111111:secret";

const REVISION: Revision = {
  service: "web",
  release: "r1",
  tag: "t1",
  digest: DIGEST,
  image: IMAGE,
  environment: { ZONE: "z", GREETING: "hello", a: "lower" },
  secrets: {
    SESSION_KEY: {
      name: "session-key",
      version: 1,
      arn: `${ARN}:session-key-AbCdEf`,
      versionId: "v1",
    },
    API_KEY: { name: "api-key", version: 2, arn: `${ARN}:api-key-AbCdEf`, versionId: "v2" },
  },
  cpu: 256,
  memoryMiB: 512,
  port: 8080,
  healthCheck: {
    command: ["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"],
    intervalSeconds: 5,
    timeoutSeconds: 2,
    retries: 2,
    startPeriodSeconds: 300,
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

describe("containerDefinitions", () => {
  it("generates one hardened container from a revision", () => {
    assert.deepEqual(JSON.parse(containerDefinitions(REVISION, PLACE)), [
      {
        name: "web",
        image: IMAGE,
        essential: true,
        portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
        user: "65532:65532",
        readonlyRootFilesystem: true,
        linuxParameters: { capabilities: { drop: ["ALL"] }, initProcessEnabled: true },
        mountPoints: [{ sourceVolume: TMP_VOLUME, containerPath: "/tmp", readOnly: false }],
        environment: [
          { name: "GREETING", value: "hello" },
          { name: "IMAGE_DIGEST", value: DIGEST },
          { name: "PORT", value: "8080" },
          { name: "RELEASE_ID", value: "r1" },
          { name: "SERVICE", value: "web" },
          { name: "SLOT", value: "green" },
          { name: "ZONE", value: "z" },
          { name: "a", value: "lower" },
        ],
        secrets: [
          { name: "API_KEY", valueFrom: `${ARN}:api-key-AbCdEf:::v2` },
          { name: "SESSION_KEY", valueFrom: `${ARN}:session-key-AbCdEf:::v1` },
        ],
        healthCheck: {
          command: ["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"],
          interval: 5,
          timeout: 2,
          retries: 2,
          startPeriod: 300,
        },
        stopTimeout: 30,
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "web-logs",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "web-green",
            mode: "non-blocking",
            "max-buffer-size": "4m",
          },
        },
      },
    ]);
  });

  it("gives the same bytes for a revision that went through a record, in any order", () => {
    const keys = Object.keys(REVISION).reverse();
    const reversed = Object.fromEntries(keys.map((key) => [key, REVISION[key as keyof Revision]]));
    const environment = { a: "lower", GREETING: "hello", ZONE: "z" };
    const stored = JSON.parse(JSON.stringify({ ...reversed, environment })) as Revision;
    const { healthCheck } = stored;
    const turned = Object.fromEntries(Object.entries(healthCheck).reverse());
    const again = { ...stored, healthCheck: turned as unknown as Revision["healthCheck"] };
    assert.equal(containerDefinitions(again, PLACE), containerDefinitions(REVISION, PLACE));
  });

  it("replaces the command of the image only where there is one", () => {
    const [container] = JSON.parse(
      containerDefinitions({ ...REVISION, command: ["/bin/other", "-v"] }, PLACE),
    ) as [{ command: string[] }];
    assert.deepEqual(container.command, ["/bin/other", "-v"]);
    assert.doesNotMatch(containerDefinitions({ ...REVISION }, PLACE), /\/bin\/other/);
  });

  it("lets no environment of a service replace what the program gives", () => {
    const environment = { SLOT: "blue", PORT: "1" };
    const text = containerDefinitions({ ...REVISION, environment }, PLACE);
    assert.match(text, /\{"name":"SLOT","value":"green"\}/);
    assert.match(text, /\{"name":"PORT","value":"8080"\}/);
  });

  it("refuses an image that is not named by the revision's digest", () => {
    for (const change of [
      { image: "registry/switchyard/web:v1" },
      { image: `registry/switchyard/web@sha256:${"2".repeat(64)}` },
      { image: "registry/switchyard/web@latest", digest: "latest" },
    ]) {
      assert.throws(
        () => containerDefinitions({ ...REVISION, ...change }, PLACE),
        /^TypeError: web: the image must be named by digest, found registry\/switchyard\/web/,
      );
    }
  });
});
