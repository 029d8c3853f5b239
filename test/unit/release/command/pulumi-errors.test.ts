import assert from "node:assert/strict";
import { UnknownStack } from "../../../../release/command/failure";
import { explainPulumi } from "../../../../release/command/pulumi-errors";

const LOCK = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/switchyard/stage/1.json: created by ana@host (pid 7) at 2026-11-21T09:00:00Z`;

/** What Pulumi says, how it is taken, what is said, what is advised. */
const CASES: readonly (readonly [says: string, kind: string, message: RegExp, action: RegExp])[] = [
  [
    "error: no stack named 'stage' found",
    "mistake",
    /^there is no stack stage in/,
    /stack init stage/,
  ],
  [
    LOCK,
    "refused",
    /^stage is being updated by ana@host \(process 7\) since 2026-11-21T09:00:00Z$/,
    /`pulumi cancel -s stage`/,
  ],
  [
    "error: [409] Conflict: Another update is currently in progress.",
    "refused",
    /^another update of stage is in progress$/,
    /`pulumi cancel -s stage`/,
  ],
  [
    "error: constructing secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
    "mistake",
    /encrypted with a passphrase, and none is set$/,
    /PULUMI_CONFIG_PASSPHRASE_FILE/,
  ],
  ["error: incorrect passphrase", "mistake", /^the passphrase is not the one/, /correct PULUMI_/],
  [
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    "mistake",
    /^you are not logged in/,
    /`pulumi login`/,
  ],
  [
    "error: operation error STS: ExpiredToken: x",
    "failed",
    /does not accept the cred/,
    /AWS_PROFILE/,
  ],
  ["error: unable to open bucket file:///x: no such file", "failed", /can't be reached$/, /whoami/],
  [
    "error: failed to load checkpoint: EOF",
    "refused",
    /^Pulumi can't read stage: a killed run has left an empty \.attrs/,
    /-empty -delete` in the backend's folder.*metadata=skip/,
  ],
  ["error: write /x: no space left on device", "failed", /^the disk is full$/, /make room/],
];

describe("explainPulumi", () => {
  for (const [says, kind, message, action] of CASES) {
    it(`knows: ${says.split("\n")[0]?.slice(0, 80) ?? ""}`, () => {
      const failure = explainPulumi(`<{%fg 1%}>${says}<{%reset%}>\n`, "stage");
      assert.equal(failure.kind, kind);
      assert.match(failure.message, message);
      assert.match(failure.action ?? "", action);
    });
  }

  it("tells an unknown stack from all else", () => {
    assert.ok(explainPulumi("error: no stack named 'x' found", "x") instanceof UnknownStack);
  });

  it("gives Pulumi's own words for anything else", () => {
    const { message, kind } = explainPulumi("warning: a\nerror: b\nc\nerror: d\n", "stage");
    assert.deepEqual([kind, message], ["failed", "pulumi: b\nd"]);
    assert.equal(explainPulumi("odd", "stage").message, "pulumi: odd");
    assert.equal(explainPulumi("", "stage").message, "pulumi: failed without saying why");
  });
});
