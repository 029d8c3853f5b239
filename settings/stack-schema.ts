import { z } from "zod";
import { LARGEST_VPC_PREFIX, overlap, parseCidr, SMALLEST_VPC_PREFIX } from "../components/subnets";
import { secretName, serviceName } from "./names";
import { hiddenRule, oneNumberOf, oneOf, rule, text, unique, wholeNumber } from "./rule";
import { service } from "./service-schema";
import type { DomainSettings, NetworkSettings, SecretSettings } from "./types";

/** Everything but these is routed to the internet: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] as const;

const ENDPOINTS = ["ecr", "s3", "logs", "secretsmanager"] as const;

const cidr = rule(
  z.string().refine((value) => parseCidr(value) !== undefined),
  "an IPv4 block such as 10.20.0.0/16, its host bits zero",
  "correct it",
);

const vpcCidr = rule(
  z.string().refine(isVpcBlock),
  `an IPv4 block from /${LARGEST_VPC_PREFIX} to /${SMALLEST_VPC_PREFIX}, host bits zero, in ${PRIVATE_RANGES.join(", ")}`,
  "choose such a block; below /24 there is no room for public and private subnets in two zones",
);

export const network = rule(
  z.strictObject({
    cidr: vpcCidr,
    zones: rule(
      z
        .array(
          text(/^[a-z0-9-]{1,30}$/, "the name of a zone, for example us-east-1a", "correct it"),
        )
        .min(2)
        .refine(unique),
      "two or more different zones",
      "a load balancer needs subnets in two zones; add one",
    ),
    nat: oneOf(["none", "single", "perZone"]).default("single"),
    endpoints: rule(
      z.array(oneOf(ENDPOINTS)).refine(unique),
      `a list out of ${ENDPOINTS.join(", ")}, each once`,
      "correct the list",
    ).default([]),
    reserved: rule(
      z.array(cidr),
      "a list of IPv4 blocks",
      "list the blocks that are in use elsewhere",
    ).default([]),
  }) satisfies z.ZodType<NetworkSettings>,
  "an object with cidr and zones",
  "describe the stack's network",
);

const hostName = "a host name such as app.example.com, lower case";
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

export const domain = rule(
  z.strictObject({
    /** ACM's limit, https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
    name: rule(
      z.string().regex(HOST_NAME).max(64),
      `${hostName}, 64 characters at most`,
      "correct it",
    ),
    zone: text(HOST_NAME, hostName, "name the hosted zone that holds the name"),
  }) satisfies z.ZodType<DomainSettings>,
  "an object with name and zone",
  "name the stack or leave it out",
);

/** Hidden all through: a value may have been put where its declaration belongs. */
const generated = hiddenRule(
  z.strictObject({
    generate: hiddenRule(
      z.strictObject({ length: wholeNumber(16, 128).default(32) }),
      "an object with length",
      "write generate: { length: 32 }",
    ),
    version: wholeNumber(1, 1_000_000).default(1),
  }),
  "generate or external",
  "write generate: { length: 32 }, or external: true for one that someone else issues",
);

const external = hiddenRule(
  z.strictObject({
    external: hiddenRule(
      z.literal(true),
      "true",
      "write true, and put the value into Secrets Manager itself",
    ),
    /** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretVersionsListEntry.html */
    versionId: hiddenRule(
      z.string().regex(/^[A-Za-z0-9_.-]{32,64}$/),
      "a VersionId of 32 to 64 characters",
      "copy it from Secrets Manager",
    ).exactOptional(),
  }),
  "generate or external",
  "write external: true",
);

export const secrets = rule(
  z.record(secretName, z.union([generated, external])) satisfies z.ZodType<
    Record<string, SecretSettings>
  >,
  "an object of secrets",
  "write each secret's name under it",
);

export const services = rule(
  z.record(serviceName, service).refine((value) => Object.keys(value).length > 0),
  "an object of one service or more",
  "describe one service or more",
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const logRetentionDays = oneNumberOf([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
]);

/**
 * 50 tags a resource, of which ten are left to the program; a name of theirs is not `aws:`.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export const tags = rule(
  z
    .record(
      text(
        /^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/iu,
        "a tag's name of at most 128 characters, not aws:",
        "rename it",
      ),
      text(
        /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u,
        "a text of at most 256 letters, digits, spaces and _.:/=+@-",
        "correct or quote it",
      ),
    )
    .refine((value) => Object.keys(value).length <= 40),
  "an object of at most 40 names and texts",
  "correct it",
);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html: days, of which 100 years are enough. */
export const ledgerRetentionDays = wholeNumber(1, 36_500);

export const region = text(
  /^[a-z]{2}(-[a-z]+)+-\d+$/,
  "a region such as us-east-1",
  "set aws:region",
);

export const accountId = text(/^\d{12}$/, "12 digits as a text", "quote the account id");

export const allowedAccountIds = rule(
  z.array(accountId).length(1),
  "a list of exactly one account id",
  "name the one account that this stack may touch",
);

export const sharedWith = rule(
  z.array(accountId),
  "a list of account ids",
  "name the accounts that may pull the images",
);

function isVpcBlock(value: string): boolean {
  const block = parseCidr(value);
  if (block === undefined) return false;
  if (block.prefix < LARGEST_VPC_PREFIX || block.prefix > SMALLEST_VPC_PREFIX) return false;
  return PRIVATE_RANGES.some((range) => {
    const known = parseCidr(range);
    return known !== undefined && overlap(known, block);
  });
}
