import type { ResourceRule } from "../rule";

export const noLongLivedCredentials: ResourceRule = {
  name: "no-long-lived-credentials",
  description: "Nobody gets credentials that do not end by themselves.",
  types: [
    "aws:iam/accessKey:AccessKey",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
    "aws:iam/sshKey:SshKey",
    "aws:iam/user:User",
    "aws:iam/userLoginProfile:UserLoginProfile",
  ],
  *check({ type }) {
    yield {
      failed: "type",
      found: type,
      allowed: "roles, whose credentials end after hours",
      next: "let the caller take a role on: by OIDC from a pipeline, by IAM Identity Center from a desk",
    };
  },
};
