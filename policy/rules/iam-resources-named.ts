import { allowedBy, IDENTITY_POLICIES } from "../iam-document";
import type { ResourceRule } from "../rule";

/**
 * Actions that take no resource, or only tell what there is.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCE =
  /^(\w[\w-]*:(Describe|List)\w+|ecr:GetAuthorizationToken|sts:GetCallerIdentity|cloudwatch:(GetMetricData|PutMetricData)|cloudtrail:LookupEvents|ecs:DeregisterTaskDefinition|xray:Put\w+)$/;

/**
 * Everything, or everything of a kind; `log-group:NAME:*` and `BUCKET/*` are parts of one thing. Scalable targets have no names, but
 * ids that AWS makes.
 */
function isBroad(resource: string): boolean {
  if (resource === "*") return true;
  const [, , service = "", , , ...rest] = resource.split(":");
  if (service === "application-autoscaling") return false;
  const name = rest.join(":");
  return name.startsWith("*") || (service !== "s3" && /^[\w-]+[:/]\*/.test(name));
}

export const iamResourcesNamed: ResourceRule = {
  name: "iam-resources-named",
  description: "A policy names what its actions may be done to.",
  types: IDENTITY_POLICIES,
  *check(resource) {
    for (const { label, actions, resources, notResources } of allowedBy(resource)) {
      const acting = actions.filter((action) => !WITHOUT_RESOURCE.test(action));
      const broad = resources.filter(isBroad);
      if (notResources.length === 0 && (broad.length === 0 || acting.length === 0)) continue;
      yield {
        failed: `${label} reaches more than it names`,
        found: notResources.length > 0 ? { NotResource: notResources } : { broad, actions: acting },
        allowed: "ARNs of single things; * for actions that take no resource or only describe",
        next: "name the ARNs, and put actions that take none into a statement of their own",
      };
    }
  },
};
