/** Writes a figure down as soon as it is found. @param aim what it is to be, where something is asked of it */
export function note(what: string, found: string, aim = ""): void {
  console.log(`${what.padEnd(62)} ${found.padStart(14)}  ${aim}`);
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
