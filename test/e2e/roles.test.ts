import {
  CreateRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Asked, askedOf, compare } from "../../bench/granted";
import type { RunResult } from "../../demo/run";
import { type StackName, Stacks } from "../../demo/stacks";
import { GRANTS, NOT_GRANTED } from "../../release/permissions/table";
import { shortId } from "../../release/release";
import { targetIn, worldOf } from "./account-world";
import { refusal } from "./emulator/principals";
import { ACCOUNT_IDS, addSettings, RoleSessions, territoryOf } from "./role-sessions";
import { attempts } from "./stolen-credentials";
import { edit, pulumi, up } from "./story";

const FORBIDDEN = "403 AccessDenied";
const DENIED = /not authorized to perform|AccessDenied|Access Denied/;
/** Denied, or a key that the account does not know. */
const REFUSED =
  /^(400|403) (AccessDenied\w*|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|AuthFailure)$/;

/** The whole road under IAM, each part of it by the role that it is for. */
describe("the deploy roles", function () {
  this.timeout(900_000);
  this.bail(true);
  let stacks: Stacks;
  let roles: RoleSessions;

  const done = async (run: Promise<RunResult>): Promise<string> => {
    const { code, output } = await run;
    assert.equal(code, 0, output);
    return output;
  };
  const deliver = (stack: StackName): Promise<string> =>
    done(roles.pulumi(stack, "deploy", "up", "--yes", "--skip-preview"));
  const editFile = (name: string, from: RegExp, to: string): void => {
    const path = join(stacks.workspace.project, name);
    const text = readFileSync(path, "utf8");
    assert.match(text, from);
    writeFileSync(path, text.replace(from, to));
  };
  const asked = (): Asked[] =>
    (["stage", "production"] as const).flatMap((stack) => askedOf(stacks.account(stack)));

  before(async () => {
    stacks = await Stacks.start({
      name: "roles",
      timeScale: 0.1,
      enforceIam: true,
      logRequests: true,
    });
    roles = new RoleSessions(stacks);
    await roles.createUsers();
    const from = ["arn:aws:sts::222222222222:assumed-role/switchyard-production-approve/*"];
    const provenIn = { stack: "stage", accountId: ACCOUNT_IDS.stage };
    const tags = { team: "shop" };
    addSettings(stacks, "stage", { tags });
    addSettings(stacks, "production", {
      tags,
      gate: { provenIn, approvals: [{ count: 1, from }] },
    });
    for (const stack of ["stage", "production"] as const)
      await pulumi(stacks, stack, "stack", "init");
  });

  after(() => stacks.stop());

  it("are made by an administrator's update, with all that deliveries stand on", async () => {
    await up(stacks, "stage");
    await done(stacks.run("production", "npm", ["run", "--silent", "release", "--", "promote"]));
    await up(stacks, "production");
  });

  it("are alike in both stacks, but for what is declared", async () => {
    const path = join(stacks.workspace.project, "parity.yaml");
    const declared = (role: string): string =>
      `  - { resource: "Policy switchyard-${role}-*", property: policy, reason: production reads what was proven in stage }\n`;
    writeFileSync(path, readFileSync(path, "utf8") + declared("plan") + declared("deploy"));
    const shape = ["parity", "--stack", "stage", "--out", "stage.shape.json"];
    await done(roles.release("stage", "plan", ...shape));
    const against = ["parity", "--stack", "production", "--against", "stage.shape.json"];
    await done(roles.release("production", "plan", ...against));
  });

  it("let a plan be made and a delivery to stage be run", async () => {
    edit(stacks, "web/page.ts", "version 1", "version 2");
    const preview = await done(roles.pulumi("stage", "plan", "preview"));
    assert.match(preview, /web-green/);
    await deliver("stage");
    await done(roles.release("stage", "plan", "status", "--stack", "stage"));
  });

  it("let it be promoted by one and approved by another, and delivered to production then", async () => {
    await done(roles.release("production", "deploy", "promote"));
    const closed = await done(roles.pulumi("production", "plan", "preview"));
    assert.match(closed, /1 approval of .*: found none/);
    const { id } = (await stacks.outputs("stage")).release;
    const words = ["approve", shortId(id), "--stack", "production", "--yes"];
    await done(roles.release("production", "approve", ...words));
    await deliver("production");
    await done(roles.release("production", "deploy", "rollback", "--up", "--yes"));
  });

  it("let the settings of services be delivered, and what is there be refreshed", async () => {
    editFile("Pulumi.yaml", /version: 1\n/, "version: 2\n");
    editFile("Pulumi.yaml", /drainSeconds: 5\n/, "drainSeconds: 6\n");
    editFile("Pulumi.yaml", /unhealthyThreshold: 3/, "unhealthyThreshold: 4");
    editFile("Pulumi.yaml", /failedPercent: 5/, "failedPercent: 6");
    editFile(
      "Pulumi.stage.yaml",
      /\n {4}web:\n/,
      "$&      scaling: { maxTasks: 4, cpuPercent: 60 }\n",
    );
    await deliver("stage");
    edit(stacks, "web/page.ts", "version 2", "version 3");
    await deliver("stage");
    await done(roles.pulumi("stage", "deploy", "refresh", "--yes", "--skip-preview"));
  });

  it("let the ledger be read and verified", async () => {
    for (const verb of ["history", "verify"])
      await done(roles.release("stage", "audit", verb, "--stack", "stage"));
  });

  it("are granted what the road asked for, and nothing that it did not, but for a reason", () => {
    const exempt = Object.keys(NOT_GRANTED);
    const territories = [territoryOf("stage"), territoryOf("production")];
    const calls = asked();
    const { granted, used, ...compared } = compare(calls, GRANTS, exempt, territories);
    console.log(`      ${granted} grants, ${used} of them asked for in ${calls.length} checks`);
    assert.deepEqual(compared, { missing: [], unused: [], stale: [] });
    const denied = calls.filter(({ allowed, action }) => !allowed && !exempt.includes(action));
    assert.deepEqual(denied, []);
  });

  it("do not let who approves deliver, nor who delivers approve", async () => {
    const before = await worldOf(stacks, roles, "production");
    const update = await roles.pulumi("production", "approve", "up", "--yes", "--skip-preview");
    assert.notEqual(update.code, 0);
    assert.match(update.output, DENIED);
    const freeze = await roles.release(
      "production",
      "deploy",
      ...["freeze", "--stack", "production", "--reason", "mine"],
    );
    assert.notEqual(freeze.code, 0);
    assert.match(freeze.output, DENIED);
    const { id: release } = (await stacks.outputs("stage")).release;
    assert.equal(
      await roles.forge(["production", "deploy"], "production", "approved", release),
      FORBIDDEN,
    );
    assert.equal(
      await roles.forge(["production", "deploy"], "production", "overridden", release),
      FORBIDDEN,
    );
    assert.equal(
      await roles.forge(["production", "approve"], "production", "admitted", release),
      FORBIDDEN,
    );
    assert.equal(
      await roles.forge(["production", "audit"], "production", "approved", release),
      FORBIDDEN,
    );
    assert.deepEqual(await worldOf(stacks, roles, "production"), before);
  });

  it("do not let evidence be written for a stack that one does not deliver to", async () => {
    const { id: release } = (await stacks.outputs("stage")).release;
    assert.equal(await roles.forge(["production", "deploy"], "stage", "live", release), FORBIDDEN);
    assert.equal(
      await roles.forge(["stage", "deploy"], "production", "promoted", release),
      FORBIDDEN,
    );
    assert.equal(await roles.forge(["stage", "plan"], "stage", "smoke", release), FORBIDDEN);
  });

  it("do not let a person be called by another one's name", async () => {
    const taken = roles.session("production", "approve", "bob");
    assert.equal(await refusal(taken), FORBIDDEN);
  });

  it("do not let who delivers change who may do what", async () => {
    const { iam, s3 } = await roles.session("stage", "deploy");
    const RoleName = "switchyard-stage-deploy";
    const Bucket = territoryOf("stage").ledger;
    const [PolicyName, PolicyDocument] = ["more", "{}"];
    for (const call of [
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
      iam.send(new CreateRoleCommand({ RoleName: "web-task-x", AssumeRolePolicyDocument: "{}" })),
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: "{}" })),
    ])
      assert.match(await refusal(call), /^403 AccessDenied/);
  });

  it("of stage, stolen, can do nothing in production", async () => {
    const before = await worldOf(stacks, roles, "production");
    const target = await targetIn(stacks, "production");
    const done: string[] = [];
    for (const role of ["deploy", "plan"] as const) {
      const { credentials } = await roles.session("stage", role);
      for (const at of ["stage", "production"] as const) {
        const endpoint = stacks.account(at).env["AWS_ENDPOINT_URL"] ?? "";
        const all = Object.entries(attempts(endpoint, credentials, target));
        assert.ok(all.length > 20);
        for (const [what, attempt] of all) {
          const said = await refusal(attempt()).catch(String);
          if (!REFUSED.test(said)) done.push(`${role} at ${at}: ${what}: ${said}`);
        }
      }
    }
    assert.deepEqual(done, []);
    assert.deepEqual(await worldOf(stacks, roles, "production"), before);
  });
});
