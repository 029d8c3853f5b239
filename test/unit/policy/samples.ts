import type { Resource, StackResource } from "../../../policy/rule";

export type Properties = Readonly<Record<string, unknown>>;

interface Options {
  /** @default "sample" */
  readonly name?: string;
  /** @default false */
  readonly protect?: boolean;
  /** What inputs were made of. @default {} */
  readonly from?: Readonly<Record<string, readonly StackResource[]>>;
}

/** A resource as the engine shows it to a rule. */
export function of(type: string, props: Properties = {}, options: Options = {}): StackResource {
  const { name = "sample", protect = false, from = {} } = options;
  const urn = `urn:pulumi:stage::switchyard::${type}::${name}`;
  return { type, name, urn, props, opts: { protect }, propertyDependencies: from };
}

export const DIGEST = `sha256:${"a".repeat(64)}`;

/** A task definition with one container, which is as it should be but for the changes. */
export const task = (changes: Properties = {}): StackResource =>
  of("aws:ecs/taskDefinition:TaskDefinition", {
    executionRoleArn: "arn:aws:iam::111111111111:role/execution",
    taskRoleArn: "arn:aws:iam::111111111111:role/task",
    containerDefinitions: JSON.stringify([
      {
        name: "web",
        image: `111111111111.dkr.ecr.us-east-1.amazonaws.com/switchyard/web@${DIGEST}`,
        user: "65532:65532",
        readonlyRootFilesystem: true,
        linuxParameters: { capabilities: { drop: ["ALL"] } },
        healthCheck: { command: ["CMD", "check"] },
        logConfiguration: { logDriver: "awslogs" },
        ...changes,
      },
    ]),
  });

/** A policy document of one statement. */
export const document = (statement: Properties): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "Sample", Effect: "Allow", ...statement }],
  });

/** What a rule is shown: one resource, or a whole stack. */
export type Shown = Resource | readonly StackResource[];

/** What keeps a rule, and what breaks it with what the message then says, each by what it is. */
export interface RuleCases {
  readonly keeps: Readonly<Record<string, Shown>>;
  readonly breaks: Readonly<Record<string, readonly [shown: Shown, message: RegExp]>>;
}

export type Cases = Readonly<Record<string, RuleCases>>;
