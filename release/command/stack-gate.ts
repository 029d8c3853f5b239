import { gate as gateSchema } from "../../settings/gate-schema";
import { read } from "../../settings/read";
import { type Problem, SettingsError } from "../errors";
import type { Gate } from "../gate/gate";
import type { Workplace } from "./workplace";

/** A gate as a stack's file has it: its region is the stack's own unless it says so. */
type WrittenGate = Omit<Gate, "provenIn"> & {
  readonly provenIn: Omit<Gate["provenIn"], "region"> & { readonly region?: string };
};

/** The gate in a stack's file; undefined if there is none. */
export async function stackGate(place: Workplace, stack: string): Promise<WrittenGate | undefined> {
  const written = (await place.readFile(stack))?.gate;
  if (written === undefined) return undefined;
  const problems: Problem[] = [];
  const gate = read(gateSchema, written, `${place.project.name}:gate`, problems);
  if (problems.length > 0) throw new SettingsError(problems);
  return gate as unknown as WrittenGate;
}
