import { SettingsError } from "../errors";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const LONGEST = 63;

/**
 * Name of the bucket that a stack's ledger is in, `PROJECT-STACK-ledger-ACCOUNT`: known to whoever knows the stack, without asking
 * it, and one that nobody else in AWS has.
 *
 * @throws SettingsError where project and stack leave no room for the rest
 */
export function ledgerBucket(project: string, stack: string, accountId: string): string {
  const name = `${project}-${stack}-ledger-${accountId}`.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  if (name.length > LONGEST)
    throw new SettingsError([
      {
        path: "name (Pulumi.yaml)",
        found: `${project}, whose ledger of ${stack} would be called ${name}`,
        allowed: `names that leave it ${LONGEST} characters`,
        action: "give the project or the stack a shorter name",
      },
    ]);
  return name;
}

/** The account whose ledger a bucket is, by its name; nothing of a bucket that is called otherwise. */
export const ledgerAccount = (bucket = ""): string | undefined =>
  /-ledger-(\d{12})$/.exec(bucket)?.[1];
