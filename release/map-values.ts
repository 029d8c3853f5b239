/** A record with the same keys and each value mapped. */
export const mapValues = <T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => R,
): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));

/** The value of a key that is known to be there: anything else is a bug. */
export function pick<T>(record: Readonly<Record<string, T>>, key: string): T {
  const value = record[key];
  if (value === undefined) throw new Error(`nothing is called ${key} here`);
  return value;
}
