import { DIGEST, refuses, released } from "./refuses";

const RELEASE = released({ web: DIGEST, api: DIGEST });

const SERVICE = { image: { context: "c", dockerfile: "d" }, port: 8080 };

describe("settings of another shape", () => {
  refuses(
    "an unknown top-level key, with the close one",
    { "switchyard:servces": {} },
    "switchyard:servces: found an unknown key; allowed network, domain, build, release, secrets, services, serviceOverrides, logRetentionDays, ledgerRetentionDays, protect, sharedWith, gate, rehearsal, scan, deployRoles, tags; did you mean services?",
  );
  refuses(
    "an unknown top-level key",
    { "switchyard:color": "x" },
    "switchyard:color: found an unknown key; allowed network, domain, build, release, secrets, services, serviceOverrides, logRetentionDays, ledgerRetentionDays, protect, sharedWith, gate, rehearsal, scan, deployRoles, tags; remove it with `pulumi config rm 'switchyard:color'`",
  );
  refuses(
    "an unknown key of the network",
    { "switchyard:network.zone": [] },
    "switchyard:network.zone: found an unknown key; allowed cidr, zones, nat, endpoints, reserved; did you mean zones?",
  );
  refuses(
    "an unknown key of a service",
    { "switchyard:services.web.cpuUnits": 1 },
    "switchyard:services.web.cpuUnits: found an unknown key; allowed image, paths, priority, port, cpu, memoryMiB, tasks, scaling, environment, secrets, command, healthCheck, stopTimeoutSeconds, drainSeconds, readyTimeoutSeconds, delivery; remove it",
  );
  refuses(
    "an unknown key of an image",
    { "switchyard:services.web.image.dockerFile": "x" },
    "switchyard:services.web.image.dockerFile: found an unknown key; allowed context, dockerfile, prepare; did you mean dockerfile?",
  );
  refuses(
    "an unknown key of a health check",
    { "switchyard:services.web.healthCheck.timeout": 2 },
    "switchyard:services.web.healthCheck.timeout: found an unknown key; allowed path, command, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold; remove it",
  );
  refuses(
    "an unknown key of a secret",
    { "switchyard:secrets.session-key.vers": 1 },
    "switchyard:secrets.session-key.vers: found an unknown key; allowed generate, version; remove it",
  );
  refuses(
    "an unknown key of a generated secret",
    { "switchyard:secrets.session-key.generate.size": 1 },
    "switchyard:secrets.session-key.generate.size: found an unknown key; allowed length; remove it",
  );
  refuses(
    "an unknown key of the domain",
    { "switchyard:domain": { name: "a.example.com", zone: "example.com", tls: 1 } },
    "switchyard:domain.tls: found an unknown key; allowed name, zone; remove it",
  );
  refuses(
    "an unknown key of a release",
    { "switchyard:release": { ...RELEASE, image: {} } },
    "switchyard:release.image: found an unknown key; allowed id, registry, commit, images; did you mean images?",
  );
  refuses(
    "an unknown key of an override, under its own path",
    { "switchyard:serviceOverrides": { web: { task: 3 } } },
    "switchyard:serviceOverrides.web.task: found an unknown key; allowed image, paths, priority, port, cpu, memoryMiB, tasks, scaling, environment, secrets, command, healthCheck, stopTimeoutSeconds, drainSeconds, readyTimeoutSeconds, delivery; did you mean tasks?",
  );
  refuses(
    "an override of an unknown service",
    { "switchyard:serviceOverrides": { wep: { tasks: 3 } } },
    "switchyard:serviceOverrides.wep: found an unknown service; allowed web, api; did you mean web?",
  );
  refuses(
    "an override that is no object",
    { "switchyard:serviceOverrides": { web: 3 } },
    "switchyard:serviceOverrides.web: found a number; allowed an object; write the settings that differ under it",
  );
  refuses(
    "overrides that are no object",
    { "switchyard:serviceOverrides": ["web"] },
    "switchyard:serviceOverrides: found a list of 1; allowed an object of services; write services under it or leave it out",
  );
  refuses(
    "a wrong value of an override, under its own path",
    { "switchyard:serviceOverrides": { web: { paths: ["x"] } } },
    'switchyard:serviceOverrides.web.paths[0]: found "x"; allowed a path that starts with /, 128 characters at most out of letters, digits and _-.$/~"\'@:+&*?; correct it',
  );
  refuses(
    "text that is no object",
    { "switchyard:services": "web" },
    "switchyard:services: found a text of 3 characters; allowed an object or a list; write it as YAML in the stack's file, or set its parts with `pulumi config set --path`",
  );
  refuses(
    "a list where an object must be",
    { "switchyard:network": [] },
    "switchyard:network: found a list of 0; allowed an object with cidr and zones; describe the stack's network",
  );
  refuses(
    "a missing network",
    { "switchyard:network": undefined },
    "switchyard:network: found nothing; allowed an object with cidr and zones; describe the stack's network",
  );
  refuses(
    "a service that is no object",
    { "switchyard:services.web": null },
    "switchyard:services.web: found null; allowed an object; write the service's settings under it",
  );
  refuses(
    "a missing region",
    { "aws:region": undefined },
    "aws:region: found nothing; allowed a region such as us-east-1; set aws:region",
  );
  refuses(
    "a missing account",
    { "aws:allowedAccountIds": undefined },
    "aws:allowedAccountIds: found nothing; allowed a list of exactly one account id; name the one account that this stack may touch",
  );
  refuses(
    "no service at all",
    {
      "switchyard:services": {},
      "switchyard:serviceOverrides": {},
      "switchyard:secrets": {},
    },
    "switchyard:services: found an object; allowed an object of one service or more; describe one service or more",
  );
  refuses(
    "a service's name that is too long",
    { "switchyard:services.a-very-long-service": { ...SERVICE, paths: ["/b"] } },
    "switchyard:services.a-very-long-service: found a name of another form; allowed lower-case letters, digits and single hyphens, 18 characters at most; rename it",
  );
  refuses(
    "a service without a port",
    { "switchyard:services.web.port": undefined },
    "switchyard:services.web.port: found nothing; allowed a whole number from 1024 to 65535; say on which port the container listens",
  );
  refuses(
    "a service that is of neither kind",
    { "switchyard:services.web.paths": undefined },
    'switchyard:services.web: found neither paths nor worker; allowed paths, of an HTTP service, or worker, of one that nobody calls; list what it answers, for example paths: ["/orders", "/orders/*"], or write worker: {}',
  );
  refuses(
    "a tag of AWS's own",
    { "switchyard:tags": { "aws:x": "y" } },
    'switchyard:tags["aws:x"]: found a name of another form; allowed a tag\'s name of at most 128 characters, not aws:; rename it',
  );
  refuses(
    "an environment name that no shell reads",
    { "switchyard:services.web.environment.A-B": "x" },
    "switchyard:services.web.environment.A-B: found a name of another form; allowed letters, digits and underscores, no digit first, 128 characters at most; rename it",
  );
});
