import type { Severity } from "./severity";

/** A known weakness of one package. */
export interface Weakness {
  /** For example `CVE-2021-23337`. */
  readonly id: string;
  /** As the SBOM names it. */
  readonly package: string;
  readonly version: string;
  readonly severity: Severity;
  /** One line of it. */
  readonly title: string;
  /** The first version without it. @default none is known */
  readonly fixed?: string;
}

/** A weakness, and the image that has it. */
export interface Finding extends Weakness {
  /** Name of the service whose image it is. */
  readonly image: string;
}
