import { z } from "zod";
import type { DeployRolesSettings } from "./types";
import { rule, text } from "./rule";

/** As IAM takes a principal: nobody is meant by a pattern. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const principal = text(
  /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/,
  "the ARN of a role, of a user or of an account's root, without *",
  "name who takes the role on",
);

/**
 * A session of a role has the name that its maker gives it, and a gate knows people by it. A user's can be held to the user's own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname
 */
const person = text(
  /^arn:aws[a-z-]*:iam::\d{12}:user\/[\w+=,.@/-]+$/,
  "the ARN of a user: whoever takes it on by another role could call the session anything",
  "name the people",
);

/** https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims */
const OWNER_AND_REPOSITORY = "repo:[\\w.-]+/[\\w.-]+";
const job = text(
  new RegExp(
    `^${OWNER_AND_REPOSITORY}:(environment:[^*?]+|ref:refs/(heads|tags)/[^*?]+|pull_request)$`,
  ),
  "a subject of GitHub's such as repo:OWNER/REPOSITORY:environment:NAME, without *",
  "name the repository, and the environment or the branch",
);
const deliveringJob = text(
  new RegExp(`^${OWNER_AND_REPOSITORY}:(environment:[^*?]+|ref:refs/heads/[^*?]+)$`),
  "repo:OWNER/REPOSITORY:environment:NAME or repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH, without *",
  "name an environment or a branch that is protected",
);

const jobs = (each: z.ZodString) =>
  rule(z.array(each), "a list of subjects", "correct it").default([]);
const principals = rule(z.array(principal), "a list of ARNs", "correct it").default([]);

const trust = (each: z.ZodString) =>
  rule(
    z.strictObject({ from: principals, github: jobs(each) }),
    "an object with from and github",
    "say who takes the role on",
  );

export const deployRoles = rule(
  z.strictObject({
    plan: trust(job).prefault({}),
    deploy: trust(deliveringJob).prefault({}),
    approve: rule(
      z.strictObject({
        from: rule(z.array(person), "a list of users' ARNs", "correct it").default([]),
      }),
      "an object with from",
      "say who may approve",
    ).prefault({}),
    audit: trust(job).prefault({}),
  }) satisfies z.ZodType<DeployRolesSettings>,
  "an object with plan, deploy, approve and audit",
  "say of each role who takes it on, or leave it out",
);
