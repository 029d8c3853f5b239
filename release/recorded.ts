import * as pulumi from "@pulumi/pulumi";
import type { Recorded } from "./outputs";

/**
 * What this stack exported after its last successful update; nothing before the first. A failed update
 * leaves it as it was, so a run that is repeated decides the same.
 *
 * Asked of the engine directly: a StackReference would keep a copy of the stack's outputs in the stack
 * itself, which is one update behind, so that each refresh would find it changed.
 */
export async function readRecorded(): Promise<Recorded | undefined> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    outputs: Partial<Recorded>;
  };
  const { services, release, previousRelease, secrets, ownsRepositories = false } = answer.outputs;
  if (!services || !release) return undefined;
  return {
    services,
    release,
    ownsRepositories,
    ...(previousRelease && { previousRelease }),
    ...(secrets && { secrets }),
  };
}
