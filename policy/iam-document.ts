import { isRecord, items, type Resource, text } from "./rule";

/** A statement of a policy document, with lists where IAM takes a single text too. */
export interface Statement {
  readonly label: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `*` for everybody, however it is written. */
  readonly principals: readonly string[];
  readonly notPrincipals: readonly string[];
  readonly condition: unknown;
}

/** What a role, a user or a group may do. */
export const IDENTITY_POLICIES: readonly string[] = [
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/policy:Policy",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
];

/** Who may use a resource. A key's own policy names itself by `*`, so actions and resources say nothing there. */
export const RESOURCE_POLICIES: readonly string[] = [
  "aws:ecr/registryPolicy:RegistryPolicy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:kms/key:Key",
  "aws:kms/keyPolicy:KeyPolicy",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sqs/queuePolicy:QueuePolicy",
];

/** The statements by which it allows something to somebody, those of a role's inline policies included. */
export function* allowedBy({ props }: Resource): Generator<Statement> {
  const documents = [props["policy"], ...items(props["inlinePolicies"]).map(inlineDocument)];
  for (const document of documents)
    yield* statementsOf(document).filter(({ effect }) => effect === "Allow");
}

const inlineDocument = (inline: unknown): unknown =>
  isRecord(inline) ? inline["policy"] : undefined;

/** @throws SyntaxError where it is text and no JSON */
export function statementsOf(document: unknown): readonly Statement[] {
  const parsed: unknown = typeof document === "string" ? JSON.parse(document) : document;
  if (!isRecord(parsed)) return [];
  const given = parsed["Statement"];
  return (Array.isArray(given) ? items(given) : [given])
    .filter(isRecord)
    .map((statement, index) => ({
      label: `statement ${text(statement["Sid"]) || index + 1}`,
      effect: String(statement["Effect"]),
      actions: listed(statement["Action"]),
      notActions: listed(statement["NotAction"]),
      resources: listed(statement["Resource"]),
      notResources: listed(statement["NotResource"]),
      principals: principals(statement["Principal"]),
      notPrincipals: principals(statement["NotPrincipal"]),
      condition: statement["Condition"],
    }));
}

function listed(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? items(value) : [value]).map(String);
}

/** `"*"`, or lists by kind of principal. */
function principals(value: unknown): readonly string[] {
  return isRecord(value) ? Object.values(value).flatMap(listed) : listed(value);
}
