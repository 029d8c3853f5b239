import { type Finding, SHIFT_TYPE } from "../drift/findings";
import type { PropertyDifference } from "../drift/properties";
import { suspectsOf, type Trail } from "../drift/who";
import { subjectOf } from "../plan-differences";
import { describeWeights, type Weights } from "../weights";
import type { DriftReport } from "./drift-report";
import { type Paint, printable } from "./paint";
import { redact } from "./redact";
import { table } from "./table";

/** Characters of a value that are shown: JSON has the whole. */
const MOST = 200;
/** What Pulumi's engine puts in a secret's place. */
const MASK = "[secret]";

/** The report of `drift` for people. */
export function driftView(reports: readonly DriftReport[], paint: Paint): string {
  return reports.map((report) => `${stackLines(report, paint).join("\n")}\n`).join("\n");
}

function stackLines(report: DriftReport, paint: Paint): string[] {
  const { stack } = report;
  if (!report.looked)
    return [
      `${paint("bold", stack)} ${paint("yellow", "could not be looked at")}`,
      `  ${printable(redact(report.reason))}`,
    ];
  const { findings, resources, trail, restore, ledger, account } = report;
  const head =
    findings.length === 0
      ? paint("green", `is as the last update left it, ${resources} resources`)
      : paint("red", `is not as the last update left it: ${countText(findings)}`);
  const record = ledger.written
    ? `on record as entry ${ledger.sequence}`
    : `not on record: ${printable(redact(ledger.reason))}`;
  return [
    `${paint("bold", stack)} ${head}`,
    ...findings.flatMap((each) => findingLines(each, trail, paint)),
    ...(trail ? trailLines(trail, account) : []),
    ...(restore === undefined
      ? []
      : [
          `  to restore it: ${restore}`,
          "    (it delivers what the settings say by now: preview it first)",
        ]),
    `  ${record}`,
  ];
}

function findingLines(finding: Finding, trail: Trail | undefined, paint: Paint): string[] {
  const { urn, id, type, what, properties } = finding;
  const subject = printable(`${subjectOf(urn)} ${id === "" ? "" : `[${id}]`}`.trim());
  const whole =
    what === "gone"
      ? ["    is gone"]
      : properties.length === 0
        ? [
            `    ${type === SHIFT_TYPE ? "a listener rule does something else with the traffic" : "is not as its provider has it"}`,
          ]
        : properties.flatMap(propertyLines);
  const suspects = trail ? suspectsOf(finding, trail) : [];
  const who = suspects.map(({ by, call, time }) =>
    printable(`    could have been ${by}: ${call}, ${time}`),
  );
  return [`  ${paint("bold", subject)}`, ...whole, ...who];
}

function propertyLines({ path, ...values }: PropertyDifference): string[] {
  if (values.state === MASK || values.found === MASK)
    return [`    ${printable(path)}: another secret value`];
  const rows = [
    ["      state", show(values.state)],
    ["      found", show(values.found)],
  ];
  return [`    ${printable(path)}`, ...table(rows)];
}

/** What CloudTrail could say, and who it could be where it says nothing. */
function trailLines(trail: Trail, account: string): string[] {
  if (!trail.read)
    return [
      `  who: CloudTrail could not be asked (${printable(redact(trail.reason))}); whoever IAM lets change it in account ${account}`,
    ];
  const { events, isCut, since = "90 days ago" } = trail;
  const calls = `${events.length} call${events.length === 1 ? "" : "s"}`;
  const cut = isCut ? ", the newest ones alone" : "";
  return [
    `  who: CloudTrail has ${calls} that changed anything since ${since}${cut}; it has each some minutes late. ` +
      `Where it names nobody: whoever IAM lets change it in account ${account}, or the last update itself`,
  ];
}

function countText(findings: readonly Finding[]): string {
  const gone = findings.filter(({ what }) => what === "gone").length;
  const changed = findings.length - gone;
  return [
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(gone > 0 ? [`${gone} gone`] : []),
  ].join(", ");
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const { blue, green } = (value ?? {}) as Partial<Weights>;
  if (typeof blue === "number" && typeof green === "number")
    return describeWeights({ blue, green });
  const whole = printable(redact(typeof value === "string" ? value : JSON.stringify(value)));
  return whole.length > MOST ? `${whole.slice(0, MOST)} and more` : whole;
}
