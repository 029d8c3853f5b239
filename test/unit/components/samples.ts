import * as pulumi from "@pulumi/pulumi";
import type { StackPlace } from "../../../components/place";
import { mapValues } from "../../../release/map-values";
import type { DesiredRevision, Revision } from "../../../release/revision";
import { type HttpServiceSettings, parseSettings } from "../../../settings";
import { changed, type Changes, webOf } from "../settings/sample-config";

export const PLACE: StackPlace = {
  project: "switchyard",
  stack: "stage",
  aws: { region: "us-east-1" },
  accountId: "111111111111",
  registry: "111111111111.dkr.ecr.us-east-1.amazonaws.com",
  partition: "aws",
  prefix: "switchyard-stage",
};

/** The sample's `web` service, without its tests, with changes to its settings: values by their path in the service. */
export function webSettings(changes: Changes = {}): HttpServiceSettings {
  const all = { "delivery.smoke": undefined, "delivery.acceptance": undefined, ...changes };
  const entries = Object.entries(all).map(([path, value]) => [
    `switchyard:services.web.${path}`,
    value,
  ]);
  return webOf(parseSettings(changed(Object.fromEntries(entries) as Changes)));
}

/** A revision as a stack records it; the mark tells revisions apart. */
export function revision(mark: string, changes: Partial<Revision> = {}): Revision {
  const digest = `sha256:${mark.repeat(64)}`;
  return {
    service: "web",
    release: mark.repeat(64),
    tag: `c-${mark}`,
    digest,
    image: `${PLACE.registry}/switchyard/web@${digest}`,
    environment: { MARK: mark },
    secrets: {
      KEY: { name: "key", version: 1, arn: `arn:secret:${mark}`, versionId: `v-${mark}` },
    },
    cpu: 256,
    memoryMiB: 512,
    port: 8080,
    healthCheck: {
      command: ["CMD", "check"],
      intervalSeconds: 5,
      timeoutSeconds: 2,
      retries: 2,
      startPeriodSeconds: 60,
    },
    targets: {
      path: "/readyz",
      intervalSeconds: 5,
      timeoutSeconds: 4,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    stopTimeoutSeconds: 30,
    ...changes,
  };
}

/** The revision as the settings want it, before its image and secrets are known. */
export function desiredOf(recorded: Revision): DesiredRevision {
  const resolved = ["release", "digest", "image"];
  const entries = Object.entries(recorded).filter(([key]) => !resolved.includes(key));
  const secrets = mapValues(recorded.secrets, ({ name, version }) => ({ name, version }));
  return { ...(Object.fromEntries(entries) as unknown as Revision), secrets };
}

/** An output that depends on nothing. */
export const known = (value: string): pulumi.Output<string> => pulumi.output(value);
