import { shortId } from "../release";
import type { ChecklistFacts } from "./facts";
import { absent, fails, holds, type Item, unknown } from "./item";

export function releaseCommit({ stack, file }: ChecklistFacts): Item {
  const name = "the release is of a commit";
  const { pinned, build } = file ?? {};
  if (!pinned && build === true) return absent(name, `${stack} builds from source`);
  const promote = `npm run release -- promote --to ${stack}`;
  if (!pinned) return fails(name, "no release is pinned", promote);
  const { commit } = pinned;
  const found = `release ${shortId(pinned.id)}, commit ${commit}`;
  return commit === "unknown" || commit.endsWith("+changes")
    ? fails(name, found, `commit it, deliver it to stage anew, and ${promote}`)
    : holds(name, found);
}

export function programCommit({ revision }: ChecklistFacts): Item {
  const name = "the program is committed";
  if (revision === undefined) return unknown(name, "git does not say", "put the project into git");
  return revision.endsWith("+changes")
    ? fails(name, `${revision.slice(0, 12)}, and files that differ from it`, "git status")
    : holds(name, `commit ${revision}`);
}

export function releaseHash({ stack, file }: ChecklistFacts): Item {
  const name = "the release is what its id says";
  if (file?.pinProblem !== undefined)
    return fails(name, file.pinProblem, `npm run release -- promote --to ${stack}`);
  if (file?.pinned) return holds(name, file.pinned.id);
  return file?.build === true
    ? absent(name, `${stack} builds from source`)
    : fails(name, "no release is pinned", `npm run release -- promote --to ${stack}`);
}

const previewCommand = (stack: string): string => `npm run pulumi -- preview -s ${stack}`;

export function settingsSchema({ stack, preview: { ok } }: ChecklistFacts): Item {
  const name = "the settings follow their schema";
  return ok
    ? holds(name, "the preview has read them all")
    : unknown(name, "the preview failed", previewCommand(stack));
}

export function ledgerEntries({ stack, gate }: ChecklistFacts): Item {
  const name = "the ledger is as it was written, where it is about the release";
  const verify = `npm run release -- verify --stack ${stack}`;
  if (gate === undefined) return unknown(name, "without a gate it is not read", verify);
  if (!gate.read) return (gate.isTampered ? fails : unknown)(name, gate.reason, verify);
  const { here, there, unreadable } = gate.value.facts;
  if (unreadable !== undefined) return unknown(name, unreadable, verify);
  return holds(name, `${here.length} entries here, ${there.length} in ${gate.value.from}`);
}

export function preview({ stack, preview: found }: ChecklistFacts): Item {
  const name = "preview";
  if (!found.ok) return fails(name, found.errors.join("; "), previewCommand(stack));
  return holds(name, `${found.changes} to change, ${found.unchanged} stay`);
}
