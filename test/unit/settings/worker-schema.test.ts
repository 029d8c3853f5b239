import assert from "node:assert/strict";
import { SettingsError } from "../../../release/errors";
import { isWorker, parseSettings, type Settings, type WorkerSettings } from "../../../settings";
import { refuses } from "./refuses";
import { changed, type Changes, type Draft, WORKER } from "./sample-config";

const AT = "switchyard:services.reporter";
const OWN = "arn:aws:cloudwatch:us-east-1:111111111111:alarm:reports-too-few";
const KEYS =
  "image, worker, cpu, memoryMiB, tasks, scaling, environment, secrets, command, healthCheck, stopTimeoutSeconds, readyTimeoutSeconds, delivery";
const DELIVERY_KEYS = "order, bakeSeconds, alarms, smoke, acceptance";
const NO_TARGETS =
  "allowed command; remove it: no load balancer checks a worker, its command alone does";
const NO_REQUESTS =
  "allowed watch; remove it: alarms that the program makes are about requests; list your own under watch";
const NO_TRAFFIC =
  "remove it: a worker has no traffic to share; worker.overlap says whether both versions may work at once";

const worker = (changes: Draft = {}): Changes => ({ [AT]: { ...WORKER, ...changes } });
const read = (changes: Changes): Settings => parseSettings(changed(changes));

function reporter(changes: Draft = {}): WorkerSettings {
  const found = read(worker(changes)).services["reporter"];
  assert.ok(found && isWorker(found));
  return found;
}

function problems(changes: Changes): string[] {
  try {
    read(changes);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems.map(({ path }) => path);
  }
  throw new Error("the settings were accepted");
}

describe("the settings of a worker", () => {
  it("are its image and that it is one, unless told", () => {
    assert.deepEqual(reporter(), {
      image: WORKER["image"],
      worker: { overlap: true },
      cpu: 256,
      memoryMiB: 512,
      tasks: 2,
      environment: {},
      secrets: {},
      healthCheck: {
        command: ["CMD", "/nodejs/bin/node", "/app/server.js", "--healthcheck"],
      },
      stopTimeoutSeconds: 30,
      readyTimeoutSeconds: 300,
      delivery: { order: 0, bakeSeconds: 300, alarms: { watch: [] } },
    });
  });

  it("are taken as they are, each of them", () => {
    const test = { command: ["/app/check", "once"], timeoutSeconds: 9 };
    const whole = {
      ...WORKER,
      worker: { overlap: false },
      cpu: 512,
      memoryMiB: 1024,
      tasks: 3,
      scaling: { maxTasks: 6, cpuPercent: 70 },
      environment: { QUEUE: "reports", PORT: "none" },
      secrets: { KEY: "session-key" },
      command: ["/app/work"],
      healthCheck: { command: ["CMD", "/app/alive"] },
      stopTimeoutSeconds: 120,
      readyTimeoutSeconds: 90,
      delivery: { order: 2, bakeSeconds: 7, alarms: { watch: [OWN] } },
    };
    assert.deepEqual(reporter(whole), whole);
    const { delivery } = reporter({ delivery: { smoke: test, acceptance: test } });
    const expectingNothing = { ...test, expect: [] };
    assert.deepEqual([delivery.smoke, delivery.acceptance], [expectingNothing, expectingNothing]);
  });

  it("leave the priorities of HTTP services as they are, whatever and however many the workers are", () => {
    // A path as specific as can be: its priority is one of the 250 that services without any path would take.
    const narrow = { "switchyard:services.web.paths": [`/${"x".repeat(60)}`] };
    const before = read(narrow).services;
    const workers = Array.from({ length: 600 }, (_, index) => [`a${index}`, WORKER] as const);
    const named = workers.map(([name, each]) => [`switchyard:services.${name}`, each] as const);
    const { services } = read({ ...narrow, ...(Object.fromEntries(named) as Changes) });
    assert.equal(Object.values(services).filter(isWorker).length, 600);
    const http = Object.entries(services).filter(([, service]) => !isWorker(service));
    assert.deepEqual(Object.fromEntries(http), before);
  });

  it("may be those of all services of a stack", () => {
    const { services } = read({
      "switchyard:services": { one: WORKER, two: { ...WORKER, worker: { overlap: false } } },
      "switchyard:serviceOverrides": {},
      "switchyard:secrets": {},
    });
    assert.deepEqual(Object.values(services).map(isWorker), [true, true]);
  });

  it("may have tests in a network without NAT, for they ask nothing of the load balancer", () => {
    const { delivery } = reporter({ delivery: { smoke: { command: ["/app/check"] } } });
    const closed = {
      "switchyard:services": { reporter: { ...WORKER, delivery: { smoke: { command: ["x"] } } } },
      "switchyard:serviceOverrides": {},
      "switchyard:secrets": {},
      "switchyard:network.nat": "none",
      "switchyard:network.endpoints": ["ecr", "s3", "logs", "secretsmanager"],
    };
    assert.ok(delivery.smoke && read(closed));
  });

  it("may be overridden in a stack, and make a service a worker by what is there after that", () => {
    const { services } = read({
      ...worker({ tasks: 3 }),
      "switchyard:serviceOverrides": { reporter: { tasks: 1, worker: { overlap: false } } },
    });
    const found = services["reporter"];
    assert.ok(found && isWorker(found));
    assert.deepEqual([found.tasks, found.worker.overlap], [1, false]);
    assert.deepEqual(problems({ "switchyard:serviceOverrides": { web: { worker: {} } } }), [
      "switchyard:services.web",
    ]);
  });

  it("are all judged at once, as are those of a service of unknown kind that every service has", () => {
    assert.deepEqual(problems(worker({ port: 80, cpu: 300, delivery: { steps: [] } })), [
      `${AT}.port`,
      `${AT}.cpu`,
      `${AT}.delivery.steps`,
    ]);
    const both = { paths: ["x"], port: 80, cpu: 300, healthCheck: 5, path: ["/"] };
    assert.deepEqual(problems(worker(both)), [AT, `${AT}.path`, `${AT}.cpu`]);
  });
});

describe("a worker that does not fit", () => {
  refuses(
    "a service that is of both kinds",
    worker({ paths: ["/reports"], port: 8080 }),
    `${AT}: found both paths and worker; allowed paths, of an HTTP service, or worker, of one that nobody calls; take one of the two out`,
  );
  refuses(
    "a worker that is a flag",
    worker({ worker: true }),
    `${AT}.worker: found true; allowed an object; write worker: {} or worker: { overlap: false }`,
  );
  refuses(
    "a worker without anything under it",
    worker({ worker: null }),
    `${AT}.worker: found null; allowed an object; write worker: {} or worker: { overlap: false }`,
  );
  refuses(
    "an overlap that is neither",
    worker({ worker: { overlap: "no" } }),
    `${AT}.worker.overlap: found "no"; allowed true, false; choose one of these`,
  );
  refuses(
    "an unknown key of a worker, with the close one",
    worker({ task: 1 }),
    `${AT}.task: found an unknown key; allowed ${KEYS}; did you mean tasks?`,
  );
  refuses(
    "a worker that scales by nothing",
    worker({ scaling: { maxTasks: 4 } }),
    `${AT}.scaling.cpuPercent: found nothing; allowed a whole number from 1 to 100; say what the worker is scaled by`,
  );
  refuses(
    "a most of a worker that is below its least",
    worker({ tasks: 3, scaling: { maxTasks: 2, cpuPercent: 50 } }),
    `${AT}.scaling.maxTasks: found 2 with tasks 3; allowed 3 or more; raise it or lower tasks, which is the least that a slot has`,
  );
  refuses(
    "a stop timeout of a worker that Fargate does not have",
    worker({ stopTimeoutSeconds: 121 }),
    `${AT}.stopTimeoutSeconds: found 121; allowed a whole number from 2 to 120; choose a number in that range`,
  );
  refuses(
    "a size of a worker that Fargate does not have",
    worker({ memoryMiB: 600 }),
    `${AT}.memoryMiB: found 600 with cpu 256; allowed 512, 1024, 2048; choose one of these`,
  );
  refuses(
    "a name that the program gives the container of a worker",
    worker({ environment: { SLOT: "blue" } }),
    `${AT}.environment.SLOT: found a name that the program gives every container; allowed names other than RELEASE_ID, IMAGE_DIGEST, SLOT, SERVICE; rename it`,
  );
  refuses(
    "a secret of a worker that is not declared",
    worker({ secrets: { KEY: "session-kye" } }),
    `${AT}.secrets.KEY: found "session-kye", which is not declared; allowed session-key, api-token-pepper; did you mean session-key?`,
  );
  refuses(
    "an alarm of a worker that is another account's",
    worker({ delivery: { alarms: { watch: [OWN.replace("111111111111", "333333333333")] } } }),
    `${AT}.delivery.alarms.watch[0]: found an alarm of 333333333333 in us-east-1; allowed alarms of 111111111111 in us-east-1, where this stack is; name an alarm of this stack's account and region`,
  );
  for (const [key, value, action] of [
    ["priority", 5, "no listener rule leads to a worker"],
    ["port", 8080, "nobody connects to a worker"],
    [
      "drainSeconds",
      5,
      "a worker has no requests to finish; stopTimeoutSeconds is what it has to put its work down",
    ],
  ] as const)
    refuses(
      `a worker's ${key}`,
      worker({ [key]: value }),
      `${AT}.${key}: found a setting of HTTP services; allowed ${KEYS}; remove it: ${action}`,
    );
  for (const [key, value] of Object.entries({
    path: "/readyz",
    intervalSeconds: 5,
    timeoutSeconds: 2,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  }))
    refuses(
      `a worker's healthCheck.${key}`,
      worker({ healthCheck: { [key]: value } }),
      `${AT}.healthCheck.${key}: found a setting of HTTP services; ${NO_TARGETS}`,
    );
  refuses(
    "a worker's scaling.requestsPerTarget",
    worker({ scaling: { maxTasks: 4, cpuPercent: 50, requestsPerTarget: 9 } }),
    `${AT}.scaling.requestsPerTarget: found a setting of HTTP services; allowed maxTasks, cpuPercent; remove it: nobody sends a worker requests; it scales by cpuPercent`,
  );
  for (const [key, value] of Object.entries({ strategy: "canary", steps: [{ percent: 100 }] }))
    refuses(
      `a worker's delivery.${key}`,
      worker({ delivery: { [key]: value } }),
      `${AT}.delivery.${key}: found a setting of HTTP services; allowed ${DELIVERY_KEYS}; ${NO_TRAFFIC}`,
    );
  refuses(
    "a worker's delivery.standby",
    worker({ delivery: { standby: "cold" } }),
    `${AT}.delivery.standby: found a setting of HTTP services; allowed ${DELIVERY_KEYS}; remove it: the standby of a worker has no tasks, for one that runs works`,
  );
  for (const [key, value] of Object.entries({
    enabled: false,
    failedPercent: 5,
    latencySeconds: 2,
    missingData: "ignore",
  }))
    refuses(
      `a worker's delivery.alarms.${key}`,
      worker({ delivery: { alarms: { [key]: value } } }),
      `${AT}.delivery.alarms.${key}: found a setting of HTTP services; ${NO_REQUESTS}`,
    );
  for (const kind of ["smoke", "acceptance"]) {
    const at = `${AT}.delivery.${kind}`;
    refuses(
      `a worker's ${kind}.expect`,
      worker({ delivery: { [kind]: { command: ["x"], expect: [{ path: "/" }] } } }),
      `${at}.expect: found a setting of HTTP services; allowed command, timeoutSeconds; remove it and write a command of your own: nobody can ask a worker for an answer over HTTP`,
    );
    for (const [settings, found] of [
      [{}, "nothing"],
      [{ command: ["--expect"] }, "a list of 1"],
    ] as const)
      refuses(
        `a worker's ${kind} test whose command is ${found}`,
        worker({ delivery: { [kind]: settings } }),
        `${at}.command: found ${found}; allowed a command of your own, as a list of texts; write what the version's container is to run: --expect asks over HTTP, where nobody reaches a worker`,
      );
  }
});
