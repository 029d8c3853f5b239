import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { pathText } from "../../release/parity/differences";
import { judgeParity } from "../../release/parity/judge";
import { makeShape, type Shape, shapeHash } from "../../release/parity/shape";
import { parseSubstitutions, type Substitution } from "../../release/parity/substitutions";
import { NAMES, previewedStack } from "../unit/program/run-previewed";
import { promoted, type Project } from "../unit/program/run-stack";
import { type Changes, WORKER } from "../unit/settings/sample-config";

type Stack = "stage" | "production";

/** What both stacks have alike. */
interface Common {
  readonly zones: number;
  readonly endpoints: readonly string[];
  readonly logRetentionDays: number;
  readonly protect: boolean;
  readonly size: { readonly cpu: number; readonly memoryMiB: number };
  readonly environment: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly scales: boolean;
  readonly standby: "warm" | "cold";
  readonly hasWorker: boolean;
}

/** What is a stack's own: declared as a difference, or the release. */
interface Own {
  readonly block: number;
  readonly tasks: number;
  readonly bakeSeconds: number;
  readonly percent: number;
  readonly region: string;
  /** Deliveries that the stack has had; each changes the release. Nothing: the stack is empty. */
  readonly deliveries: readonly number[];
}

/** Texts that mean something to a shape, and nothing where the user writes them. */
const text = fc.constantFrom(
  "hello",
  "blue",
  "stage",
  "production",
  "switchyard-stage",
  "us-east-1",
);

const common: fc.Arbitrary<Common> = fc.record({
  zones: fc.integer({ min: 2, max: 3 }),
  endpoints: fc.constantFrom<readonly string[]>([], ["s3"], ["ecr", "s3", "logs"]),
  logRetentionDays: fc.constantFrom(14, 30),
  protect: fc.boolean(),
  size: fc.constantFrom({ cpu: 256, memoryMiB: 512 }, { cpu: 512, memoryMiB: 1024 }),
  environment: fc.dictionary(fc.constantFrom("THEME", "PEER", "PLACE"), text),
  tags: fc.dictionary(fc.constantFrom("Team", "Cost"), text),
  scales: fc.boolean(),
  standby: fc.constantFrom("warm" as const, "cold" as const),
  hasWorker: fc.boolean(),
});

const own: fc.Arbitrary<Own> = fc.record({
  block: fc.integer({ min: 0, max: 99 }),
  tasks: fc.integer({ min: 1, max: 6 }),
  bakeSeconds: fc.integer({ min: 0, max: 600 }),
  percent: fc.integer({ min: 1, max: 99 }),
  region: fc.constantFrom("us-east-1", "eu-central-1"),
  deliveries: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
});

/** The sample's own declarations for any values, and those of what the sample does not have. */
function declarations(): readonly Substitution[] {
  const file = readFileSync(join(__dirname, "..", "..", "parity.yaml"), "utf8");
  const own = parseSubstitutions(parse(file), "parity.yaml");
  const reason = "it is each stack's own";
  const more = [
    { resource: "Route switchyard-*-private-internet", property: "natGatewayId", reason },
    { resource: "Target *-live", property: "minCapacity", reason },
    {
      resource: "SecurityGroupIngressRule switchyard-endpoints-https",
      property: "cidrIpv4",
      reason,
    },
    { resource: "TrafficShift switchyard", property: "workers.*.tasks", reason },
    { resource: "StandbyGuard switchyard", property: "workers.*.tasks", reason },
    { resource: "TrafficShift switchyard", property: "workers.*.bakeSeconds", reason },
  ];
  return [...own.map(withAnyValues), ...more];
}

function withAnyValues(declared: Substitution): Substitution {
  const kept = Object.entries(declared).filter(([key]) => key !== "values");
  return Object.fromEntries(kept) as unknown as Substitution;
}

/** Pairs of stacks whose settings differ in declared values alone. Each must be in parity. */
export function parityPairs(project: Project): fc.IAsyncProperty<[Common, Own, Own]> {
  const declared = declarations();
  return fc.asyncProperty(common, own, own, async (both, stage, production) => {
    const shapes = [
      await shapeAfter(project, "stage", both, stage),
      await shapeAfter(project, "production", both, {
        ...production,
        block: 100 + production.block,
      }),
    ] as const;
    const { differences } = judgeParity(...shapes, declared);
    const texts = differences.map(
      ({ resource, path, values }) =>
        `${resource} ${path ? pathText(path) : ""} ${JSON.stringify(values)}`,
    );
    assert.deepEqual(texts, []);
  });
}

/** The shape of a stack after its deliveries; each of them but the first must leave it as it was. */
async function shapeAfter(project: Project, stack: Stack, both: Common, own: Own): Promise<Shape> {
  const names = { ...NAMES[stack], region: own.region };
  if (own.deliveries.length === 0) {
    const changes = changesOf(stack, both, own, 1);
    const { resources } = await previewedStack(stack, changes, { preview: true });
    return makeShape(names, resources);
  }
  let recorded: Record<string, unknown> | undefined;
  let shape: Shape | undefined;
  for (const version of own.deliveries) {
    if (stack === "stage") project.write("web", `version ${version}`);
    const changes = changesOf(stack, both, own, version);
    const found = await previewedStack(stack, changes, { ...(recorded && { recorded }) });
    const next = makeShape(names, found.resources);
    if (shape)
      assert.equal(
        shapeHash(next),
        shapeHash(shape),
        "a delivery is no change of the infrastructure",
      );
    [recorded, shape] = [found.outputs, next];
  }
  assert.ok(shape);
  return shape;
}

function changesOf(stack: Stack, both: Common, own: Own, version: number): Changes {
  const { environment, size, scales, standby, hasWorker } = both;
  const digit = (offset: number): string => `sha256:${String(version + offset).repeat(64)}`;
  const steps = [{ percent: own.percent, pauseSeconds: 15 }, { percent: 100 }];
  const delivery = { steps, bakeSeconds: own.bakeSeconds };
  const zones = ["a", "b", "c"].slice(0, both.zones).map((zone) => `${own.region}${zone}`);
  const service = (name: string): Changes => ({
    [`switchyard:services.${name}.environment`]: environment,
    [`switchyard:services.${name}.cpu`]: size.cpu,
    [`switchyard:services.${name}.memoryMiB`]: size.memoryMiB,
    [`switchyard:services.${name}.delivery.standby`]: standby,
    [`switchyard:services.${name}.scaling`]: scales ? { maxTasks: 9, cpuPercent: 60 } : undefined,
    [`switchyard:serviceOverrides.${name}`]: { tasks: own.tasks, delivery },
  });
  const images = { web: digit(0), api: digit(3), ...(hasWorker && { jobs: digit(6) }) };
  return {
    "aws:region": own.region,
    "switchyard:network.cidr": `10.${own.block}.0.0/16`,
    "switchyard:network.reserved": [],
    "switchyard:network.zones": zones,
    "switchyard:network.endpoints": both.endpoints,
    "switchyard:logRetentionDays": both.logRetentionDays,
    "switchyard:protect": String(both.protect),
    "switchyard:tags": both.tags,
    ...service("web"),
    ...service("api"),
    ...(hasWorker && {
      "switchyard:services.jobs": { ...WORKER, environment },
      "switchyard:serviceOverrides.jobs": { tasks: own.tasks },
    }),
    ...(stack === "production" && promoted({ commit: "abc", images })),
  };
}
