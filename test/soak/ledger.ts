import { verify } from "../../release/ledger/verify";
import { DRAFTS, ledgerOf } from "../unit/release/ledger/entries";

/**
 * Gives each byte of each object of a ledger each other value that it can have, and says which of these changes `verify` does not find.
 *
 * @returns whether it found all
 */
export async function everyByte({ ledgers }: { readonly ledgers: number }): Promise<boolean> {
  let tried = 0;
  const missed: string[] = [];
  for (let ledger = 0; ledger < ledgers; ledger++) {
    const { store } = await ledgerOf(DRAFTS);
    const changed = store.copy();
    for (const [index, { key, bytes }] of store.objects.entries()) {
      console.log(`${tried} changes, ${missed.length} not found; next: ${key}`);
      const other = Uint8Array.from(bytes);
      (changed.objects[index] as { bytes: Uint8Array }).bytes = other;
      for (const [at, value] of bytes.entries()) {
        for (let by = 1; by < 256; by++) {
          other[at] = value ^ by;
          tried++;
          if ((await verify(changed)).problems.length === 0) missed.push(`${key}, byte ${at}`);
        }
        other[at] = value;
      }
    }
  }
  console.log(`${tried - missed.length} of ${tried} changes of a single byte were found`);
  for (const each of missed) console.log(`  not found: ${each}`);
  return missed.length === 0;
}
