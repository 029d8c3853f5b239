/** Who changed what, as CloudTrail's event history has it, and what `drift` makes of that. */
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { readTrail } from "../../effects/trail";
import { type Finding, Findings } from "../../release/drift/findings";
import { suspectsOf } from "../../release/drift/who";
import type { Emulator } from "../../toolchain/emulator.mjs";
import { GONE } from "../unit/release/drift/refreshed";
import { REGION } from "./emulator/account";
import { optionsFor, python } from "./emulator/world";

const LOG_GROUP = "web-1234567";

describe("CloudTrail's history", function () {
  this.timeout(60_000);
  const options = optionsFor("trail");
  let emulator: Emulator | undefined;
  let logs: CloudWatchLogsClient;
  let trail: () => CloudTrailClient;

  before(async function () {
    if (python === undefined) this.skip();
    const { startEmulator } = await import("../../toolchain/emulator.mjs");
    const variables = { CLOUDTRAIL_RECORDING: "1" };
    emulator = await startEmulator({ ...options, variables });
    const credentials = { accessKeyId: options.account, secretAccessKey: "any" };
    const config = { endpoint: emulator.endpoint, region: REGION, credentials };
    logs = new CloudWatchLogsClient(config);
    trail = () => new CloudTrailClient(config);
  });

  after(async () => {
    await emulator?.stop();
    rmSync(options.stateDir, { recursive: true, force: true });
  });

  it("names who deleted a resource, and nobody who looked at it or touched another one", async () => {
    for (const logGroupName of [LOG_GROUP, "api-1234567"])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await new Promise((done) => setTimeout(done, 1000));
    const since = new Date().toISOString();
    await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: LOG_GROUP }));
    for (const logGroupName of [LOG_GROUP, "api-1234567"])
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    const findings = new Findings();
    findings.add(GONE);
    const [gone] = findings.all() as [Finding];
    const found = await readTrail({ region: REGION }, since, trail());
    assert.ok(found.read && found.events.length === 2, JSON.stringify(found));
    const suspects = suspectsOf(gone, found);
    assert.deepEqual(
      suspects.map(({ call }) => call),
      ["DeleteLogGroup"],
    );
    assert.match(suspects[0]?.by ?? "", /^arn:aws:iam::111111111111:/);
    const all = await readTrail({ region: REGION }, undefined, trail());
    assert.ok(all.read && all.events.length === 4, "those from before too");
  });

  it("that can't be had is said, and fails nothing", async () => {
    const client = new CloudTrailClient({
      endpoint: "http://127.0.0.1:9",
      region: REGION,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const found = await readTrail({ region: REGION }, undefined, client);
    assert.ok(!found.read);
    assert.match(found.reason, /^asking CloudTrail: /);
  });
});
