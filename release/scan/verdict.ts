import type { Finding } from "./finding";
import type { ScanException, ScanSettings } from "./scan-settings";
import { reaches, SEVERITIES, type Severity } from "./severity";

export interface Verdict {
  /** What is against delivering the images, all of it at once, a line each; none lets them in. */
  readonly refusals: readonly string[];
  /** How many weaknesses there are of each severity, excepted ones too; one in several images counts once. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** Exceptions without which a finding would be against it. */
  readonly used: readonly ScanException[];
}

/** Long enough for a fix, short enough that somebody still knows why. Days. */
export const LONGEST_DAYS = 366;
const DAY_MILLISECONDS = 86_400_000;

/** Judges what was found in all images of a release, on a day. */
export function judgeScan(
  findings: readonly Finding[],
  { threshold, exceptions }: Pick<ScanSettings, "threshold" | "exceptions">,
  now: Date,
): Verdict {
  const weaknesses = grouped(findings);
  const against = weaknesses.filter(([{ severity }]) => reaches(severity, threshold));
  const used = new Set<ScanException>();
  const found = against.flatMap(([finding, images]) => {
    const exception = exceptions.find((each) => isAbout(each, finding) && holds(each, now));
    if (exception === undefined) return [refusalOf(finding, images, threshold)];
    used.add(exception);
    return [];
  });
  const idle = exceptions.flatMap((exception, index) => {
    const problem = dayProblem(exception, now) ?? (used.has(exception) ? undefined : UNNEEDED);
    return problem === undefined
      ? []
      : [`scan.exceptions[${index}], ${nameOf(exception)}: ${problem}`];
  });
  const count = (severity: Severity): number =>
    weaknesses.filter(([finding]) => finding.severity === severity).length;
  return {
    refusals: [...found, ...idle],
    counts: Object.fromEntries(SEVERITIES.map((each) => [each, count(each)])) as Verdict["counts"],
    used: exceptions.filter((each) => used.has(each)),
  };
}

/** Each weakness once, with the images that have it, the worst first. */
function grouped(findings: readonly Finding[]): [finding: Finding, images: string[]][] {
  const groups = new Map<string, [Finding, string[]]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.id, finding.package, finding.version]);
    const group = groups.get(key) ?? [finding, []];
    if (!group[1].includes(finding.image)) group[1].push(finding.image);
    // Two images may have been rated by two sources: the worse one counts.
    groups.set(key, [worse(group[0], finding), group[1]]);
  }
  const entries = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([, group]) => group).sort(([a], [b]) => rank(a.severity) - rank(b.severity));
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

const worse = (a: Finding, b: Finding): Finding => (rank(b.severity) < rank(a.severity) ? b : a);

function refusalOf(finding: Finding, images: readonly string[], threshold: string): string {
  const { id, package: name, version, severity, title, fixed } = finding;
  const update = fixed === undefined ? "replace it" : `update it to ${fixed} or later`;
  return (
    `${images.join(", ")}: found ${name} ${version} with ${id}, ${severity}: ${title}; ` +
    `allowed: below ${threshold}; ${update}, or except it in scan.exceptions`
  );
}

const UNNEEDED = "found no finding that needs it; allowed: exceptions that are needed; remove it";

const isAbout = (exception: ScanException, finding: Finding): boolean =>
  exception.id === finding.id && exception.package === finding.package;

const holds = (exception: ScanException, now: Date): boolean =>
  dayProblem(exception, now) === undefined;

function dayProblem({ until }: ScanException, now: Date): string | undefined {
  const start = Date.parse(`${until}T00:00:00Z`);
  const today = now.toISOString().slice(0, 10);
  if (now.getTime() >= start + DAY_MILLISECONDS)
    return `found until: ${until}, which is over; allowed: ${today} or later; mend the image and remove the exception, or find its reason anew`;
  if (start - now.getTime() > LONGEST_DAYS * DAY_MILLISECONDS)
    return `found until: ${until}; allowed: ${LONGEST_DAYS} days from ${today} at most; choose an earlier day`;
  return undefined;
}

const nameOf = ({ id, package: name }: ScanException): string => `${id} of ${name}`;
