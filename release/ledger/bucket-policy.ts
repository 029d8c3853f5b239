import { folderOf, type RoleName, WRITTEN_BY } from "../permissions/roles";
import { CHAIN, ENTRIES, SBOMS } from "./keys";

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: "*" | { readonly AWS: readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** ARNs of the stack's own roles, of those that there are. */
export type RoleArns = Readonly<Partial<Record<RoleName, string>>>;

/** Patterns of the only principals who may say each, as `aws:PrincipalArn` has them. @default of what is left out: anybody */
export interface Speakers {
  readonly approved?: readonly string[];
  readonly overridden?: readonly string[];
}

/**
 * What S3 refuses to everybody, whatever else they may do, and what it lets the readers do.
 *
 * @param readers ARNs of who may read the ledger: of an account that is its root
 * @param roles whose words are held to what they are for, whatever else their own policies may come to allow. @default none
 * @param speakers who may let a release in, beside the role that approves. @default whoever may write there
 */
export function ledgerPolicy(
  arn: string,
  readers: readonly string[],
  roles: RoleArns = {},
  speakers: Speakers = {},
): object {
  const everybody = { Effect: "Deny", Principal: "*" } as const;
  const statements: Statement[] = [
    {
      Sid: "InTheClear",
      ...everybody,
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "Delete",
      ...everybody,
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"],
      Resource: `${arn}/*`,
    },
    {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
      Sid: "Overwrite",
      ...everybody,
      Action: "s3:PutObject",
      Resource: `${arn}/*`,
      Condition: { Null: { "s3:if-none-match": "true" } },
    },
    // A variable without a value would make a statement say nothing: users alone have a name of their own.
    { Sid: "WriteInAnotherName", ...ownFolders(arn, SESSION_ID, "true") },
    {
      Sid: "WriteInAnotherUsersName",
      ...ownFolders(arn, `${SESSION_ID}:\${aws:username}`, "false"),
    },
  ];
  for (const [role, who] of Object.entries(roles) as [RoleName, string][])
    statements.push({
      Sid: `WriteAs${role.charAt(0).toUpperCase()}${role.slice(1)}`,
      ...everybody,
      Action: "s3:PutObject",
      ...beyond(role, arn),
      Condition: { ArnEquals: { "aws:PrincipalArn": who } },
    });
  for (const [kind, named] of Object.entries(speakers) as [keyof Speakers, readonly string[]][])
    statements.push({
      Sid: `Say${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
      ...everybody,
      Action: "s3:PutObject",
      Resource: `${arn}/${ENTRIES}${folderOf(kind)}/*`,
      Condition: {
        ArnNotLike: {
          "aws:PrincipalArn": [...named, ...(roles.approve === undefined ? [] : [roles.approve])],
        },
      },
    });
  if (readers.length > 0)
    statements.push({
      Sid: "Read",
      Effect: "Allow",
      Principal: { AWS: readers },
      Action: ["s3:ListBucketVersions", "s3:GetObject", "s3:GetObjectVersion"],
      Resource: [arn, `${arn}/*`],
    });
  return { Version: "2012-10-17", Statement: statements };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const SESSION_ID = "${aws:userid}";

/** Denies to write entries and SBOMs but in one's own name, to all who are no IAM users or to those who are. */
function ownFolders(arn: string, name: string, isNoUser: "true" | "false"): Omit<Statement, "Sid"> {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    NotResource: [
      `${arn}/${CHAIN}*`,
      ...[ENTRIES, SBOMS].map((kept) => `${arn}/${kept}*/${name}/*`),
    ],
    Condition: { Null: { "aws:username": isNoUser } },
  };
}

/** All of the ledger but what a role has to say: everything, links too, where it has nothing. */
function beyond(role: RoleName, arn: string): Pick<Statement, "Resource" | "NotResource"> {
  const sboms = role === "deploy" ? [`${arn}/${SBOMS}*`] : [];
  const folders = WRITTEN_BY[role].map((kind) => `${arn}/${ENTRIES}${folderOf(kind)}/*`);
  return folders.length === 0
    ? { Resource: `${arn}/*` }
    : { NotResource: [`${arn}/${CHAIN}*`, ...sboms, ...folders] };
}
