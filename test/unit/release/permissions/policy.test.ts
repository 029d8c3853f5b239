import assert from "node:assert/strict";
import { KINDS } from "../../../../release/ledger/kinds";
import type { Grant } from "../../../../release/permissions/grant";
import {
  MOST_POLICIES,
  MOST_POLICY_CHARACTERS,
  policiesOf,
} from "../../../../release/permissions/policy";
import type { Territory } from "../../../../release/permissions/resources";
import { ROLE_NAMES, type RoleName, WRITTEN_BY } from "../../../../release/permissions/roles";
import { GRANTS } from "../../../../release/permissions/table";
import { MOST_TRUST_CHARACTERS, trustPolicy } from "../../../../release/permissions/trust";

const STAGE: Territory = {
  partition: "aws",
  region: "us-east-1",
  accountId: "111111111111",
  project: "switchyard",
  stack: "stage",
  prefix: "switchyard-stage",
  services: ["api", "web"],
  secrets: ["session-key"],
  ledger: "switchyard-stage-ledger-111111111111",
};
const PRODUCTION: Territory = {
  ...STAGE,
  accountId: "222222222222",
  stack: "production",
  prefix: "switchyard-production",
  ledger: "switchyard-production-ledger-222222222222",
  proving: { accountId: "111111111111", region: "us-east-1", ledger: STAGE.ledger },
};

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

const statements = (role: RoleName, territory: Territory, grants = GRANTS): Statement[] =>
  policiesOf(role, grants, territory).flatMap(
    (text) => (JSON.parse(text) as { Statement: Statement[] }).Statement,
  );
/** What a role may do an action to. */
const on = (role: RoleName, action: string, territory = STAGE): string[] =>
  statements(role, territory).flatMap(({ Action, Resource }) =>
    Action.includes(action) ? Resource : [],
  );

describe("the policies of the deploy roles", () => {
  it("let nothing be done by a pattern, and write nothing without a resource, but where AWS has none", () => {
    const WITHOUT = [
      "ecr:GetAuthorizationToken",
      "ecs:DeregisterTaskDefinition",
      "cloudtrail:LookupEvents",
    ];
    for (const role of ROLE_NAMES)
      for (const { Effect, Action, Resource } of statements(role, PRODUCTION)) {
        assert.equal(Effect, "Allow");
        assert.ok(Resource.length > 0);
        for (const action of Action) {
          assert.match(action, /^[a-z0-9-]+:[A-Z]\w+$/);
          if (Resource.includes("*") && !WITHOUT.includes(action))
            assert.match(action, /:(Describe|List)/);
        }
      }
  });

  it("change nothing of what anybody may do", () => {
    const all = ROLE_NAMES.flatMap((role) => statements(role, PRODUCTION)).flatMap(
      ({ Action }) => Action,
    );
    const harmful = all.filter((action) =>
      /^(iam:(?!Get|List|PassRole|CreateServiceLinkedRole)|s3:PutBucket|s3:Delete|kms:|sts:|ecr:SetRepositoryPolicy|secretsmanager:PutResourcePolicy)/.test(
        action,
      ),
    );
    assert.deepEqual(harmful, []);
  });

  it("pass the services' own roles alone, and to tasks alone", () => {
    const passing = statements("deploy", STAGE).filter(({ Action }) =>
      Action.includes("iam:PassRole"),
    );
    assert.deepEqual(passing, [
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: ["api-execution-*", "api-task-*", "web-execution-*", "web-task-*"].map(
          (name) => `arn:aws:iam::111111111111:role/${name}`,
        ),
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    ]);
  });

  it("let each kind of entry be written by one role, in its writer's own name, in the stack's own ledger", () => {
    assert.deepEqual(Object.values(WRITTEN_BY).flat().sort(), [...KINDS].sort());
    const at = `arn:aws:s3:::${STAGE.ledger}`;
    assert.deepEqual(on("approve", "s3:PutObject"), [
      `${at}/chain/*`,
      ...["*/approved", "*/overridden", "stack/frozen", "stack/unfrozen"].map(
        (folder) => `${at}/entries/${folder}/*/\${aws:userid}/*`,
      ),
    ]);
    assert.deepEqual(on("plan", "s3:PutObject"), []);
    assert.deepEqual(on("audit", "s3:PutObject"), []);
    assert.ok(on("deploy", "s3:PutObject").includes(`${at}/entries/*/live/*/\${aws:userid}/*`));
    const delivered = on("deploy", "s3:PutObject", PRODUCTION);
    assert.ok(delivered.every((arn) => arn.startsWith(`arn:aws:s3:::${PRODUCTION.ledger}/`)));
  });

  it("reach into another account to read, and only where releases come from there", () => {
    const abroad = (territory: Territory): [string, string][] =>
      ROLE_NAMES.flatMap((role) => statements(role, territory)).flatMap(({ Action, Resource }) =>
        Resource.filter((arn) => arn.includes("111111111111")).flatMap((arn) =>
          Action.map((action): [string, string] => [action, arn]),
        ),
      );
    const actions = new Set(abroad(PRODUCTION).map(([action]) => action));
    assert.deepEqual([...actions].sort(), [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "s3:GetObject",
      "s3:ListBucketVersions",
    ]);
    const own = ROLE_NAMES.flatMap((role) => statements(role, STAGE)).flatMap(
      ({ Resource }) => Resource,
    );
    assert.ok(!own.some((arn) => arn.includes("222222222222")));
  });

  it("let no secret be read by who only plans, approves or audits", () => {
    for (const role of ["plan", "approve", "audit"] as const)
      assert.deepEqual(on(role, "secretsmanager:GetSecretValue"), []);
  });

  it("keep AWS's limits, with long names and fifty services", () => {
    const name = (index: number): string => `a-service-with-a-long-name-${index}`;
    const names = Array.from({ length: 50 }, (_each, index) => name(index));
    const large = {
      ...PRODUCTION,
      partition: "aws-us-gov",
      prefix: "p".repeat(43),
      services: names,
      secrets: names,
    };
    for (const role of ROLE_NAMES) {
      const documents = policiesOf(role, GRANTS, large);
      assert.ok(documents.length >= 1 && documents.length <= MOST_POLICIES, role);
      for (const text of documents) assert.ok(text.length <= MOST_POLICY_CHARACTERS, role);
    }
  });

  it("are cut where one would be too long, and lose nothing", () => {
    const services = Array.from({ length: 60 }, (_each, index) => `service-${index}`);
    const large = { ...STAGE, services };
    const documents = policiesOf("deploy", GRANTS, large);
    assert.ok(documents.length > 1);
    const granted = GRANTS.filter(({ to }) => to.includes("deploy")).flatMap(
      ({ actions }) => actions,
    );
    const found = new Set(statements("deploy", large).flatMap(({ Action }) => Action));
    assert.deepEqual([...found].sort(), [...new Set(granted)].sort());
  });

  it("have a reason for each grant, and one for each that nothing was seen to ask for", () => {
    const said = (grant: Grant): string[] => [grant.why, grant.unused ?? "asked for"];
    for (const grant of GRANTS) {
      assert.ok(grant.to.length > 0 && grant.actions.length > 0);
      for (const text of said(grant)) assert.ok(text.length > 5, JSON.stringify(grant));
    }
  });
});

describe("the trust of the deploy roles", () => {
  const GITHUB = "token.actions.githubusercontent.com";
  const ALICE = "arn:aws:iam::111111111111:user/alice";
  const CENTRAL = "arn:aws:iam::333333333333:role/pipeline";

  it("holds a user's session to the user's own name", () => {
    const { Statement } = JSON.parse(
      trustPolicy({ from: [CENTRAL, ALICE] }, "111111111111", "aws"),
    ) as { Statement: unknown };
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { AWS: [ALICE] },
        Condition: { StringEquals: { "sts:RoleSessionName": "${aws:username}" } },
      },
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: [CENTRAL] } },
    ]);
  });

  it("takes GitHub's tokens for AWS, of these very jobs", () => {
    const github = ["repo:acme/shop:environment:stage"];
    const { Statement } = JSON.parse(trustPolicy({ from: [], github }, "111111111111", "aws")) as {
      Statement: unknown;
    };
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: `arn:aws:iam::111111111111:oidc-provider/${GITHUB}` },
        Condition: {
          StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com", [`${GITHUB}:sub`]: github },
        },
      },
    ]);
  });

  it("keeps AWS's limit with ten people and ten jobs", () => {
    const from = Array.from({ length: 10 }, (_each, index) => `${ALICE}-${index}@example.com`);
    const github = Array.from(
      { length: 10 },
      (_each, i) => `repo:acme/shop:environment:stage-${i}`,
    );
    const text = trustPolicy({ from, github }, "111111111111", "aws");
    assert.ok(text.length <= MOST_TRUST_CHARACTERS, String(text.length));
  });
});
