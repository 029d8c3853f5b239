/** What goes wrong in the whole account, all at once; what is left out goes well again. */
export interface Faults {
  /** Tasks reach no registry. */
  readonly registry?: "unreachable";
  /** Access keys whose session has expired. */
  readonly expired?: readonly string[];
}

export async function putFaults(endpoint: string, faults: Faults): Promise<void> {
  const { status } = await fetch(`${endpoint}/_switchyard/faults`, {
    method: "PUT",
    body: JSON.stringify(faults),
  });
  if (status !== 204) throw new Error(`the emulator answered ${status} to faults`);
}
