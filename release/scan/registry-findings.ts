import type { Weakness } from "./finding";
import { severityOf } from "./severity";

/** A finding of ECR's own scanner, https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html */
export interface BasicFinding {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly severity?: string | undefined;
  readonly attributes?:
    | readonly { readonly key?: string | undefined; readonly value?: string | undefined }[]
    | undefined;
}

/** A finding of Amazon Inspector, https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EnhancedImageScanFinding.html */
export interface EnhancedFinding {
  readonly title?: string | undefined;
  readonly severity?: string | undefined;
  readonly status?: string | undefined;
  readonly packageVulnerabilityDetails?:
    | {
        readonly vulnerabilityId?: string | undefined;
        readonly vulnerablePackages?:
          | readonly {
              readonly name?: string | undefined;
              readonly version?: string | undefined;
              readonly fixedInVersion?: string | undefined;
            }[]
          | undefined;
      }
    | undefined;
}

export function basicWeakness(finding: BasicFinding): Weakness {
  const attribute = (key: string): string | undefined =>
    finding.attributes?.find((each) => each.key === key)?.value;
  return {
    id: finding.name ?? "UNNAMED",
    package: attribute("package_name") ?? "unknown",
    version: attribute("package_version") ?? "unknown",
    severity: severityOf(finding.severity),
    title: firstLine(finding.description ?? "a known weakness"),
  };
}

/** One for each package that has it. What Inspector was told to suppress, or has closed, counts like any other: exceptions are in the settings. */
export function enhancedWeaknesses(finding: EnhancedFinding): Weakness[] {
  const { vulnerabilityId, vulnerablePackages = [] } = finding.packageVulnerabilityDetails ?? {};
  const packages = vulnerablePackages.length > 0 ? vulnerablePackages : [{}];
  return packages.map(({ name, version, fixedInVersion: fixed }) => ({
    id: vulnerabilityId ?? "UNNAMED",
    package: name ?? "unknown",
    version: version ?? "unknown",
    severity: severityOf(finding.severity),
    title: firstLine(finding.title ?? "a known weakness"),
    // Inspector's word for none.
    ...(fixed !== undefined && fixed !== "NotAvailable" && { fixed }),
  }));
}

const LONGEST_TITLE = 160;

const firstLine = (text: string): string =>
  (text.trim().split("\n")[0] ?? "").slice(0, LONGEST_TITLE);
