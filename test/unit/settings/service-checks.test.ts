import { refuses } from "./refuses";

describe("services that do not fit", () => {
  refuses(
    "a port that needs a capability",
    { "switchyard:services.web.port": 80 },
    "switchyard:services.web.port: found 80; allowed a whole number from 1024 to 65535; say on which port the container listens",
  );
  refuses(
    "an empty list of paths",
    { "switchyard:services.web.paths": [] },
    'switchyard:services.web.paths: found a list of 0; allowed one to four different path patterns; list what the service answers, for example ["/orders", "/orders/*"]',
  );
  refuses(
    "more paths than a rule has values for",
    { "switchyard:services.web.paths": ["/a", "/b", "/c", "/d", "/e"] },
    'switchyard:services.web.paths: found a list of 5; allowed one to four different path patterns; list what the service answers, for example ["/orders", "/orders/*"]',
  );
  refuses(
    "a CPU size that Fargate does not have",
    { "switchyard:services.web.cpu": 300 },
    "switchyard:services.web.cpu: found 300; allowed 256, 512, 1024, 2048, 4096, 8192, 16384; choose one of these",
  );
  refuses(
    "a CPU size as text",
    { "switchyard:services.web.cpu": "256" },
    'switchyard:services.web.cpu: found "256"; allowed 256, 512, 1024, 2048, 4096, 8192, 16384; choose one of these',
  );
  refuses(
    "a pair of CPU and memory that Fargate does not have",
    { "switchyard:services.web.cpu": 1024, "switchyard:services.web.memoryMiB": 1024 },
    "switchyard:services.web.memoryMiB: found 1024 with cpu 1024; allowed 2048, 3072, 4096, 5120, 6144, 7168, 8192; choose one of these, or for this memory a cpu of 256, 512",
  );
  refuses(
    "a memory size that nothing has",
    { "switchyard:services.web.memoryMiB": 600 },
    "switchyard:services.web.memoryMiB: found 600 with cpu 256; allowed 512, 1024, 2048; choose one of these",
  );
  refuses(
    "a task number of zero",
    { "switchyard:services.web.tasks": 0 },
    "switchyard:services.web.tasks: found 0; allowed a whole number from 1 to 1000; choose a number in that range",
  );
  refuses(
    "half a task",
    { "switchyard:services.web.tasks": 1.5 },
    "switchyard:services.web.tasks: found 1.5; allowed a whole number from 1 to 1000; choose a number in that range",
  );
  refuses(
    "a stop timeout that Fargate does not have",
    { "switchyard:services.web.stopTimeoutSeconds": 121 },
    "switchyard:services.web.stopTimeoutSeconds: found 121; allowed a whole number from 2 to 120; choose a number in that range",
  );
  refuses(
    "a drain as long as the stop timeout",
    { "switchyard:services.web.drainSeconds": 30 },
    "switchyard:services.web.drainSeconds: found 30 with stopTimeoutSeconds 30; allowed less than 30; lower it or raise stopTimeoutSeconds, or a task is killed with requests in flight",
  );
  refuses(
    "a health check that times out after its interval",
    { "switchyard:services.web.healthCheck.timeoutSeconds": 5 },
    "switchyard:services.web.healthCheck.timeoutSeconds: found 5 with intervalSeconds 5; allowed less than 5; lower it or raise intervalSeconds",
  );
  refuses(
    "a health check interval below the load balancer's",
    { "switchyard:services.web.healthCheck.intervalSeconds": 4 },
    "switchyard:services.web.healthCheck.intervalSeconds: found 4; allowed a whole number from 5 to 300; choose a number in that range",
  );
  refuses(
    "a health check command without its form",
    { "switchyard:services.web.healthCheck.command": ["/bin/check", "-q"] },
    'switchyard:services.web.healthCheck.command: found a list of 2; allowed CMD or CMD-SHELL and what to run; start it with CMD, for example ["CMD", "/bin/check"]',
  );
  refuses(
    "a version that cannot get ready in time",
    { "switchyard:services.web.readyTimeoutSeconds": 10 },
    "switchyard:services.web.readyTimeoutSeconds: found 10; allowed more than 10, which is 2 checks of 5 seconds; raise it, or no version can get healthy in time",
  );
  refuses(
    "a build context outside the project",
    { "switchyard:services.web.image.context": "app/../../x" },
    'switchyard:services.web.image.context: found "app/../../x"; allowed a path relative to the project and inside it; name it from the project\'s directory, without ..',
  );
});
