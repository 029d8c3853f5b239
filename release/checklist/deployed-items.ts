import { rollbackTarget, runningUpdate } from "../command/decisions";
import { SettingsError } from "../errors";
import type { Entry } from "../ledger/entry";
import { shortId } from "../release";
import { describeWeights } from "../weights";
import { askedOf } from "./asked";
import type { ChecklistFacts } from "./facts";
import { absent, fails, holds, type Item, type Read, unknown } from "./item";

/** An update that failed is gone on with by the next one; one that the gate refused has failed too, and changed nothing. */
export function nothingElse({ stack, state }: ChecklistFacts): Item {
  const name = "nothing else is under way, and nothing was left in the middle";
  const running = runningUpdate(state);
  if (running) return fails(name, running.reason, running.action);
  const { lastUpdate, pendingOperations, problems } = state;
  if (pendingOperations > 0) {
    const found = `an update was interrupted, ${pendingOperations} of its operations without a known outcome`;
    return fails(name, found, `npm run pulumi -- up -s ${stack}; docs/runbooks/a-killed-run.md`);
  }
  if (problems.length > 0)
    return fails(name, new SettingsError(problems).message, `npm run pulumi -- up -s ${stack}`);
  if (!lastUpdate) return holds(name, "nothing was deployed yet");
  const { kind, result, endedAt = "when is not known" } = lastUpdate;
  return holds(name, `the last ${kind} ${result}, ${endedAt}`);
}

export function traffic({ stack, traffic: report }: ChecklistFacts): Item {
  const name = "traffic is where the last update left it";
  if (report === null) return absent(name, "nothing takes traffic yet");
  if (!report.read)
    return unknown(name, report.reason, `npm run release -- status --stack ${stack}`);
  const strayed = Object.entries(report.services).filter(([, { asRecorded }]) => !asRecorded);
  const found = strayed.map(([name, { weights, elsewhere }]) => {
    const shares = weights ? describeWeights(weights) : "its rule is gone";
    return `${name}: ${shares}${elsewhere ? " and elsewhere" : ""}`;
  });
  return strayed.length === 0
    ? holds(name, Object.keys(report.services).join(", "))
    : fails(name, found.join("; "), `npm run pulumi -- up -s ${stack}`);
}

/** The look that is on record is as good as it is recent: one from before the last update says nothing of what that left. */
export function drift({ stack, state, drift: found }: ChecklistFacts): Item {
  const name = "no drift";
  const look = `npm run release -- drift --stack ${stack}`;
  if (!state.lastUpdate) return absent(name, "nothing was deployed yet");
  if (!found.read) return unknown(name, found.reason, look);
  const { value: entry } = found;
  if (!entry) return unknown(name, "nobody has looked", look);
  const told = `entry ${entry.sequence}, ${entry.time}`;
  // S3's time is in whole seconds.
  if (Date.parse(entry.time) + 1000 <= Date.parse(state.lastUpdate.endedAt ?? ""))
    return unknown(name, `nobody has looked since the last update: ${told}`, look);
  const [changed, gone] = [countIn(entry, "changed"), countIn(entry, "gone")];
  return changed === 0 && gone === 0
    ? holds(name, told)
    : fails(name, `${changed} changed, ${gone} gone: ${told}`, look);
}

function countIn({ details }: Entry, name: string): number {
  const count = details?.[name];
  return typeof count === "number" ? count : 0;
}

export function secrets({ health }: ChecklistFacts): Item {
  const name = "every secret has a value";
  return ofRead(name, health.secrets, (all) => {
    if (all.length === 0) return absent(name, "nothing was deployed yet, or it has none");
    const empty = all.filter(({ hasValue }) => !hasValue).map(({ name }) => name);
    return empty.length === 0
      ? holds(name, all.map(({ name }) => name).join(", "))
      : fails(
          name,
          `none in ${empty.join(", ")}`,
          "aws secretsmanager put-secret-value --secret-id NAME --secret-string file://VALUE_FILE",
        );
  });
}

/** What a delivery could be taken back to: what runs now; of what runs already, the release before it. */
export function wayBack({ state, file }: ChecklistFacts): Item {
  const name = "a version to go back to";
  const { release } = state;
  if (!release) return absent(name, "nothing is live: it is the first delivery");
  if (file?.pinned?.id !== release.id)
    return holds(name, `release ${shortId(release.id)}, which is live now`);
  const target = rollbackTarget(state, file.pinned.id);
  return target.ok
    ? holds(name, `release ${shortId(target.release.id)}`)
    : absent(name, target.reason);
}

export function strength({ stack, health }: ChecklistFacts): Item {
  const name = "every service has the tasks that it asks for";
  return ofRead(name, health.services, (all) => {
    if (all.length === 0) return absent(name, "nothing was deployed yet");
    const weak = all.filter(({ running, desired }) => running < desired);
    const text = (each: (typeof all)[number]): string =>
      `${each.name} ${each.running} of ${each.desired}`;
    return weak.length === 0
      ? holds(name, all.map(text).join(", "))
      : fails(name, weak.map(text).join(", "), `npm run release -- status --stack ${stack}`);
  });
}

export function alarmsSet({ stack, state }: ChecklistFacts): Item {
  const name = "alarms turn a bad version back";
  const { alarms: byService, workers } = askedOf(state.resources);
  const services = Object.entries(byService).filter(([service]) => !workers.includes(service));
  if (services.length === 0) return absent(name, "nothing was deployed yet");
  const bare = services.filter(([, alarms]) => alarms.length === 0).map(([service]) => service);
  const found = services.map(([service, alarms]) => `${service} ${alarms.length}`).join(", ");
  return bare.length === 0
    ? holds(name, found)
    : fails(
        name,
        found,
        `set delivery.alarms of ${bare.join(", ")}, then npm run pulumi -- up -s ${stack}`,
      );
}

export function alarmsSilent({ health }: ChecklistFacts): Item {
  const name = "no alarm fires";
  return ofRead(name, health.alarms, (all) => {
    if (all.length === 0) return absent(name, "there is none");
    const loud = all.filter(({ state }) => state === "ALARM" || state === "absent");
    return loud.length === 0
      ? holds(name, `${all.length} are silent`)
      : fails(
          name,
          loud
            .map(({ name, state }) => `${name} ${state === "absent" ? "is not there" : "fires"}`)
            .join(", "),
          `aws cloudwatch describe-alarms --alarm-names ${loud.map(({ name }) => name).join(" ")}`,
        );
  });
}

export function somebodyTold({ state }: ChecklistFacts): Item {
  const name = "somebody is told when an alarm fires";
  const { told } = askedOf(state.resources);
  return told.length === 0 ? absent(name) : holds(name, told.join(", "));
}

function ofRead<T>(name: string, found: Read<T>, use: (value: T) => Item): Item {
  return found.read
    ? use(found.value)
    : unknown(name, found.reason, "look at your credentials and run it again");
}
