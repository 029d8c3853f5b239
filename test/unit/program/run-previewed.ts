import type { PreviewedResource } from "../../../release/parity/graph";
import { makeShape, type Shape, type StackNames } from "../../../release/parity/shape";
import type { Declared, Graph } from "../graph";
import { physicalOutputs } from "../mock-outputs";
import type { World } from "../mocks";
import type { Changes } from "../settings/sample-config";
import { runStack } from "./run-stack";

type Stack = "stage" | "production";

export const NAMES: Readonly<Record<Stack, StackNames>> = {
  stage: { project: "switchyard", stack: "stage", account: "111111111111", region: "us-east-1" },
  production: {
    project: "switchyard",
    stack: "production",
    account: "222222222222",
    region: "us-east-1",
  },
};

/** Pulumi's mark of a secret. */
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** What a preview would tell of a stack: of an empty one, or of one that is deployed. */
export async function previewedStack(
  stack: Stack,
  changes: Changes = {},
  world: World = {},
): Promise<{ readonly resources: PreviewedResource[]; readonly outputs: Record<string, unknown> }> {
  const account = world.preview === true ? undefined : NAMES[stack].account;
  const { graph, outputs } = await runStack(stack, changes, {
    ...world,
    ...(account !== undefined && { account }),
  });
  return { resources: previewed(graph, account), outputs };
}

export async function shapeOf(
  stack: Stack,
  changes: Changes = {},
  world: World = {},
): Promise<Shape> {
  return makeShape(NAMES[stack], (await previewedStack(stack, changes, world)).resources);
}

/** @param account whose names everything has; nothing where it is not made yet */
function previewed(graph: Graph, account: string | undefined): PreviewedResource[] {
  return [...graph.urns].map(([urn, declared]) => ({
    urn,
    inputs: marked(declared.inputs) as Record<string, unknown>,
    outputs: account === undefined ? {} : outputsOf(declared, account),
    isMade: account !== undefined,
    parent: declared.parentUrn,
    protect: declared.protect,
    retainOnDelete: declared.retainOnDelete,
    ignoreChanges: declared.ignoreChanges,
    dependencies: declared.propertyUrns,
  }));
}

const outputsOf = ({ type, name, inputs }: Declared, account: string): Record<string, unknown> => ({
  ...inputs,
  ...physicalOutputs(type, name, inputs, account),
});

/** Secrets as the engine marks them, with their values, which nothing may show. */
function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secret")
    return { ...secret, ciphertext: String(entries[0][1]) };
  return Object.fromEntries(entries.map(([key, part]) => [key, marked(part)]));
}
