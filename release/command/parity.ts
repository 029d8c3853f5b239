import { pathText } from "../parity/differences";
import { isInParity, judgeParity, type ParityReport } from "../parity/judge";
import { type PreviewedResource, typeOf } from "../parity/graph";
import { makeShape, type Shape, shapeHash } from "../parity/shape";
import { openShape, type PreviewedShape, writeShape } from "../parity/shape-file";
import { parseSubstitutions, type Substitution } from "../parity/substitutions";
import { shortId } from "../release";
import { CommandFailure, UnknownStack } from "./failure";
import { type Io, printJson } from "./io";
import { differenceView, parityView, unusedView } from "./parity-view";
import { shortName } from "./read-stack";
import { assertNotRunning } from "./read-world";
import { previewResources } from "./run-preview";
import { recordParity } from "./record-parity";
import { readStackYaml } from "./stack-yaml";
import type { Workplace } from "./workplace";

export interface ParityOptions {
  /** Two stacks to compare; one where `out` or `against` is given. */
  readonly stack: readonly string[];
  /** File that the one stack's shape is written to. */
  readonly out?: string;
  /** File that holds the shape of the other stack. */
  readonly against?: string;
  /** Whether the proof goes into the ledger of the stack that releases are proven in. */
  readonly record: boolean;
}

/** Where the differences that are meant are declared, in the project's folder. */
export const PARITY_FILE = "parity.yaml";
/** What the name of a shape's file ends with: git ignores it. */
const ENDING = ".shape.json";

/** Compares two stacks' previews, or writes down one for a comparison elsewhere. */
export async function parity(place: Workplace, io: Io, options: ParityOptions): Promise<void> {
  const { stack: stacks, out, against } = options;
  const [first = "", second] = stacks;
  assertCall(options);
  if (out !== undefined) return keepShape(place, io, first, out);
  // What can be said without a preview comes first.
  const substitutions = await declared(place);
  const other = against === undefined ? undefined : await keptShape(place, against);
  if (other?.names.stack === shortName(first)) throw sameStack(first);
  const one = await shapeOf(place, io, first);
  const shapes = other
    ? ([other, one] as const)
    : ([one, await shapeOf(place, io, second ?? "")] as const);
  const report = judgeParity(...shapes, substitutions);
  if (!isInParity(report)) throw notInParity(io, shapes, report);
  const entry = options.record ? await recordParity(place, shapes, report) : undefined;
  if (io.json) printJson(io, { ...resultOf(shapes, report), ...(entry && { entry }) });
  else io.print(parityView(shapes, report, io.paint));
  if (entry && !io.json)
    io.print(`  on record for release ${shortId(entry.release ?? "")} (entry ${entry.sequence})\n`);
}

function assertCall({ stack: stacks, out, against, record }: ParityOptions): void {
  const mistake = (message: string, action: string): CommandFailure =>
    new CommandFailure("mistake", message, action);
  if (out !== undefined && against !== undefined)
    throw mistake("--out and --against were both given", "write a shape, or compare with one");
  if (out !== undefined && record)
    throw mistake("--out and --record were both given", "record when both stacks are compared");
  if (out !== undefined && !out.endsWith(ENDING))
    throw mistake(
      `a shape can't be written to ${out}`,
      `end its name in ${ENDING}, which git ignores`,
    );
  const isAlone = out !== undefined || against !== undefined;
  const named = [...new Set(stacks)];
  if (named.length === (isAlone ? 1 : 2) && stacks.length === named.length) return;
  throw mistake(
    `found ${named.length === 1 ? "one stack" : `${named.length} stacks`} in --stack`,
    isAlone
      ? "name one with --out or --against: --stack stage"
      : "name two: --stack stage,production",
  );
}

const sameStack = (stack: string): CommandFailure =>
  new CommandFailure(
    "mistake",
    `the shape is of ${stack} itself`,
    "name the other stack with --stack",
  );

/** Makes the shape of a stack out of a preview. */
async function shapeOf(place: Workplace, io: Io, stack: string): Promise<PreviewedShape> {
  const [state, aws] = await Promise.all([place.readStack(stack), place.readAwsPlace(stack)]);
  if (!state) throw new UnknownStack(stack);
  assertNotRunning({ state });
  const { resources, changes } = await previewResources(place, io, stack);
  const { account, region } = aws;
  const names = { project: place.project.name, stack: shortName(stack), account, region };
  return { ...makeShape(names, resources), changes, declaration: declarationIn(resources) };
}

/** What the program says of itself in a preview; nothing if it is one that does not. */
export function declarationIn(resources: readonly PreviewedResource[]): string {
  const record = resources.find(({ urn }) => typeOf(urn).endsWith(":ReleaseRecord"));
  const value = record?.inputs["declaration"];
  return typeof value === "string" ? value : "";
}

async function keepShape(place: Workplace, io: Io, stack: string, out: string): Promise<void> {
  const shape = await shapeOf(place, io, stack);
  await place.writePlan(out, writeShape(shape));
  const hash = shapeHash(shape);
  const count = Object.keys(shape.resources).length;
  if (io.json) {
    printJson(io, { verb: "parity", stack, file: out, shape: hash, resources: count });
    return;
  }
  io.print(
    `shape ${shortId(hash)} of ${stack}, ${count} resources, is in ${out}; next, with the other stack's credentials:\n` +
      `  npm run release -- parity --stack STACK --against ${out}\n`,
  );
}

async function keptShape(place: Workplace, file: string): Promise<PreviewedShape> {
  const again = "make it: `npm run release -- parity --stack STACK --out " + file + "`";
  const text = await place.readPlan(file);
  if (text === undefined)
    throw new CommandFailure("mistake", `there is no shape in ${file}`, again);
  const opened = openShape(text);
  if (!opened.ok) {
    const why =
      opened.why === "edited"
        ? "was edited: it does not have the content that its hash was made from"
        : "is no shape that this version can read";
    throw new CommandFailure("mistake", `${file} ${why}`, again);
  }
  const { project } = opened.shape.names;
  if (project === place.project.name) return opened.shape;
  const message = `${file} is of project ${project}, not ${place.project.name}`;
  throw new CommandFailure("mistake", message, again);
}

/** A project without the file declares nothing. */
async function declared(place: Workplace): Promise<readonly Substitution[]> {
  const text = await place.readPlan(PARITY_FILE);
  if (text === undefined) return [];
  const { content } = readStackYaml(text, PARITY_FILE);
  return parseSubstitutions(withNumbers(content), PARITY_FILE);
}

/** Whole numbers as JSON has them. */
function withNumbers(content: unknown): unknown {
  const number = (_key: string, value: unknown): unknown =>
    typeof value === "bigint" ? Number(value) : value;
  return JSON.parse(JSON.stringify(content, number)) as unknown;
}

function notInParity(
  io: Io,
  shapes: readonly [Shape, Shape],
  report: ParityReport,
): CommandFailure {
  const lines = [
    ...report.differences.map((each) => differenceView(each, PARITY_FILE)),
    ...report.unused.map((each) => unusedView(each, PARITY_FILE)),
  ];
  if (!io.json) for (const line of lines) io.print(`${line}\n`);
  const [one, other] = shapes.map(({ names }) => names.stack);
  const counts = [
    ...(report.differences.length > 0 ? [`${report.differences.length} not declared`] : []),
    ...(report.unused.length > 0 ? [`${report.unused.length} declared for nothing`] : []),
  ];
  return new CommandFailure(
    "refused",
    `${one} and ${other} are not in parity: ${counts.join(", ")}`,
    `make the stacks alike, or declare in ${PARITY_FILE} what is meant; docs/guides/parity.md says how`,
    undefined,
    lines,
    resultOf(shapes, report),
  );
}

function resultOf(shapes: readonly [Shape, Shape], report: ParityReport): Record<string, unknown> {
  return {
    verb: "parity",
    stacks: shapes.map(({ names }) => names.stack),
    inParity: isInParity(report),
    hash: report.hash,
    shapes: report.shapes,
    differences: report.differences.map(({ path, ...each }) => ({
      ...each,
      ...(path && { path: pathText(path) }),
    })),
    unused: report.unused,
    substituted: report.substituted,
    unknown: report.unknown,
  };
}
