import { isRecord, type StackResource, type StackRule } from "../rule";

/** A resource's own name, which the settings' tags have nothing to do with. */
const OWN = "Name";

const keysOf = ({ props }: StackResource): string[] =>
  isRecord(props["tags"]) ? Object.keys(props["tags"]).filter((key) => key !== OWN) : [];

/** Nothing by themselves: their group has the tags. */
const PARTS = new Set([
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
]);

/** What AWS lets be tagged shows all of its tags, those of its provider included. */
const isTaggable = ({ type, props }: StackResource): boolean =>
  type.startsWith("aws:") && !PARTS.has(type) && ("tags" in props || "tagsAll" in props);

export const tagsOnEverything: StackRule = {
  name: "tags-on-everything",
  description: "A tag that one resource has is on all that AWS lets be tagged.",
  *checkAmong(resource, stack) {
    if (!isTaggable(resource)) return;
    const wanted = [...new Set(stack.filter(isTaggable).flatMap(keysOf))].sort();
    const has = keysOf(resource);
    const missing = wanted.filter((key) => !has.includes(key));
    if (missing.length === 0) return;
    yield {
      failed: "tags",
      found: has,
      allowed: `all of ${wanted.join(", ")}`,
      next: `add the type to components/tags.ts, or set ${missing.join(", ")} in switchyard:tags`,
    };
  },
};
