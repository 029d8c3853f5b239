import { items, type ResourceRule, text } from "../rule";

/** AWS's own policies that allow everything, or everything of a service. */
const BROAD = /:aws:policy\/.*(AdministratorAccess|PowerUserAccess|FullAccess)/;

export const noBroadManagedPolicy: ResourceRule = {
  name: "no-broad-managed-policy",
  description: "Nobody gets a policy of AWS's that allows everything.",
  types: [
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/role:Role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  ],
  *check({ props }) {
    for (const found of [props["policyArn"], ...items(props["managedPolicyArns"])]) {
      if (!BROAD.test(text(found))) continue;
      yield {
        failed: "policyArn",
        found,
        allowed: "policies that list actions and resources",
        next: "write a policy with what is needed",
      };
    }
  },
};
