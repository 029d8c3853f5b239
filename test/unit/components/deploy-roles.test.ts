import assert from "node:assert/strict";
import { declareRoles } from "../../../components/deploy-roles";
import { parseSettings } from "../../../settings";
import type { Graph } from "../graph";
import { declare } from "../mocks";
import { changed } from "../settings/sample-config";
import { PLACE } from "./samples";

const PIPELINE = "arn:aws:iam::333333333333:role/pipeline";
const ALICE = "arn:aws:iam::111111111111:user/alice";

async function roles(deployRoles: object): Promise<Graph> {
  const settings = parseSettings(changed({ "switchyard:deployRoles": deployRoles }));
  const { graph } = await declare(() => declareRoles(PLACE, settings, ["session-key"]));
  return graph;
}

describe("DeployRoles", () => {
  it("are not there where the settings name nobody", async () => {
    assert.equal((await roles({})).outline, "");
  });

  it("are those that somebody takes on, by names that can be told from the stack's, with their policies", async () => {
    const graph = await roles({ deploy: { from: [PIPELINE] }, approve: { from: [ALICE] } });
    assert.equal(
      graph.outline,
      `
switchyard:release:DeployRoles switchyard
  aws:iam/policy:Policy switchyard-approve-1
  aws:iam/policy:Policy switchyard-deploy-1
  aws:iam/policy:Policy switchyard-deploy-2
  aws:iam/role:Role switchyard-approve
  aws:iam/role:Role switchyard-deploy
  aws:iam/rolePolicyAttachment:RolePolicyAttachment switchyard-approve-1
  aws:iam/rolePolicyAttachment:RolePolicyAttachment switchyard-deploy-1
  aws:iam/rolePolicyAttachment:RolePolicyAttachment switchyard-deploy-2`.trim(),
    );
    const { inputs } = graph.get("aws:iam/role:Role", "switchyard-deploy");
    const { assumeRolePolicy, ...rest } = inputs;
    assert.deepEqual(rest, { name: "switchyard-stage-deploy", maxSessionDuration: 14_400 });
    assert.deepEqual(JSON.parse(String(assumeRolePolicy)), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: [PIPELINE] } }],
    });
    const policy = graph.get("aws:iam/policy:Policy", "switchyard-approve-1");
    assert.equal(policy.inputs["name"], "switchyard-stage-approve-1");
    assert.match(String(policy.inputs["policy"]), /entries\/\*\/approved\/\*\/\$\{aws:userid\}/);
  });
});
