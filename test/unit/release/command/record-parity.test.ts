import assert from "node:assert/strict";
import { readHead } from "../../../../release/ledger/append";
import { lookUp } from "../../../../release/ledger/look-up";
import { previewedStack } from "../../program/run-previewed";
import { Project } from "../../program/run-stack";
import { ParityPlace } from "./parity-place";
import { stateOf } from "./samples";

const GATED = `config:\n  switchyard:gate: { provenIn: { stack: stage, accountId: "${"1".repeat(12)}" } }\n`;

describe("parity on record", () => {
  let project: Project;
  let fake: ParityPlace;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });
  beforeEach(() => {
    fake = new ParityPlace();
  });

  it("is for the release that is live where releases are proven, for what the other stack is declared from", async () => {
    const none = await fake.call("parity", "--record");
    assert.equal(none.code, 2);
    assert.match(none.err, /neither of stage and production has a gate/);
    assert.match((await fake.call("parity")).out, /in parity/);
    assert.equal((await readHead(fake.ledger)).sequence, 0);
    fake.files.set("production", GATED);
    const { code, out } = await fake.call("parity", "--record");
    assert.equal(code, 0, out);
    const { release } = stateOf();
    assert.match(
      out,
      new RegExp(`on record for release ${release?.id.slice(0, 12)} \\(entry 1\\)`),
    );
    const [entry] = await lookUp(fake.ledger, { release: release?.id ?? "", kinds: ["parity"] });
    assert.equal(entry?.stack, "stage");
    const { resources } = await previewedStack("production");
    const record = resources.find(({ urn }) => urn.includes("ReleaseRecord"));
    assert.equal(entry.result, record?.inputs["declaration"]);
    assert.match(String(entry.result), /^[0-9a-f]{64}$/);
  });

  it("is not of a stack that is not as it is declared, or in which nothing is live", async () => {
    fake.files.set("production", GATED);
    fake.empty = ["stage"];
    const changing = await fake.call("parity", "--record");
    assert.equal(changing.code, 3);
    assert.match(changing.err, /the next update of stage would touch \d+ of its resources/);
    fake.empty = [];
    const { release, ...bare } = stateOf();
    assert.ok(release);
    fake.stacks.set("stage", bare);
    const bareStack = await fake.call("parity", "--record");
    assert.equal(bareStack.code, 3);
    assert.match(bareStack.err, /no release is live in stage/);
    assert.equal((await readHead(fake.ledger)).sequence, 0);
  });
});
