import { UnknownStack } from "./failure";
import type { Io } from "./io";
import { printJson } from "./io";
import { stackReport, type StackReport } from "./status-report";
import { statusView } from "./status-view";
import { trafficReport } from "./traffic-report";
import { fileNameOf, type Workplace } from "./workplace";

/** What runs where. */
export async function status(
  place: Workplace,
  io: Io,
  { stacks }: { readonly stacks: readonly string[] },
): Promise<void> {
  const reportOf = async (stack: string): Promise<StackReport> => {
    const [state, file] = await Promise.all([place.readStack(stack), place.readFile(stack)]);
    // A stack that is not there yet has its file; one with neither is a name that was misspelt.
    if (!state && !file) throw new UnknownStack(stack);
    const traffic = state ? await trafficReport(place, state) : null;
    return stackReport(stack, state, file, fileNameOf(stack), traffic);
  };
  const reports = await Promise.all(stacks.map(reportOf));
  if (io.json) printJson(io, { stacks: reports });
  else io.print(statusView(reports, io.paint, io.now()));
}
