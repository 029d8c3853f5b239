import { isRecord, items, read, type Resource } from "./rule";

export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

export interface Container {
  /** How a message calls it. */
  readonly label: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

/** The containers of a task definition. @throws SyntaxError where their definitions are no JSON */
export function containersOf({ props }: Resource): readonly Container[] {
  const definitions = props["containerDefinitions"];
  const parsed: unknown = typeof definitions === "string" ? JSON.parse(definitions) : definitions;
  return items(parsed)
    .filter(isRecord)
    .map((definition) => ({ label: `container ${String(definition["name"])}`, definition }));
}

/** Names and values of an environment. */
export function environmentOf(container: Container): readonly (readonly [string, string])[] {
  return items(container.definition["environment"]).map(
    (entry) => [String(read(entry, "name")), String(read(entry, "value"))] as const,
  );
}
