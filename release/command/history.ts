import { type Entry, entryBytes } from "../ledger/entry";
import { history as entriesOf, releasesLike, type Wanted } from "../ledger/history";
import type { Kind } from "../ledger/kinds";
import type { LedgerStore } from "../ledger/store";
import { shortId } from "../release";
import { CommandFailure } from "./failure";
import { type Io, printJson } from "./io";
import { withLedger } from "./open-ledger";
import { table } from "./table";
import type { Workplace } from "./workplace";

export interface HistoryOptions {
  readonly stack: string;
  /** Beginning of a release's id. */
  readonly release?: string;
  readonly kind?: readonly Kind[];
  readonly service?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** How many entries, the newest ones. */
  readonly limit: number;
  /** File that all of them are written to, a line each, the oldest first. */
  readonly out?: string;
}

/** What happened to which release, by whom. */
export async function history(place: Workplace, io: Io, options: HistoryOptions): Promise<void> {
  const { stack, out, limit } = options;
  await withLedger(`reading the ledger of ${stack}`, async () => {
    const { store } = await place.openLedger(stack);
    const wanted = await wantedOf(store, options);
    const entries: Entry[] = [];
    for await (const entry of entriesOf(store, wanted)) {
      entries.push(entry);
      if (out === undefined && entries.length === limit) break;
    }
    if (out !== undefined) {
      await place.writePlan(out, entries.toReversed().map(lineOf).join(""));
    }
    if (io.json) printJson(io, { stack, entries, ...(out !== undefined && { file: out }) });
    else if (out !== undefined) io.print(`${entries.length} entries are in ${out}\n`);
    else io.print(historyView(stack, entries, io));
  });
}

/** The very bytes that the next entry carries the hash of, so that a file of all of them can be checked line by line. */
const lineOf = (entry: Entry): string => `${Buffer.from(entryBytes(entry)).toString("utf8")}\n`;

async function wantedOf(store: LedgerStore, options: HistoryOptions): Promise<Wanted> {
  const { release, kind, service, since, until } = options;
  return {
    ...(release !== undefined && { release: await wholeId(store, release) }),
    ...(kind && { kinds: kind }),
    ...(service !== undefined && { service }),
    ...(since && { since }),
    ...(until && { until }),
  };
}

/**
 * The id that begins so.
 *
 * @throws CommandFailure where there is none, or more than one
 */
export async function wholeId(store: LedgerStore, beginning: string): Promise<string> {
  const found = await releasesLike(store, beginning);
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  throw new CommandFailure(
    "mistake",
    id === undefined
      ? `nothing is on record of a release ${beginning}`
      : `more than one release begins with ${beginning}: ${found.join(", ")}`,
    id === undefined ? "look at `npm run release -- history`" : "write more of its id",
  );
}

function historyView(stack: string, entries: readonly Entry[], { paint }: Io): string {
  if (entries.length === 0) return `nothing of that kind is on record in ${stack}\n`;
  const rows = entries.map(({ sequence, time, kind, release, by, what }) => [
    String(sequence),
    time.replace("T", " ").replace("Z", ""),
    kind,
    release === undefined ? "" : shortId(release),
    by.arn.split(":").slice(5).join(":"),
    paint("dim", what),
  ]);
  return `${table(rows).join("\n")}\n`;
}
