import * as pulumi from "@pulumi/pulumi";
import { alert } from "../effects/alert";
import { caller } from "../effects/caller";
import { messageOf } from "../effects/clients";
import { alertTopic } from "../release/alert-topic";
import { LedgerBucket } from "../effects/ledger-bucket";
import { SettingsError } from "../release/errors";
import type { Json } from "../release/canonical-json";
import { askGates, type Gates, gatesOf } from "../release/gate/ask";
import type { Verdict, Way } from "../release/gate/decide";
import { standingOf } from "../release/gate/facts-from";
import type { Gate } from "../release/gate/gate";
import { gateChangeLines, gateChanges } from "../release/gate/gate-changes";
import { verdictLines } from "../release/gate/verdict-lines";
import { append } from "../release/ledger/append";
import { ledgerBucket } from "../release/ledger/bucket-name";
import type { Draft } from "../release/ledger/entry";
import type { Settings } from "../settings/types";
import { declarationHash } from "./declaration";
import type { StackPlace } from "./place";
import { isPreview } from "./preview";

/** How a release came in, and what is to be on record of that where there was no ledger to write it in yet. */
export interface Admission {
  readonly way: Way;
  readonly drafts: readonly Draft[];
  /** Whether the stack's ledger is there already, which outlives the stack. */
  readonly hasLedger: boolean;
  /** Hash of what the stack is declared from, as the gate was asked about it. */
  readonly declaration: string;
  /** The gate whose words the ledger's policy leaves to whom it names: that of the settings, else the one on record. @default there is none */
  readonly gate?: Gate;
}

/**
 * Asks the gate, before anything is declared: what is decided by ledgers and a clock holds for every run, by hand, by a pipeline, with `--target`
 * or with another backend's state. A preview says what does not hold; an update is refused.
 *
 * @throws RunError with all that does not hold: Pulumi shows its message without a stack
 */
export async function requireAdmission(settings: Settings, place: StackPlace): Promise<Admission> {
  const bucket = bucketOf(place, place.stack, place.accountId);
  try {
    return await ask(settings, place, LedgerBucket.at(place.aws, bucket));
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) throw error;
    throw new pulumi.RunError(
      `${place.stack} can't say what it takes, for its ledger can't be read or written: ${messageOf(error)}; ` +
        `look at the credentials, and at what they may do with the bucket ${bucket}`,
    );
  }
}

async function ask(
  settings: Settings,
  place: StackPlace,
  ledger: LedgerBucket,
): Promise<Admission> {
  const standing = await standingOf(ledger);
  const { gate: settingsGate, release } = settings;
  const gates = gatesOf(standing, settingsGate);
  const gate = gates?.settings ?? gates?.inForce?.gate;
  const declaration = declarationHash(settings);
  const about = { hasLedger: standing.hasLedger, declaration, ...(gate && { gate }) };
  if (gates === undefined) return { way: "open", drafts: [], ...about };
  if (release === undefined)
    throw new pulumi.RunError(
      `${place.stack} has a gate, which lets in what was proven in ${gates.provenIn.stack}: found build: true and no release; ` +
        `promote one: npm run release -- promote --from ${gates.provenIn.stack} --to ${place.stack}`,
    );
  const ledgerOf = ({ stack, accountId, region }: Gate["provenIn"]): LedgerBucket =>
    LedgerBucket.at({ ...place.aws, region }, bucketOf(place, stack, accountId));
  const coming = { release: release.id, stack: place.stack, declaration };
  const { verdict } = await askGates(gates, coming, standing, ledger, ledgerOf);
  const { way } = verdict;
  const drafts = draftsOf(release.id, verdict, gates, declaration);
  const when = way === "open" ? "this release" : "the first release that passes both";
  const change = way === "unchanged" ? undefined : gateChangeLines(gates, place.stack, when);
  const admission = { way, drafts, ...about };
  const lines = verdictLines(verdict, release.id, place.stack);
  const refusal = [lines, ...(change === undefined ? [] : [change])].join("\n");
  if (isPreview()) {
    const said = way === "closed" ? refusal : change;
    if (said !== undefined) await pulumi.log.warn(said);
    return admission;
  }
  if (way === "closed") throw new pulumi.RunError(refusal);
  if (standing.isNew) return admission;
  const writer = { stack: place.stack, by: await caller(place.aws) };
  // Before it is on record: a run that ends in between says it again, and what was let in would be finished in silence.
  if (way === "overridden") await sayAloud("a release past its gate", lines, place, writer.by.arn);
  if (way === "open" && change !== undefined)
    await sayAloud("another gate", change, place, writer.by.arn);
  for (const draft of drafts) await append(ledger, writer, draft);
  return { ...admission, drafts: [] };
}

/** What comes past the gate, and what takes its place, everybody is to hear of: whoever runs the update, and whoever has subscribed to the stack's alerts. */
async function sayAloud(
  what: string,
  message: string,
  { project, stack, accountId, aws }: StackPlace,
  caller: string,
): Promise<void> {
  await pulumi.log.warn(message);
  const [, partition] = caller.split(":");
  const topic = `arn:${partition}:sns:${aws.region}:${accountId}:${alertTopic(project, stack)}`;
  const subject = `${stack}: ${what}`;
  const problem = await alert(aws, topic, {
    subject,
    message: `${message}\n\ndelivered by ${caller}`,
  });
  if (problem !== undefined) await pulumi.log.warn(problem);
}

/**
 * What is written down of a release that was let in, and of a gate that is another one than before: only where the release has passed both, so that
 * none takes the other's place by a way that asks for no condition, or past them. The first gate of all takes no other's place, and any update may write it.
 */
function draftsOf(
  release: string,
  { way, conditions, because }: Verdict,
  { settings, inForce }: Gates,
  declaration: string,
): Draft[] {
  if (way === "closed") return [];
  const isOther =
    settings &&
    (inForce === undefined || (way === "open" && gateChanges(inForce.gate, settings).length > 0));
  const gates = isOther ? [gateDraft(settings)] : [];
  // What is finished was let in once, and its hours count from then on.
  if (way === "unchanged" || way === "finish") return gates;
  const details = {
    way,
    declaration,
    conditions: conditions.map(({ name, holds, found }) => ({ name, holds, found })),
    ...(because && { because: because.sequence }),
  };
  return [{ kind: "admitted", release, what: "pulumi up", details }, ...gates];
}

const gateDraft = (gate: Gate): Draft => ({
  kind: "gate",
  what: "pulumi up",
  details: { gate: JSON.parse(JSON.stringify(gate)) as Json },
});

function bucketOf({ project }: StackPlace, stack: string, accountId: string): string {
  try {
    return ledgerBucket(project, stack, accountId);
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
