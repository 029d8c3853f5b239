/** Who wrote an entry, as AWS knows them. */
export interface Principal {
  /** For example `arn:aws:sts::222222222222:assumed-role/approver/alice`. */
  readonly arn: string;
  /** What the bucket's policy has seen to, for example `AROAEXAMPLE:alice`, and `AIDAEXAMPLE:alice` of an IAM user. */
  readonly userId: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const USER = /^arn:[\w-]+:iam::\d{12}:user\/(?:[^:]*\/)?([^/:]+)$/;
const SESSION = /^arn:[\w-]+:sts::\d{12}:(?:assumed-role|federated-user)\/(?:[^:]*\/)?([^/:]+)$/;

/** A caller of STS. An IAM user's id says no name: it is put behind it, and the bucket's policy holds the user to both. */
export function principalOf(arn: string, userId: string): Principal {
  const name = USER.exec(arn)?.[1];
  return { arn, userId: name === undefined ? userId : `${userId}:${name}` };
}

/** The account that an ARN names: S3 has not seen to it. */
export const accountOf = ({ arn }: Principal): string | undefined => arn.split(":")[4];

/** Whether both names can be of one principal. S3 has seen to the user id alone, which ends with the same name as the ARN does; the role in the ARN is what the writer says. */
export function isOnePrincipal({ arn, userId }: Principal): boolean {
  const [id = "", name] = userId.split(":");
  if (name === undefined) return arn.endsWith(":root");
  return (id.startsWith("AIDA") ? USER : SESSION).exec(arn)?.[1] === name;
}
