import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { requestsOf } from "../../bench/request-log";
import type { Stacks } from "../../demo/stacks";
import { LedgerBucket } from "../../effects/ledger-bucket";
import type { LiveRelease } from "../../release/outputs";
import { releaseId, shortId } from "../../release/release";
import { sha256 } from "../../release/sha256";
import { Aws, clientConfigOf } from "./aws";
import { GatedStacks } from "./gated-stacks";
import { commands } from "./readme-commands";
import { edit, pin, plannedChanges, pulumi, up } from "./story";

/** A release comes to production by what is on record: proof in stage's ledger, an approval in production's. */
describe("a gate", function () {
  this.timeout(600_000);
  this.bail(true);
  let stacks: Stacks;
  let gated: GatedStacks;

  before(async () => {
    gated = await GatedStacks.start("gate");
    ({ stacks } = gated);
  });

  after(() => stacks.stop());

  it("lets nothing in that stage has not proven", async () => {
    const unproven: LiveRelease = {
      id: "",
      registry: "111111111111.dkr.ecr.us-east-1.amazonaws.com",
      commit: "abc",
      images: { web: `sha256:${"1".repeat(64)}`, api: `sha256:${"2".repeat(64)}` },
    };
    await pin(stacks, "production", { ...unproven, id: releaseId(unproven) });
    const { output } = await stacks.pulumi("production", ["preview"]);
    assert.match(output, /production does not take release \w{12}: 5 of 8 conditions do not hold/);
    await gated.refused(
      /built in stage: found .*; npm run pulumi -- up -s stage, with this release/,
    );
  });

  it("has what a delivery to stage was built from and proven by", async () => {
    await up(stacks, "stage");
    const found = await gated.entries("stage");
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["built", "scanned", "smoke", "acceptance", "live"],
    );
    assert.equal(found[0]?.by.arn, "arn:aws:iam::111111111111:root");
    assert.deepEqual(await plannedChanges(stacks, "stage"), []);
  });

  it("has the packages of its images, Node.js among them, read from the registry", async () => {
    const [{ images, counts } = { images: {}, counts: {} }] = await gated.scans();
    const { release: live, ledger } = await stacks.outputs("stage");
    const { images: digests } = live;
    const s3 = new S3Client(clientConfigOf(stacks.account("stage")));
    const bucket = new LedgerBucket(s3, ledger?.bucket ?? "");
    for (const [service, { digest, sbom, packages, unread }] of Object.entries(images)) {
      assert.equal(digest, digests[service]);
      assert.deepEqual(unread, []);
      assert.deepEqual([packages.node, packages.npm], [1, 0]);
      assert.ok(packages.os >= 5, String(packages.os));
      const bytes = await bucket.read(sbom);
      assert.ok(bytes && sbom.endsWith(`/${sha256(bytes)}.json`));
      const text = Buffer.from(bytes).toString();
      assert.match(text, /"pkg:generic\/node@2\d\.\d+\.\d+"/);
      assert.match(text, /"pkg:deb\/\w+\/libc6@/);
    }
    assert.deepEqual(Object.keys(images), Object.keys(digests).sort());
    assert.equal(counts["critical"], 0);
  });

  it("lets nothing in that was proven on other infrastructure than it would run on", async () => {
    await pin(stacks, "production", (await stacks.outputs("stage")).release);
    await gated.proveParity();
    await pulumi(stacks, "production", "config", "set", "logRetentionDays", "90");
    await gated.refused(
      /parity in stage: found .*, before the infrastructure changed; npm run release/,
    );
    await pulumi(stacks, "production", "config", "rm", "logRetentionDays");
  });

  it("lets the first release in, by what stage's ledger says, and says what it is from then on", async () => {
    await gated.done(["promote"]);
    await up(stacks, "production");
    assert.deepEqual(await gated.kinds("production"), [
      "admitted",
      "gate",
      "smoke",
      "acceptance",
      "live",
    ]);
    assert.deepEqual(await plannedChanges(stacks, "production"), []);
  });

  it("says in a preview all that does not hold of the next one, and refuses the update", async () => {
    edit(stacks, "web/page.ts", "version 1", "version 2");
    await up(stacks, "stage");
    const [first, second] = await gated.scans();
    assert.equal(second?.images["api"]?.sbom, first?.images["api"]?.sbom, "no image is read twice");
    assert.notEqual(second?.images["web"]?.sbom, first?.images["web"]?.sbom);
    const next = (await stacks.outputs("stage")).release;
    await pin(stacks, "production", next);
    const env = { PULUMI_NODEJS_DRY_RUN: "true" };
    const disguised = await stacks.pulumi("production", ["up", "--yes", "--skip-preview"], { env });
    assert.notEqual(disguised.code, 0, "an update that calls itself a preview");
    assert.match(disguised.output, /3 of 8 conditions do not hold/);
    const { code, output } = await stacks.pulumi("production", ["preview"]);
    assert.equal(code, 0, output);
    assert.match(output, /production does not take release \w{12}: 3 of 8 conditions do not hold/);
    assert.match(
      output,
      /promoted to production: found nothing on record; npm run release -- promote --from stage --to production/,
    );
    assert.match(
      output,
      /1 approval of .*: found none; npm run release -- approve \w{12} --stack production/,
    );
    await gated.refused(/3 of 8 conditions do not hold/);
    await gated.proveParity();
  });

  it("is part of the checklist, of which each line is computed", async () => {
    const { code, output } = await gated.release(["checklist", "--stack", "production"]);
    assert.equal(code, 3, output);
    for (const line of [
      /^✗ Approval granted and rollback plan ready: does not hold$/m,
      /^ {2}✗ promoted to production: nothing on record\n {6}to do: npm run release -- promote /m,
      /^ {2}✗ 1 approval of .*: none\n {6}to do: npm run release -- approve \w{12} /m,
      /^ {2}✓ smoke in stage: 20/m,
      /^ {2}✓ preview: \d+ to change, \d+ stay$/m,
      /^ {2}✓ nothing else is under way, and nothing was left in the middle: the last update failed, /m,
      /^ {2}✓ traffic is where the last update left it: /m,
      /^ {2}\? no drift: nobody has looked\n {6}to do: npm run release -- drift --stack production$/m,
      /^ {2}✓ every secret has a value: .*session-key/m,
      /^ {2}✓ a version to go back to: release \w{12}, which is live now$/m,
      /^ {2}✓ every service has the tasks that it asks for: .* 3 of 3/m,
      /^ {2}✓ alarms turn a bad version back: (web 3, api 3|api 3, web 3)$/m,
      /^ {2}✓ no alarm fires: 6 are silent$/m,
      /^ {2}– schema of a database: not part of this stack$/m,
    ])
      assert.match(output, line);
  });

  it("is asked by an update of a part of the stack too", async () => {
    const target = "urn:pulumi:production::switchyard::aws:ecs/cluster:Cluster::switchyard";
    await gated.refused(/2 of 8 conditions do not hold/, "--target", target);
  });

  it("is asked by an update on another backend's state too, which knows nothing of the stack", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "switchyard-elsewhere-"));
    const env = { PULUMI_BACKEND_URL: `file://${elsewhere}` };
    try {
      const made = await stacks.run("production", "pulumi", ["stack", "init", "production"], {
        env,
      });
      assert.equal(made.code, 0, made.output);
      const words = ["up", "--yes", "--skip-preview", "--stack", "production"];
      const { code, output } = await stacks.run("production", "pulumi", words, { env });
      assert.notEqual(code, 0, output);
      assert.match(output, /2 of 8 conditions do not hold/);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it("takes no approval of who has asked, and no weaker gate in place of one", async () => {
    await Promise.all([gated.done(["promote"]), gated.done(["promote"])]);
    // The same words of one person within one second are one entry; none is lost otherwise, and none stands twice at one place.
    const asked = (await gated.entries("production")).slice(5);
    assert.ok(asked.length === 1 || asked.length === 2, `${asked.length} entries`);
    for (const { kind } of asked) assert.equal(kind, "promoted");
    const { id } = (await stacks.outputs("stage")).release;
    const own = await gated.release(["approve", shortId(id), "--yes"]);
    assert.equal(own.code, 3, own.output);
    assert.match(own.output, /:root can't approve this release: .*:root promoted the release/);
    const whole = readFileSync(gated.file("production"), "utf8");
    for (const path of ["switchyard:gate.approvals", "switchyard:gate"]) {
      await pulumi(stacks, "production", "config", "rm", "--path", path);
      await gated.refused(/1 approval of .* \(by the gate of entry 2\): found none/);
      writeFileSync(gated.file("production"), whole);
    }
  });

  it("lets it in once somebody else has approved it", async () => {
    const { id } = (await stacks.outputs("stage")).release;
    await gated.done(
      ["approve", shortId(id), "--comment", "looked at the diff", "--yes"],
      gated.alice,
    );
    await up(stacks, "production");
    const found = await gated.entries("production");
    assert.deepEqual(
      found.slice(-6).map(({ kind }) => kind),
      ["approved", "admitted", "replaced", "smoke", "acceptance", "live"],
    );
    assert.equal(found.at(-6)?.by.arn, "arn:aws:iam::222222222222:user/alice");
  });

  it("lets go back without a word, but not forward again", async () => {
    await gated.done(["rollback", "--up", "--yes"]);
    const { id } = (await stacks.outputs("stage")).release;
    assert.notEqual((await stacks.outputs("production")).release.id, id);
    const production = new Aws(stacks.account("production"));
    const weights = await production.weights();
    const again = await gated.release(["rollback", "--up", "--yes"]);
    assert.equal(again.code, 3, again.output);
    assert.match(again.output, /the gate of production does not let release \w{12} in/);
    assert.match(again.output, /production does not take release/);
    assert.deepEqual(await production.weights(), weights);
    await pin(stacks, "production", (await stacks.outputs("stage")).release);
    const admitted = (await gated.entries("production")).filter(({ kind }) => kind === "admitted");
    assert.equal(admitted.length, 3);
    await gated.refused(/does not take release/);
  });

  it("lets a release in past all that in an emergency, by a second person's word, and tells everybody", async () => {
    const { id } = (await stacks.outputs("stage")).release;
    await gated.done(["promote"]);
    const word = ["approve", shortId(id), "--emergency", "the old one leaks", "--yes"];
    const own = await gated.release(word);
    assert.equal(own.code, 3, own.output);
    await gated.done(word, gated.alice);
    const output = await up(stacks, "production");
    assert.match(output, /takes release \w{12} in an emergency, by the word of .*user\/alice/);
    const found = (await gated.entries("production")).slice(-7);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["promoted", "overridden", "admitted", "replaced", "smoke", "acceptance", "live"],
    );
    assert.deepEqual(found[2]?.details?.["way"], "overridden");
    const published = requestsOf(stacks.account("production")).filter(
      ({ operation }) => operation === "Publish",
    );
    assert.doesNotMatch(output, /nobody was alerted/);
    assert.equal(published.length, 1);
  });

  it("is frozen, unfrozen and looked at as its guide says", async () => {
    const [freeze = ""] = commands("docs/guides/gate.md", "Freeze");
    const [look = ""] = commands("docs/guides/gate.md", "Look at the record");
    const { code, output } = await stacks.run("production", "bash", ["-euc", `${freeze}\n${look}`]);
    assert.equal(code, 0, output);
    assert.deepEqual((await gated.kinds("production")).slice(-2), ["frozen", "unfrozen"]);
    assert.match(output, /approved .*user\/alice/);
    assert.match(output, /\d+ entries of production are as they were written/);
  });

  it("is not reached by what the scan refuses: nothing is delivered", async () => {
    const [before, recorded] = [await stacks.outputs("stage"), await gated.kinds("stage")];
    const reason = "nothing that is there has this";
    const exceptions = [{ id: "CVE-1", package: "none", reason, until: "2099-12-31" }];
    gated.set("stage", "scan", { exceptions });
    edit(stacks, "web/page.ts", "version 2", "version 3");
    const { code, output } = await stacks.pulumi("stage", ["up", "--yes", "--skip-preview"]);
    assert.notEqual(code, 0, output);
    assert.match(
      output,
      /scan\.exceptions\[0\], CVE-1 of none: found until: 2099-12-31; allowed: 366/,
    );
    assert.deepEqual(await stacks.outputs("stage"), before);
    assert.deepEqual(await gated.kinds("stage"), recorded);
  });

  it("leaves a ledger that nobody has changed", async () => {
    for (const stack of ["stage", "production"] as const)
      assert.match(
        await gated.done(["verify", "--stack", stack], {}, stack),
        /\d+ entries of \w+ are as they were written/,
      );
  });
});
