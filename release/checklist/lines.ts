import * as deployed from "./deployed-items";
import type { ChecklistFacts } from "./facts";
import { approvalItems, evidenceItem, evidenceItems, notThere } from "./gate-items";
import { type Line, lineOf } from "./item";
import * as release from "./release-items";

/** The checklist before a migrator is run, line by line as it was handed down, each computed from what there is. */
export function checklist(facts: ChecklistFacts): Line[] {
  return [
    lineOf("Metadata in VCS with passing CI", [
      release.releaseCommit(facts),
      release.programCommit(facts),
      ...evidenceItems(facts),
      ...notThere("metadata as code"),
    ]),
    lineOf("Schema and checksum validations green", [
      release.releaseHash(facts),
      release.settingsSchema(facts),
      release.ledgerEntries(facts),
      ...notThere("schema of a database", "checksums of metadata"),
    ]),
    lineOf("Dry-run completed with no conflicts", [
      release.preview(facts),
      deployed.nothingElse(facts),
      deployed.traffic(facts),
      deployed.drift(facts),
      ...evidenceItem("parity", "parity with the stack before", facts),
      deployed.secrets(facts),
    ]),
    lineOf("Approval granted and rollback plan ready", [
      ...approvalItems(facts),
      deployed.wayBack(facts),
      deployed.strength(facts),
      ...evidenceItem("rehearsed", "rollback rehearsed", facts),
    ]),
    lineOf("Monitoring and alerts configured for rollout", [
      deployed.alarmsSet(facts),
      deployed.alarmsSilent(facts),
      deployed.somebodyTold(facts),
    ]),
  ];
}
