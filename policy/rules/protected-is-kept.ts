import { type ResourceRule } from "../rule";

/** By type, what would delete in spite of Pulumi's protection, or without a way back. */
const LOST: Readonly<Record<string, (props: Readonly<Record<string, unknown>>) => string[]>> = {
  "aws:ecr/repository:Repository": ({ forceDelete }) =>
    forceDelete === true ? ["forceDelete: true"] : [],
  "aws:lb/loadBalancer:LoadBalancer": ({ enableDeletionProtection }) =>
    enableDeletionProtection === true ? [] : ["enableDeletionProtection: not true"],
  "aws:rds/cluster:Cluster": database,
  "aws:rds/instance:Instance": database,
  "aws:s3/bucket:Bucket": ({ forceDestroy }) =>
    forceDestroy === true ? ["forceDestroy: true"] : [],
  "aws:secretsmanager/secret:Secret": ({ recoveryWindowInDays }) =>
    recoveryWindowInDays === 0 ? ["recoveryWindowInDays: 0"] : [],
};

function database({
  deletionProtection,
  skipFinalSnapshot,
}: Readonly<Record<string, unknown>>): string[] {
  return [
    ...(deletionProtection === true ? [] : ["deletionProtection: not true"]),
    ...(skipFinalSnapshot === true ? ["skipFinalSnapshot: true"] : []),
  ];
}

export const protectedIsKept: ResourceRule = {
  name: "protected-is-kept",
  description: "What the settings protect is protected in AWS too.",
  types: Object.keys(LOST),
  *check({ type, props, opts }) {
    if (!opts.protect) return;
    for (const found of LOST[type]?.(props) ?? [])
      yield {
        failed: "a protected resource",
        found,
        allowed: "AWS's own protection wherever Pulumi protects",
        next: "set both from switchyard:protect",
      };
  },
};
