import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** Outputs that hold a secret, by type: whoever declares them must say so. */
export const SECRET_OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  "random:index/randomPassword:RandomPassword": ["result", "bcryptHash"],
};

/** Stands for every value that must never be seen. */
export const CANARY = "canary-7c1f-value";

/** Value that the mock gives for the ARN of a resource. */
export const arnOf = (type: string, name: string): string =>
  `arn:${type.split(":").at(-1) ?? type}:${name}`;

/** Digest that the mock gives for a built image. */
export const digestOf = (repository: string, tag: string): string =>
  `sha256:${createHash("sha256").update(`${repository}:${tag}`).digest("hex")}`;

/** What a provider computes, beside a resource's inputs. */
export function mockOutputs(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const common = { arn: arnOf(type, name), name: inputs["name"] ?? name };
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: pulumi.secret(CANARY), bcryptHash: pulumi.secret(`${CANARY}-hash`) };
    case "aws:secretsmanager/secretVersion:SecretVersion":
      return { ...common, versionId: `${name}-version` };
    case "pulumi-nodejs:dynamic/switchyard:ExternalSecretValue":
      return { versionId: inputs["wantedVersionId"] ?? `${name}-current` };
    case "pulumi-nodejs:dynamic/switchyard:ImageBuild":
      return { digest: digestOf(String(inputs["repository"]), String(inputs["tag"])) };
    case "pulumi-nodejs:dynamic/switchyard:RollbackRehearsal":
      return { rehearsed: {} };
    case "pulumi-nodejs:dynamic/switchyard:ImageScan":
      return { report: { what: "the packages", result: "0".repeat(64), details: {} } };
    case "pulumi-nodejs:dynamic/switchyard:ReleaseRecord":
      return { anchor: { bucket: inputs["bucket"], sequence: 1, hash: "0".repeat(64) } };
    case "aws:lb/loadBalancer:LoadBalancer":
      return {
        ...common,
        dnsName: `${name}.elb.example`,
        zoneId: "elb-zone",
        arnSuffix: `app/${name}/1`,
      };
    case "aws:lb/targetGroup:TargetGroup":
      return { ...common, arnSuffix: `targetgroup/${name}/1` };
    case "aws:ec2/eip:Eip":
      return { ...common, publicIp: `192.0.2.${name.length}` };
    case "aws:acm/certificate:Certificate":
      return { ...common, domainValidationOptions: [proofOf(String(inputs["domainName"]))] };
    case "aws:route53/record:Record":
      return { ...common, fqdn: `${String(inputs["name"])}.` };
    default:
      return common;
  }
}

/**
 * What a provider computes, its id among it.
 *
 * @param account makes ids, ARNs and made-up names different from those of another; nothing: the same everywhere
 */
export function physicalOutputs(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  account?: string,
): Record<string, unknown> {
  const outputs = mockOutputs(type, name, inputs);
  if (account === undefined) return { id: `${name}-id`, ...outputs };
  const own = createHash("sha256").update(`${account} ${type} ${name}`).digest("hex").slice(0, 7);
  const isMadeUp = (output: string, value: unknown): value is string =>
    typeof value === "string" && output !== "digest" && inputs[output] !== value;
  return Object.fromEntries(
    Object.entries({ id: `${name}-id`, ...outputs }).map(([output, value]) => [
      output,
      isMadeUp(output, value) ? `${value}-${own}` : value,
    ]),
  );
}

function proofOf(domainName: string): Record<string, string> {
  return {
    domainName,
    resourceRecordName: `_proof.${domainName}`,
    resourceRecordType: "CNAME",
    resourceRecordValue: "_answer.acm-validations.aws",
  };
}
