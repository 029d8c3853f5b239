import { readFileSync } from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { PreviewedResource } from "../../../../release/parity/graph";
import { previewedStack } from "../../program/run-previewed";
import type { Changes } from "../../settings/sample-config";
import { FakePlace } from "./fake-place";
import { PRODUCTION } from "./samples";

type Stack = "stage" | "production";

/** What the sample declares. */
export const DECLARED = readFileSync("parity.yaml", "utf8");

/** The sample's two stacks, whose previews are of the real program. */
export class ParityPlace extends FakePlace {
  /** What is changed of each stack's settings. */
  changes: Partial<Record<Stack, Changes>> = {};
  /** Stacks that are not deployed yet. */
  empty: readonly string[] = [];

  constructor() {
    super();
    this.stacks.set("production", PRODUCTION);
    this.plans.set("parity.yaml", DECLARED);
    this.preview = async (stack, onEvent) => {
      const world = { preview: this.empty.includes(stack) };
      const found = await previewedStack(stack as Stack, this.changes[stack as Stack], world);
      for (const event of eventsOf(found.resources)) onEvent(event);
      return planOf(found.resources);
    };
  }
}

/** What the engine tells of resources: those that are there stay as they are. */
function eventsOf(resources: readonly PreviewedResource[]): EngineEvent[] {
  return resources.map(({ urn, inputs, outputs, isMade, ...options }) => {
    const [op, id] = isMade ? ["same", outputs["id"]] : ["create", ""];
    const state = { urn, inputs, outputs, id, ...options };
    const metadata = { op, urn, type: "", old: isMade ? state : null, new: state };
    return { sequence: 0, timestamp: 1, resourcePreEvent: { metadata } } as unknown as EngineEvent;
  });
}

/** What a plan says beside it. */
function planOf(resources: readonly PreviewedResource[]): string {
  const plans = resources.map(({ urn, dependencies, ignoreChanges }) => [
    urn,
    { goal: { propertyDependencies: dependencies, ignoreChanges }, steps: [] },
  ]);
  return JSON.stringify({ resourcePlans: Object.fromEntries(plans) as unknown });
}
