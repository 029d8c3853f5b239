import { history } from "./history";
import type { Reader } from "./look-up";
import type { LedgerStore } from "./store";

/**
 * Id of the release that a ledger calls live; nothing if none is.
 *
 * @param likely asked about first: where it is the one, nothing else is read
 */
export async function liveIn(
  store: LedgerStore,
  ofLedger: Reader,
  likely?: string,
): Promise<string | undefined> {
  const isLive = async (release: string): Promise<boolean> => {
    const found = await ofLedger({ release, kinds: ["live", "replaced"], newestOnly: true });
    return found.at(-1)?.kind === "live";
  };
  if (likely !== undefined && (await isLive(likely))) return likely;
  for await (const { release } of history(store, { kinds: ["live"] }))
    return release !== undefined && (await isLive(release)) ? release : undefined;
  return undefined;
}
