import assert from "node:assert/strict";
import { askedOf } from "../../../../release/checklist/asked";
import type { ChecklistFacts } from "../../../../release/checklist/facts";
import { type Answer, type Item, lineOf } from "../../../../release/checklist/item";
import { checklist } from "../../../../release/checklist/lines";
import { entry, roleArn } from "../gate/samples";
import { fileOf } from "../command/samples";
import { CASES } from "./cases";
import { gateAnswer, omit, ready, resource, RESOURCES, STATE } from "./samples";

const itemsOf = (known: ChecklistFacts): Item[] => checklist(known).flatMap(({ items }) => items);

function itemOf(name: string, known: ChecklistFacts): Item {
  const found = itemsOf(known).filter((each) => each.name === name);
  assert.equal(
    found.length,
    1,
    `${name} in ${itemsOf(known)
      .map((each) => each.name)
      .join()}`,
  );
  return found[0] as Item;
}

describe("the checklist before a delivery", () => {
  it("is of the seed's five lines, and all of them hold where everything is as it should be", () => {
    const lines = checklist(ready());
    assert.deepEqual(
      lines.map(({ title, answer }) => `${title}: ${answer}`),
      [
        "Metadata in VCS with passing CI: holds",
        "Schema and checksum validations green: holds",
        "Dry-run completed with no conflicts: holds",
        "Approval granted and rollback plan ready: holds",
        "Monitoring and alerts configured for rollout: holds",
      ],
    );
  });

  it("ticks nothing that the project does not have", () => {
    const absent = itemsOf(ready()).filter(({ answer }) => answer === "absent");
    assert.deepEqual(
      absent.map(({ name, found }) => `${name}: ${found}`),
      ["metadata as code", "schema of a database", "checksums of metadata"].map(
        (name) => `${name}: not part of this stack`,
      ),
    );
  });

  for (const [name, more, answer, found, action] of CASES)
    it(`says of "${name}" that it ${answer === "holds" ? "holds" : `is ${answer}`}, for ${found.source}`, () => {
      const good = itemsOf(ready()).find((each) => each.name === name);
      if (good) assert.equal(good.answer, "holds", `${name}: ${good.found}`);
      const known = "stack" in more ? (more as ChecklistFacts) : ready(more);
      const item = itemOf(name, known);
      assert.deepEqual([item.answer, item.name], [answer, name], item.found);
      assert.match(item.found, found);
      if (action) assert.match(item.action ?? "", action);
      if (answer === "fails" || answer === "unknown") assert.ok(item.action, "what to do");
      else assert.equal(item.action, undefined);
    });

  it("has a case for each of its items", () => {
    const asked = new Set(CASES.map(([name]) => name));
    const byGate = /^(built|live) in stage$|^\d+ min of|^\d+ approval|^mon, wed/;
    const missing = itemsOf(ready())
      .filter(({ name, answer }) => answer !== "absent" && !asked.has(name) && !byGate.test(name))
      .map(({ name }) => name);
    assert.deepEqual(missing, []);
  });

  it("wants alarms for each service that has traffic, and none for a worker", () => {
    const bare = resource("pulumi-nodejs:dynamic/switchyard:TrafficShift", "switchyard", {
      services: { web: { alarms: [], watch: [] } },
      workers: { reporter: {} },
    });
    const known = ready({ state: { ...STATE, resources: [bare] } });
    const { answer, action } = itemOf("alarms turn a bad version back", known);
    assert.deepEqual([answer, action?.includes("of web,")], ["fails", true]);
  });

  it("does not ask a gate for what is not pinned", () => {
    const file = fileOf("config:\n  switchyard:gate:\n    provenIn: { stack: stage }\n");
    const known = omit(ready({ file }), "gate");
    assert.deepEqual([itemOf("approval", known).answer], ["unknown"]);
    assert.match(itemOf("approval", known).action ?? "", /promote --to production/);
  });

  it("counts an emergency, and shows all the same what does not hold", () => {
    const here = [
      entry("promoted", roleArn("promoter", "paula")),
      entry("overridden", roleArn("on-call", "olga"), { details: { reason: "the site is down" } }),
    ];
    const known = ready({ gate: gateAnswer({ here }) });
    assert.match(itemOf("approval", known).found, /^an emergency \(entry \d+/);
    const failing = itemsOf(known).filter(({ answer }) => answer === "fails");
    assert.equal(failing.length, 1);
    assert.match(failing[0]?.name ?? "", /^1 approval of/);
  });
});

describe("a line of the checklist", () => {
  const with_ = (...answers: Answer[]): Answer =>
    lineOf(
      "",
      answers.map((answer) => ({ name: "", answer, found: "" })),
    ).answer;

  it("fails before it is unknown, is unknown before it holds, and holds beside what is absent", () => {
    assert.equal(with_("holds", "unknown", "fails", "absent"), "fails");
    assert.equal(with_("holds", "unknown", "absent"), "unknown");
    assert.equal(with_("absent", "holds"), "holds");
    assert.equal(with_("absent"), "absent");
  });
});

describe("what AWS is asked for the checklist", () => {
  it("is what the state names", () => {
    assert.deepEqual(askedOf(RESOURCES), {
      alarms: { web: ["web-blue-failed", "web-blue-slow", "orders"], reporter: [] },
      workers: ["reporter"],
      clusterArns: ["arn:cluster"],
      secrets: [{ name: "session-key", arn: "arn:secret" }],
      told: ["a"],
    });
    assert.deepEqual(askedOf([]).alarms, {});
  });
});
