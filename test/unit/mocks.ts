import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { type Declared, Graph, plainInputs } from "./graph";
import { physicalOutputs, SECRET_OUTPUTS } from "./mock-outputs";

/** What stands around a program that is run without an engine. */
export interface World {
  /** @default "switchyard" */
  readonly project?: string;
  /** @default "stage" */
  readonly stack?: string;
  /** Whether what a provider computes is unknown. @default false */
  readonly preview?: boolean;
  /** What the stack exported last. @default nothing */
  readonly recorded?: Readonly<Record<string, unknown>>;
  /** Configuration as Pulumi hands it over. @default {} */
  readonly config?: Record<string, string>;
  /** Makes what AWS names things different from what it is elsewhere, as two accounts do. @default the same everywhere */
  readonly account?: string;
  /** Resources that the engine takes its time with: everything that does not wait for them comes first. */
  readonly slow?: (type: string, name: string) => boolean;
}

interface Answer {
  getUrn(): string;
}
type Callback = (error: unknown, answer: Answer) => void;

/** The calls of the mock monitor that carry what the mocks themselves do not get to see. */
interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: Callback): unknown;
  registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): Struct },
    callback: (error: unknown) => void,
  ): unknown;
}
interface Struct {
  toJavaScript(): Record<string, unknown>;
}

/**
 * Runs a program as an engine would and returns what it made and everything that it declared. Rejects
 * when anything in it throws, inside an `apply` as well, where Pulumi lets a test hang or pass.
 */
export async function declare<T>(
  program: () => T | Promise<T>,
  world: World = {},
): Promise<{ readonly made: T; readonly graph: Graph }> {
  const graph = new Graph();
  await install(graph, world);
  return failingOnRejections(async () => {
    let made: { readonly value: T } | undefined;
    await pulumi.runtime.runInPulumiStack(async () => {
      made = { value: await program() };
    });
    await pulumi.runtime.disconnect();
    if (made === undefined) throw new Error("the program did not end");
    return { made: made.value, graph };
  });
}

/** Runs a whole program and returns its outputs as they would be exported. */
export async function runProgram(
  program: () => Promise<Record<string, unknown>>,
  world: World,
): Promise<{ readonly outputs: Record<string, unknown>; readonly graph: Graph }> {
  const graph = new Graph();
  await install(graph, world);
  await failingOnRejections(async () => {
    await pulumi.runtime.runInPulumiStack(program);
    await pulumi.runtime.disconnect();
  });
  return { outputs: graph.stackOutputs, graph };
}

/** The value of an output; rejects where one of its `apply` has thrown. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

async function install(graph: Graph, world: World): Promise<void> {
  const { project = "switchyard", stack = "stage", preview = false, config = {} } = world;
  const settle = async (): Promise<void> => {
    let seen = -1;
    while (seen !== graph.resources.length) {
      seen = graph.resources.length;
      await sleep(30);
    }
    graph.beforeSlow = graph.keys;
  };
  const newResource = async ({
    type,
    name,
    inputs,
    custom,
  }: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> => {
    const given = inputs as Record<string, unknown>;
    if (custom !== true) return { id: undefined, state: {} };
    if (world.slow?.(type, name)) await settle();
    if (preview) return { id: undefined, state: given };
    const { id, ...outputs } = physicalOutputs(type, name, given, world.account);
    return { id: String(id), state: { ...given, ...outputs } };
  };
  const call = ({ token, inputs }: pulumi.runtime.MockCallArgs): Record<string, unknown> => {
    const given = inputs as Record<string, unknown>;
    if (token === "aws:route53/getZone:getZone") return { ...given, zoneId: "zone-id" };
    if (token === "aws:index/getPartition:getPartition") return { partition: "aws" };
    assert.equal(token, "pulumi:pulumi:readStackOutputs");
    assert.equal(given["name"], `organization/${project}/${stack}`, "the stack's own outputs");
    return { ...given, outputs: world.recorded ?? {}, secretOutputNames: [] };
  };
  await pulumi.runtime.setMocks({ newResource, call }, project, stack, preview, "organization");
  pulumi.runtime.setAllConfig(config);
  listen(graph);
}

/** Records requests as the engine gets them: parents, dependencies and options are in nothing else. */
function listen(graph: Graph): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const secret = SECRET_OUTPUTS[request.getType()] ?? [];
    const declared: Declared = {
      type: request.getType(),
      name: request.getName(),
      inputs: plainInputs((request.getObject() as unknown as Struct).toJavaScript()),
      parentUrn: request.getParent(),
      dependencyUrns: request.getDependenciesList(),
      propertyUrns: propertyUrns(request),
      ignoreChanges: request.getIgnorechangesList(),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      hasSecretOutputs: secret.every((output) =>
        request.getAdditionalsecretoutputsList().includes(output),
      ),
      outputs: undefined,
    };
    graph.resources.push(declared);
    return register(request, (error, answer) => {
      if (error === null) graph.urns.set(answer.getUrn(), declared);
      callback(error, answer);
    });
  };
  monitor.registerResourceOutputs = (request, callback) => {
    const declared = graph.urns.get(request.getUrn());
    if (declared) declared.outputs = plainInputs(request.getOutputs().toJavaScript());
    return registerOutputs(request, callback);
  };
}

function propertyUrns(request: RegisterResourceRequest): Record<string, string[]> {
  const urns: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((made, property) => {
    urns[property] = made.getUrnsList();
  });
  return urns;
}

/** What throws in an `apply` arrives as a rejection that nobody handles: the test must have it. */
async function failingOnRejections<T>(run: () => Promise<T>): Promise<T> {
  const event = "unhandledRejection";
  const others = process.listeners(event);
  process.removeAllListeners(event);
  let fail: (reason: unknown) => void = () => undefined;
  const rejection = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  rejection.catch(() => undefined);
  process.on(event, fail);
  // Pulumi keeps a stack trace for each of its promises, which costs more than all the rest.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const result = await Promise.race([run(), rejection]);
    // Rejections are reported when a turn of the event loop ends.
    await Promise.race([new Promise(setImmediate), rejection]);
    return result;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    // The first rejection brings others with it; they belong to this run, not to the next.
    await new Promise(setImmediate);
    process.removeListener(event, fail);
    for (const other of others) process.on(event, other);
  }
}
