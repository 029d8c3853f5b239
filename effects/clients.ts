/** How the AWS clients of the effects are made, and what is said when AWS can't be asked. */
import type { AwsPlace } from "../components/place";

export function clientConfig(place: AwsPlace): { region: string; profile?: string } {
  return { region: place.region, ...(place.profile !== undefined && { profile: place.profile }) };
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Whether AWS answered that a thing of this kind is not there. */
export function isMissing(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** The SDK's error with what was being done; credentials get their own next step. */
export function explain(error: unknown, doing: string): Error {
  if (!(error instanceof Error)) return new Error(`${doing}: ${String(error)}`);
  if (error.name === "CredentialsProviderError")
    return new Error(
      `${doing}: no AWS credentials were found; set AWS_PROFILE or AWS_ACCESS_KEY_ID and ` +
        "AWS_SECRET_ACCESS_KEY for the account that this stack names in aws:allowedAccountIds",
      { cause: error },
    );
  const kind = error.name === "Error" ? "" : ` (${error.name})`;
  return new Error(`${doing}: ${error.message}${kind}`, { cause: error });
}
