import type * as pulumi from "@pulumi/pulumi";
import type { TestKind } from "../release/passed-test";
import { SLOT_HEADER } from "../release/slot-header";
import type { Slot } from "../release/slots";
import type { TestSettings } from "../settings/types";
import type { OneOffTaskArgs } from "./one-off-task";
import { logStreamPrefix } from "./task-definition";

/** What a test of a version is made from. */
export interface VersionTestPlace {
  readonly service: string;
  readonly slot: Slot;
  readonly clusterArn: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly probeGroupId: pulumi.Input<string>;
  readonly logGroup: pulumi.Input<string>;
}

/** A test of a version, as a task of that very version: its image, its environment, its secrets. */
export type VersionTest = Omit<OneOffTaskArgs, "region" | "profile" | "triggers">;

function versionTest(
  kind: TestKind,
  { service, slot, probeGroupId, ...place }: VersionTestPlace,
  { command, expect, timeoutSeconds }: TestSettings,
  environment: Record<string, pulumi.Input<string>>,
): VersionTest {
  return {
    ...place,
    title: `${service}: the ${kind} test of ${slot}`,
    containerName: service,
    securityGroupIds: [probeGroupId],
    command,
    environment: { ...environment, TEST_EXPECTATIONS: JSON.stringify(expect) },
    timeoutSeconds,
    logStreamPrefix: logStreamPrefix(service, slot),
  };
}

/** Before the switch: through the test listener, which the slot's header leads to the standby. */
export const smokeTest = (
  place: VersionTestPlace,
  settings: TestSettings,
  testUrl: pulumi.Input<string>,
): VersionTest =>
  versionTest("smoke", place, settings, {
    TEST_URL: testUrl,
    TEST_HEADERS: JSON.stringify({ [SLOT_HEADER]: place.slot }),
  });

/** Of a worker, which nobody can ask: its own command alone. */
export const workerTest = (
  kind: TestKind,
  place: VersionTestPlace,
  settings: TestSettings,
): VersionTest => versionTest(kind, place, settings, {});

/** After the switch: as the users do. */
export const acceptanceTest = (
  place: VersionTestPlace,
  settings: TestSettings,
  url: pulumi.Input<string>,
): VersionTest => versionTest("acceptance", place, settings, { TEST_URL: url });
