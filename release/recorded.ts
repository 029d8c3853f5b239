import * as pulumi from "@pulumi/pulumi";
import type { Recorded } from "./outputs";

/**
 * What this stack exported after its last successful update; nothing before the first. A failed update
 * leaves it as it was, so a run that is repeated decides the same.
 */
export async function readRecorded(): Promise<Recorded | undefined> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const self = new pulumi.StackReference(name);
  const read = async (output: string): Promise<unknown> =>
    (await self.getOutputDetails(output)).value;
  const services = await read("services");
  if (services === undefined) return undefined;
  return {
    services,
    release: await read("release"),
    previousRelease: await read("previousRelease"),
  } as Recorded;
}
