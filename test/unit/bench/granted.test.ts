import assert from "node:assert/strict";
import { type Asked, compare } from "../../../bench/granted";
import type { Grant } from "../../../release/permissions/grant";
import type { Territory } from "../../../release/permissions/resources";

const STAGE: Territory = {
  partition: "aws",
  region: "us-east-1",
  accountId: "111111111111",
  project: "shop",
  stack: "stage",
  prefix: "shop-stage",
  services: ["web"],
  secrets: [],
  ledger: "ledger",
};
const GRANTS: readonly Grant[] = [
  { to: ["plan", "deploy"], actions: ["s3:GetObject"], on: "entries", why: "reads" },
  { to: ["deploy"], actions: ["s3:PutObject"], on: "deployed", why: "writes" },
  { to: ["deploy"], actions: ["ecs:StopTask"], on: "tasks", why: "stops", unused: "none hangs" },
];
const TASK = "arn:aws:ecs:us-east-1:111111111111:task/shop-1/a";

const by = (role: string, action: string, resource: string): Asked => ({
  principal: `arn:aws:sts::111111111111:assumed-role/shop-stage-${role}/pipeline`,
  action,
  resource,
  allowed: true,
});
const reads = [
  by("plan", "s3:GetObject", "arn:aws:s3:::ledger/chain/1"),
  by("deploy", "s3:GetObject", "arn:aws:s3:::ledger/chain/1"),
];
const entry = "arn:aws:s3:::ledger/entries/aa/live/1/AROA:pipeline/b.json";
const whole = [...reads, by("deploy", "s3:PutObject", entry)];
const compared = (asked: readonly Asked[]) =>
  compare(asked, GRANTS, ["sts:GetCallerIdentity"], [STAGE]);

describe("a comparison of calls with grants", () => {
  it("finds nothing where each grant without a reason was asked for, and nothing else", () => {
    const { missing, unused, stale, granted, used } = compared(whole);
    assert.deepEqual({ missing, unused, stale }, { missing: [], unused: [], stale: [] });
    assert.deepEqual([granted, used], [4, 3]);
  });

  it("finds what was asked for by a role that is not granted it, or on something else", () => {
    const other = entry.replace("/live/", "/approved/");
    const extra = [by("plan", "s3:PutObject", entry), by("deploy", "s3:PutObject", other)];
    assert.deepEqual(compared([...whole, ...extra]).missing, [
      `deploy s3:PutObject ${other}`,
      `plan s3:PutObject ${entry}`,
    ]);
  });

  it("finds what a role is granted and did not ask for, though another did", () => {
    assert.deepEqual(compared(whole.slice(1)).unused, ["plan s3:GetObject on entries"]);
  });

  it("finds a reason that is none any more", () => {
    assert.deepEqual(compared([...whole, by("deploy", "ecs:StopTask", TASK)]).stale, [
      "deploy ecs:StopTask on tasks",
    ]);
  });

  it("looks at these roles' calls alone, and not at what is exempt", () => {
    const others = [
      { ...by("deploy", "iam:CreateUser", "*"), principal: "arn:aws:iam::111111111111:root" },
      by("deployer", "iam:CreateUser", "*"),
      by("deploy", "sts:GetCallerIdentity", "*"),
    ];
    assert.deepEqual(compared([...whole, ...others]).missing, []);
  });
});
