import { type Cases, of, task } from "../samples";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SECRET = "arn:aws:secretsmanager:us-east-1:111111111111:secret:session-key-AbCdEf";
const ROLE = "arn:aws:iam::111111111111:role";
const environment = (name: string, value: string) => ({ environment: [{ name, value }] });
const secret = (valueFrom: string) => ({ secrets: [{ name: "KEY", valueFrom }] });
const oneOff = (variables: Record<string, string>) =>
  of("pulumi-nodejs:dynamic/switchyard:OneOffTask", { environment: variables });

export const CONTAINERS: Cases = {
  "image-by-digest": {
    keeps: { "a digest": task() },
    breaks: {
      "a tag": [
        task({ image: "web:1" }),
        /image of container web: found "web:1"; allowed: .*sha256/,
      ],
      "a tag and half a digest": [task({ image: "web:1@sha256:abc" }), /found "web:1@sha256:abc"/],
      nothing: [task({ image: undefined }), /found nothing/],
    },
  },
  "container-root-read-only": {
    keeps: { "a file system that is only read": task() },
    breaks: {
      "a writable one": [task({ readonlyRootFilesystem: false }), /found false; allowed: true/],
      "no word of it": [task({ readonlyRootFilesystem: undefined }), /found nothing/],
    },
  },
  "container-non-root": {
    keeps: { "a number": task(), "a name": task({ user: "nonroot" }) },
    breaks: {
      "no user": [task({ user: undefined }), /user of container web: found nothing/],
      root: [task({ user: "root" }), /found "root"/],
      "0 by number, with a group": [task({ user: "0:1000" }), /found "0:1000"/],
      "a group alone": [task({ user: ":1000" }), /found ":1000"/],
    },
  },
  "container-drops-capabilities": {
    keeps: { "none of them": task() },
    breaks: {
      "those that Docker gives": [task({ linuxParameters: {} }), /found {}; allowed: drop/],
      "one added": [
        task({ linuxParameters: { capabilities: { drop: ["ALL"], add: ["SYS_PTRACE"] } } }),
        /SYS_PTRACE/,
      ],
      privileged: [task({ privileged: true }), /"privileged":true/],
    },
  },
  "container-health-check": {
    keeps: { "a command": task() },
    breaks: {
      none: [task({ healthCheck: undefined }), /healthCheck of container web: found nothing/],
      "one that is switched off": [task({ healthCheck: { command: ["NONE"] } }), /NONE/],
    },
  },
  "container-logs": {
    keeps: { "a log driver": task() },
    breaks: { none: [task({ logConfiguration: undefined }), /logConfiguration/] },
  },
  "no-secret-in-environment": {
    keeps: {
      "plain values": task(environment("LOG_LEVEL", "info")),
      "none at all": task(),
      "a one-off task without any": of("pulumi-nodejs:dynamic/switchyard:OneOffTask"),
      "plain values of a one-off task": oneOff({ TEST_URL: "http://example.com" }),
    },
    breaks: {
      "a name of secrets": [
        task(environment("DB_PASSWORD", "hunter2")),
        /found "DB_PASSWORD, which/,
      ],
      "an AWS key": [task(environment("X", "AKIAIOSFODNN7EXAMPLE")), /found "X, which looks like/],
      "a private key": [
        task(environment("X", "-----BEGIN RSA PRIVATE KEY-----")),
        /put it into switchyard:secrets/,
      ],
      "a password in an address": [
        task(environment("DATABASE", "postgres://app:pw@db/orders")),
        /found "DATABASE, /,
      ],
      "a one-off task's": [
        oneOff({ API_TOKEN: "abc" }),
        /environment of the task: found "API_TOKEN/,
      ],
    },
  },
  "secret-by-version": {
    keeps: {
      "a version of the whole": task(secret(`${SECRET}:::version-1`)),
      "a version of one key": task(secret(`${SECRET}:password::version-1`)),
      "no secrets": task(),
    },
    breaks: {
      "the latest value": [task(secret(SECRET)), /secret KEY of container web/],
      "a stage, which moves": [task(secret(`${SECRET}::AWSCURRENT:`)), /AWSCURRENT/],
      "a parameter": [
        task(secret("arn:aws:ssm:us-east-1:111111111111:parameter/key")),
        /allowed: SECRET_ARN/,
      ],
    },
  },
  "task-roles-apart": {
    keeps: {
      "a role each": task(),
      "no role for the code": of(TASK, { executionRoleArn: `${ROLE}/execution` }),
    },
    breaks: {
      "one for both": [
        of(TASK, { executionRoleArn: `${ROLE}/both`, taskRoleArn: `${ROLE}/both` }),
        /role\/both/,
      ],
      none: [of(TASK), /found {}; allowed: an execution role/],
    },
  },
};
