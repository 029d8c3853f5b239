import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings/types";

/**
 * Refuses to go on without AWS credentials. Asked before anything else: the provider would say so
 * for each resource, in its own words and with a stack.
 *
 * @throws RunError with what is missing: Pulumi shows its message without a stack
 */
export async function requireCredentials({
  region,
  accountId,
}: Pick<Settings, "region" | "accountId">): Promise<void> {
  const profile = new pulumi.Config("aws").get("profile");
  const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret } = process.env;
  // The usual case, without the 0.1 s that loading the chain of providers takes.
  if (profile === undefined && key && secret) return;
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  const chain = defaultProvider({ ...(profile && { profile }), clientConfig: { region } });
  await chain().catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    const found = profile === undefined ? said : `profile ${profile}: ${said}`;
    throw new pulumi.RunError(
      `no AWS credentials for account ${accountId} (aws:allowedAccountIds): ${found}; set AWS_PROFILE, or ` +
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in again where a session has expired",
    );
  });
}
