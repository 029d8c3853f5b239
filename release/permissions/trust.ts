/** Where GitHub's tokens come from, as an account's identity provider is named. https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws */
const GITHUB = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

/** Characters of a trust policy, unless AWS is asked for more. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_TRUST_CHARACTERS = 2048;

export interface Trust {
  readonly from: readonly string[];
  readonly github?: readonly string[];
}

/**
 * Who may take a role on. A user's session has the user's own name, so that nobody is known by another one's:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname
 *
 * @param partition `aws`, or that of a region apart
 */
export function trustPolicy(
  { from, github = [] }: Trust,
  accountId: string,
  partition: string,
): string {
  const isUser = (arn: string): boolean => /:user\//.test(arn);
  const users = from.filter(isUser);
  const others = from.filter((arn) => !isUser(arn));
  const byKey = { Effect: "Allow", Action: "sts:AssumeRole" } as const;
  const Statement = [
    ...(users.length === 0
      ? []
      : [
          {
            ...byKey,
            Principal: { AWS: users },
            Condition: { StringEquals: { "sts:RoleSessionName": "${aws:username}" } },
          },
        ]),
    ...(others.length === 0 ? [] : [{ ...byKey, Principal: { AWS: others } }]),
    ...(github.length === 0
      ? []
      : [
          {
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: { Federated: `arn:${partition}:iam::${accountId}:oidc-provider/${GITHUB}` },
            Condition: { StringEquals: { [`${GITHUB}:aud`]: AUDIENCE, [`${GITHUB}:sub`]: github } },
          },
        ]),
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
