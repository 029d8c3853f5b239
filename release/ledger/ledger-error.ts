/** A ledger that can't be read or written as it must be: no user's mistake, and nothing that a second try mends. */
export class LedgerError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "LedgerError";
  }
}

/** Somebody did to a ledger what no part of the program does: nothing can be decided by it any more. */
export const tampered = (what: string): LedgerError =>
  new LedgerError(
    `${what}: somebody has changed the ledger; find out what happened: \`npm run release -- verify\``,
  );

/** What can't be read is told as what it is where a decision waits for it. */
export function orTampered<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof LedgerError ? tampered(error.message) : error;
  }
}
