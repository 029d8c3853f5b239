import { type Cases, document, of, type Properties } from "../samples";

const policy = (statement: Properties) =>
  of("aws:iam/rolePolicy:RolePolicy", { policy: document(statement) });
const trust = (statement: Properties) =>
  of("aws:iam/role:Role", {
    assumeRolePolicy: document({ Action: "sts:AssumeRole", ...statement }),
  });
const byToken = (subject: unknown) =>
  trust({
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: "arn:aws:iam::111111111111:oidc-provider/token.example.com" },
    Condition: { StringLike: { "token.example.com:sub": subject } },
  });
const inline = (statement: Properties) =>
  of("aws:iam/role:Role", { inlinePolicies: [{ policy: document(statement) }] });
const onRepository = (statement: Properties) =>
  of("aws:ecr/repositoryPolicy:RepositoryPolicy", {
    policy: document({ Action: "ecr:BatchGetImage", ...statement }),
  });
const attach = (policyArn: string) =>
  of("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn });
const TASKS = { Service: "ecs-tasks.amazonaws.com" };
const BUCKET = "arn:aws:s3:::ledger";
const LOGS = "arn:aws:logs:us-east-1:111111111111:log-group:web:*";

export const ACCESS: Cases = {
  "iam-actions-named": {
    keeps: {
      names: policy({ Action: ["s3:GetObject", "s3:PutObject"], Resource: `${BUCKET}/*` }),
      "all actions denied": policy({ Effect: "Deny", Action: "*", Resource: "*" }),
      "a role without inline policies": of("aws:iam/role:Role"),
    },
    breaks: {
      "every action": [
        policy({ Action: "*", Resource: BUCKET }),
        /statement Sample .*found \["\*"\]/,
      ],
      "every action of a service": [policy({ Action: ["s3:*"], Resource: BUCKET }), /"s3:\*"/],
      "every action that begins so": [
        policy({ Action: "s3:Get*", Resource: BUCKET }),
        /"s3:Get\*"/,
      ],
      "all but some": [policy({ NotAction: "iam:*", Resource: BUCKET }), /NotAction/],
      "it in an inline policy": [inline({ Action: "*", Resource: BUCKET }), /found \["\*"\]/],
    },
  },
  "iam-resources-named": {
    keeps: {
      "an ARN": policy({ Action: "s3:PutObject", Resource: `${BUCKET}/*` }),
      "the streams of one log group": policy({ Action: "logs:PutLogEvents", Resource: LOGS }),
      "everything, for an action that takes no resource": policy({
        Action: "ecr:GetAuthorizationToken",
        Resource: "*",
      }),
      "everything, only to describe it": policy({ Action: "ecs:DescribeTasks", Resource: "*" }),
      "scalable targets, whose ids AWS makes": policy({
        Action: "application-autoscaling:RegisterScalableTarget",
        Resource: "arn:aws:application-autoscaling:us-east-1:111111111111:scalable-target/*",
      }),
    },
    breaks: {
      everything: [
        policy({ Action: ["ecs:DescribeTasks", "ecs:StopTask"], Resource: "*" }),
        /"actions":\["ecs:StopTask"\]/,
      ],
      "secrets, by reading": [
        policy({ Action: "secretsmanager:GetSecretValue", Resource: "*" }),
        /GetSecretValue/,
      ],
      "all of a kind": [
        policy({
          Action: "secretsmanager:GetSecretValue",
          Resource: "arn:aws:secretsmanager:us-east-1:111111111111:secret:*",
        }),
        /secret:\*/,
      ],
      "all buckets": [policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::*" }), /s3:::\*/],
      "all but one": [policy({ Action: "s3:GetObject", NotResource: BUCKET }), /NotResource/],
    },
  },
  "role-trust-named": {
    keeps: {
      "a service": trust({ Principal: TASKS }),
      "an account": trust({ Principal: { AWS: "arn:aws:iam::222222222222:root" } }),
    },
    breaks: {
      everybody: [trust({ Principal: "*" }), /statement Sample of assumeRolePolicy/],
      "every AWS account": [trust({ Principal: { AWS: ["*"] } }), /found \["\*"\]/],
      "all but one": [trust({ NotPrincipal: TASKS }), /NotPrincipal/],
    },
  },
  "role-trust-of-provider-narrowed": {
    keeps: {
      "one repository's environment": byToken("repo:yard/switchyard:environment:production"),
      "any branch of one repository": byToken(["repo:yard/switchyard:*"]),
      "a service, which brings no token": trust({ Principal: TASKS }),
    },
    breaks: {
      "nobody named": [byToken([]), /condition of statement Sample .*found \[\]/],
      "all repositories of an owner": [byToken("repo:yard/*"), /found \["repo:yard\/\*"\]/],
      everybody: [byToken("*"), /allowed: a :sub/],
      "one of several too many": [byToken(["repo:yard/switchyard:ref:x", "repo:*"]), /repo:\*/],
    },
  },
  "no-broad-managed-policy": {
    keeps: {
      "a policy of one's own": attach("arn:aws:iam::111111111111:policy/deliver"),
      "a narrow one of AWS's": attach(
        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      ),
    },
    breaks: {
      "an administrator": [attach("arn:aws:iam::aws:policy/AdministratorAccess"), /Administrator/],
      "all of a service": [attach("arn:aws:iam::aws:policy/AmazonS3FullAccess"), /S3FullAccess/],
      "it in the role itself": [
        of("aws:iam/role:Role", { managedPolicyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"] }),
        /PowerUserAccess/,
      ],
    },
  },
  "no-long-lived-credentials": {
    keeps: { "a role": of("aws:iam/role:Role") },
    breaks: {
      "a user": [of("aws:iam/user:User"), /found "aws:iam\/user:User"; allowed: roles/],
      "an access key": [of("aws:iam/accessKey:AccessKey"), /by OIDC from a pipeline/],
    },
  },
  "resource-policy-names-principals": {
    keeps: {
      "an account": onRepository({ Principal: { AWS: "arn:aws:iam::222222222222:root" } }),
      "everybody denied": onRepository({ Effect: "Deny", Principal: "*" }),
      "a key without a policy": of("aws:kms/key:Key"),
    },
    breaks: {
      everybody: [
        onRepository({ Principal: "*" }),
        /statement Sample allows it to everybody: found "\*"/,
      ],
      "everybody with a condition": [
        onRepository({ Principal: { AWS: "*" }, Condition: { Bool: {} } }),
        /a condition does not make up/,
      ],
      "all but one": [onRepository({ NotPrincipal: TASKS }), /NotPrincipal/],
    },
  },
};
