import type { Finding, StackResource, StackRule } from "./rule";

/** What a bucket needs beside it. */
export interface BucketRule extends Pick<StackRule, "name" | "description"> {
  /** Type of what is beside it. */
  readonly type: string;
  readonly holds: (companion: StackResource) => boolean;
  /** Whether the bucket does without. @default never */
  readonly unless?: (bucket: StackResource) => boolean;
  readonly allowed: string;
}

/** A rule about a resource that says something of a bucket and is declared beside it. */
export const bucketRule = (rule: BucketRule): StackRule => ({
  name: rule.name,
  description: rule.description,
  types: ["aws:s3/bucket:Bucket"],
  *checkAmong(bucket, stack): Generator<Finding> {
    if (rule.unless?.(bucket)) return;
    const beside = stack.filter(
      ({ type, propertyDependencies }) =>
        type === rule.type &&
        (propertyDependencies["bucket"] ?? []).some(({ urn }) => urn === bucket.urn),
    );
    if (beside.some(rule.holds)) return;
    yield {
      failed: rule.type.split(":").at(-1) ?? rule.type,
      found: beside.length > 0 ? "one that does not hold it" : "none of the bucket",
      allowed: rule.allowed,
      next: beside.length > 0 ? "mend it" : "declare one beside the bucket",
    };
  },
});
