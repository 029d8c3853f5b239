/** How bad a weakness is, the worst first. Nobody has rated an `unknown` one. */
export const SEVERITIES = [
  "critical",
  "high",
  "medium",
  "low",
  "informational",
  "unknown",
] as const;

export type Severity = (typeof SEVERITIES)[number];

/** From where on a finding stops a delivery; `none`: findings are written down, and stop nothing. */
export const THRESHOLDS = ["critical", "high", "medium", "low", "none"] as const;

export type Threshold = (typeof THRESHOLDS)[number];

/** A finding that nobody has rated counts where the lowest rated ones do. */
export function reaches(severity: Severity, threshold: Threshold): boolean {
  if (threshold === "none" || severity === "informational") return false;
  if (severity === "unknown") return threshold === "low";
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

/** Other names of severities, as the sources of findings have them. */
const NAMES: Readonly<Record<string, Severity>> = { moderate: "medium", none: "informational" };

/** What a source of findings calls a severity, in any case; `unknown` where it is none of ours. */
export function severityOf(name = ""): Severity {
  const lower = name.toLowerCase();
  return SEVERITIES.find((each) => each === lower) ?? NAMES[lower] ?? "unknown";
}
