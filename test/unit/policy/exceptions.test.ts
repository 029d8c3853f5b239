import assert from "node:assert/strict";
import { covers, type Exception, readExceptions } from "../../../policy/exceptions";
import { of } from "./samples";

const NOW = new Date("2027-03-01T12:00:00Z");
const RULES = ["log-retention-set", "alarm-acts"];
const GIVEN = {
  rule: "log-retention-set",
  resource: "aws:cloudwatch/logGroup:LogGroup audit",
  reason: "the auditors decide on the period",
  expires: "2027-03-31",
};

const read = (changes: Record<string, unknown>, now = NOW) =>
  readExceptions({ exceptions: [{ ...GIVEN, ...changes }] }, RULES, now);

function refuses(changes: Record<string, unknown>, problem: RegExp, now = NOW): void {
  const { exceptions, problems } = read(changes, now);
  assert.deepEqual(exceptions, []);
  assert.equal(problems.length, 1, problems.join("\n"));
  assert.match(problems[0] ?? "", problem);
}

describe("readExceptions", () => {
  it("takes an exception with a reason and a day on which it ends", () => {
    assert.deepEqual(read({}), { exceptions: [GIVEN], problems: [] });
    const inStage = { ...GIVEN, stack: "stage" };
    assert.deepEqual(read({ stack: "stage" }), { exceptions: [inStage], problems: [] });
  });

  it("takes it to the end of its last day, and not a moment longer", () => {
    const last = new Date("2027-03-31T23:59:59.999Z");
    assert.deepEqual(read({}, last).problems, []);
    const over = new Date("2027-04-01T00:00:00Z");
    refuses({}, /of log-retention-set: expires: found 2027-03-31, which is over/, over);
  });

  it("refuses one without a reason, or with one that says nothing", () => {
    refuses({ reason: undefined }, /reason: found nothing; allowed: 20 characters or more/);
    assert.deepEqual(read({ reason: "x".repeat(20) }).problems, []);
    refuses({ reason: "x".repeat(19) }, /reason: found x/);
    refuses({ reason: "later" }, /reason: found later/);
    refuses({ reason: " ".repeat(30) }, /reason: found nothing/);
  });

  it("refuses one that does not end, or ends too late", () => {
    refuses({ expires: undefined }, /expires: found nothing; allowed: a day as YYYY-MM-DD/);
    refuses({ expires: "never" }, /expires: found never/);
    refuses({ expires: "2027-02-30" }, /expires: found 2027-02-30/);
    refuses({ expires: "2027-13-01" }, /expires: found 2027-13-01/);
    refuses({ expires: "2027-3-31" }, /expires: found 2027-3-31/);
    const midnight = new Date("2027-03-01T00:00:00Z");
    assert.deepEqual(read({ expires: "2028-03-01" }, midnight).problems, []);
    refuses({ expires: "2028-03-03" }, /allowed: 366 days from 2027-03-01 at most/);
  });

  it("refuses one of a rule that there is not, of everything, or with a key of its own", () => {
    refuses({ rule: "log-retention" }, /rule: found log-retention; allowed: a file name of policy/);
    refuses({ resource: "*" }, /resource: found \*; allowed: TYPE NAME/);
    refuses({ resource: undefined }, /resource: found nothing/);
    refuses(
      { until: "2027-03-31" },
      /exceptions\[0\]: found until; allowed: rule, resource, stack/,
    );
  });

  it("refuses a file without a list, and takes the good ones beside a bad one", () => {
    for (const document of [null, {}, { exceptions: "none" }, []])
      assert.match(
        readExceptions(document, RULES, NOW).problems[0] ?? "",
        /write exceptions: \[\]/,
      );
    const { exceptions, problems } = readExceptions({ exceptions: ["all", GIVEN] }, RULES, NOW);
    assert.deepEqual(exceptions, [GIVEN]);
    assert.match(
      problems.join("\n"),
      /^policy\/exceptions.yaml, exceptions\[0\]: found no mapping/,
    );
  });
});

describe("covers", () => {
  const audit = of("aws:cloudwatch/logGroup:LogGroup", {}, { name: "audit" });
  const on = (changes: Partial<Exception>): boolean => covers({ ...GIVEN, ...changes }, audit);

  it("knows a resource by its type and name", () => {
    assert.equal(on({}), true);
    assert.equal(on({ resource: "aws:cloudwatch/logGroup:LogGroup audit-2" }), false);
    assert.equal(on({ resource: "audit" }), false);
  });

  it("takes * for any part, and every other mark for itself", () => {
    assert.equal(on({ resource: "* audit" }), true);
    assert.equal(on({ resource: "aws:cloudwatch/logGroup:LogGroup a*t" }), true);
    assert.equal(on({ resource: "* aud.t" }), false);
    assert.equal(on({ resource: "* b*" }), false);
  });

  it("keeps to its stack", () => {
    assert.equal(on({ stack: "stage" }), true);
    assert.equal(on({ stack: "production" }), false);
  });
});
