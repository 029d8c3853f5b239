import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { Ledger } from "../../../components/ledger";
import { tagEverything } from "../../../components/tags";
import { Judge } from "../../../policy/judge";
import type { StackResource } from "../../../policy/rule";
import { RULES } from "../../../policy/rules";
import { PLACE } from "../components/samples";
import { ROOT } from "../docs/markdown";
import type { Declared, Graph } from "../graph";
import { declare } from "../mocks";
import { Project, runStack } from "../program/run-stack";

/** The graph as the engine shows it to the pack. */
function shown(graph: Graph): StackResource[] {
  const made = new Map<Declared, { -readonly [Key in keyof StackResource]: StackResource[Key] }>();
  for (const [urn, each] of graph.urns) {
    const { type, name, inputs, protect } = each;
    const given = JSON.parse(realArns(JSON.stringify(inputs))) as Record<string, unknown>;
    const props = { ...given, ...(isTaggable(type) && { tagsAll: {} }) };
    made.set(each, { type, name, urn, props, opts: { protect }, propertyDependencies: {} });
  }
  const found = (urn: string): StackResource[] => {
    const resource = made.get(graph.urns.get(urn) as Declared);
    return resource ? [resource] : [];
  };
  for (const [each, resource] of made)
    resource.propertyDependencies = Object.fromEntries(
      Object.entries(each.propertyUrns).map(([property, urns]) => [property, urns.flatMap(found)]),
    );
  return [...made.values()];
}

/** Whether its provider computes the tags of a type, as it does of all that AWS lets be tagged. */
function isTaggable(type: string): boolean {
  const [, path = ""] = /^aws:(.+):\w+$/.exec(type) ?? [];
  if (path === "") return false;
  const source = join(ROOT, "node_modules", "@pulumi", "aws", `${path}.js`);
  return readFileSync(source, "utf8").includes('"tagsAll"');
}

/** The mocks' ARNs are shorter than AWS's. */
const realArns = (text: string): string =>
  text.replaceAll("arn:Secret:", "arn:aws:secretsmanager:us-east-1:111111111111:secret:");

/** What the rules say of a stack, and the rules that looked at anything in it. */
function judged(graph: Graph): { messages: string[]; looked: string[] } {
  const judge = new Judge({ exceptions: [], problems: [] });
  const messages: string[] = [];
  const looked: string[] = [];
  const stack = shown(graph);
  for (const rule of RULES) {
    const report = (message: string): void => {
      messages.push(`${rule.name}: ${message}`);
    };
    if ("checkAmong" in rule) judge.stack(rule, stack, report);
    else {
      const mine = stack.filter(({ type }) => rule.types.includes(type));
      if (mine.length > 0) looked.push(rule.name);
      for (const resource of mine) judge.resource(rule, resource, report);
    }
  }
  assert.deepEqual(judge.takeUnknown(), []);
  return { messages, looked };
}

describe("the policy pack", () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });

  for (const file of ["stage", "production"] as const) {
    it(`finds nothing in ${file}`, async () => {
      const { graph } = await runStack(file);
      const { messages, looked } = judged(graph);
      assert.deepEqual(messages, []);
      assert.ok(looked.length > 20, looked.join(", "));
    });

    it(`finds nothing in ${file} with a domain, protection, tags, scaling, endpoints and roles`, async () => {
      const { graph } = await runStack(file, {
        "switchyard:domain": { name: "app.example.com", zone: "example.com" },
        "switchyard:protect": "true",
        "switchyard:tags": { Team: "yard" },
        "switchyard:network.endpoints": ["ecr", "s3", "logs", "secretsmanager"],
        "switchyard:services.web.scaling": { maxTasks: 4, cpuPercent: 60 },
        "switchyard:deployRoles": {
          plan: { github: ["repo:acme/shop:pull_request"] },
          deploy: { github: ["repo:acme/shop:environment:stage"] },
          approve: { from: ["arn:aws:iam::111111111111:user/alice"] },
          audit: { from: ["arn:aws:iam::111111111111:root"] },
        },
      });
      assert.deepEqual(judged(graph).messages, []);
    });
  }

  it("finds nothing in a ledger, and something in one without its policy", async () => {
    const args = { place: PLACE, retentionDays: 30, readers: ["222222222222"], isThere: false };
    const { graph } = await declare(() => {
      tagEverything({ Team: "yard" });
      new Ledger("ledger", args);
    });
    assert.deepEqual(judged(graph).messages, []);
    const policy = graph.get("aws:s3/bucketPolicy:BucketPolicy", "ledger");
    for (const [urn, each] of graph.urns) if (each === policy) graph.urns.delete(urn);
    const [first = "", ...others] = judged(graph).messages;
    assert.match(first, /^s3-bucket-tls-only: aws:s3\/bucket:Bucket ledger: BucketPolicy: found/);
    assert.deepEqual(others, []);
  });

  it("is no part of the program, which would start later for it", () => {
    const { metafile } = buildSync({
      absWorkingDir: ROOT,
      entryPoints: ["index.ts", "effects/*.ts"],
      outdir: join(ROOT, "unused"),
      bundle: true,
      packages: "external",
      platform: "node",
      write: false,
      metafile: true,
    });
    const files = Object.keys(metafile.inputs);
    assert.ok(files.includes("components/cluster.ts"));
    assert.deepEqual(
      files.filter((file) => file.startsWith("policy/")),
      [],
    );
  });
});
