import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/parse";
import { refuses } from "./refuses";
import { changed } from "./sample-config";

const PIPELINE = "arn:aws:iam::333333333333:role/pipeline";
const ALICE = "arn:aws:iam::111111111111:user/alice";

const refusesRoles = (title: string, roles: object, says: string): void => {
  refuses(title, { "switchyard:deployRoles": roles }, `switchyard:deployRoles.${says}`);
};
const DELIVERING =
  "allowed repo:OWNER/REPOSITORY:environment:NAME or repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH, without *; " +
  "name an environment or a branch that is protected";

describe("the settings of deploy roles", () => {
  const rolesOf = (roles: object): unknown =>
    parseSettings(changed({ "switchyard:deployRoles": roles })).deployRoles;

  it("are nobody's where they say nothing", () => {
    assert.equal(rolesOf({}), undefined);
    const github = ["repo:acme/shop:environment:stage"];
    assert.deepEqual(rolesOf({ deploy: { github }, plan: { from: [PIPELINE] } }), {
      plan: { from: [PIPELINE], github: [] },
      deploy: { from: [], github },
      approve: { from: [] },
      audit: { from: [], github: [] },
    });
  });

  refusesRoles(
    "anybody",
    { plan: { from: ["*"] } },
    'plan.from[0]: found "*"; allowed the ARN of a role, of a user or of an account\'s root, without *; name who takes the role on',
  );
  refusesRoles(
    "a pattern of principals, which IAM would refuse late",
    { audit: { from: ["arn:aws:iam::111111111111:role/*"] } },
    'audit.from[0]: found "arn:aws:iam::111111111111:role/*"; allowed the ARN of a role, of a user or of an account\'s root, without *; name who takes the role on',
  );
  refusesRoles(
    "deliveries by pull requests, which nobody has looked at yet",
    { deploy: { github: ["repo:acme/shop:pull_request"] } },
    `deploy.github[0]: found "repo:acme/shop:pull_request"; ${DELIVERING}`,
  );
  refusesRoles(
    "deliveries by every branch",
    { deploy: { github: ["repo:acme/shop:ref:refs/heads/*"] } },
    `deploy.github[0]: found "repo:acme/shop:ref:refs/heads/*"; ${DELIVERING}`,
  );
  refusesRoles(
    "an approval by a role, whose session could have anybody's name",
    { approve: { from: [ALICE, PIPELINE] } },
    `approve.from[1]: found "${PIPELINE}"; allowed the ARN of a user: whoever takes it on by another role could call the session anything; name the people`,
  );
  refusesRoles(
    "an approval by a pipeline's job",
    { approve: { from: [ALICE], github: ["repo:acme/shop:environment:stage"] } },
    "approve.github: found an unknown key; allowed from; remove it",
  );
});
