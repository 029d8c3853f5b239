import {
  type DescribeImageScanFindingsCommandOutput,
  DescribeImageScanFindingsCommand,
  ECRClient,
} from "@aws-sdk/client-ecr";
import { setTimeout } from "node:timers/promises";
import type { AwsPlace } from "../components/place";
import type { Weakness } from "../release/scan/finding";
import { basicWeakness, enhancedWeaknesses } from "../release/scan/registry-findings";
import { clientConfig, isMissing } from "./clients";

/** How long a scan on push may take, and how often it is asked for. Seconds. */
export const SCAN_WAIT = { longest: 600, pause: 5 } as const;

export interface RegistryFindings {
  readonly weaknesses: readonly Weakness[];
  /** When ECR's own data was last brought up to date. @default it did not say */
  readonly dataOf?: string;
}

/** An image in an account's own registry. */
export interface ScannedImage {
  /** For example `switchyard/web`. */
  readonly repository: string;
  readonly digest: string;
}

const DONE = ["COMPLETE", "ACTIVE"];
const UNDER_WAY = ["IN_PROGRESS", "PENDING"];

/**
 * What ECR's scanner, or Amazon Inspector in its place, found in an image. Waits for a scan that is under way.
 *
 * @throws Error if there is none within ten minutes, or if the scanner can't scan it
 */
export async function registryFindings(
  place: AwsPlace,
  { repository, digest }: ScannedImage,
  wait: { readonly longest: number; readonly pause: number } = SCAN_WAIT,
): Promise<RegistryFindings> {
  const client = new ECRClient(clientConfig(place));
  const page = (nextToken?: string): Promise<DescribeImageScanFindingsCommandOutput> =>
    client.send(
      new DescribeImageScanFindingsCommand({
        repositoryName: repository,
        imageId: { imageDigest: digest },
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
  const first = await scanned(page, `${repository}@${digest}`, wait);
  const weaknesses: Weakness[] = [];
  let current = first;
  for (;;) {
    const { findings = [], enhancedFindings = [] } = current.imageScanFindings ?? {};
    weaknesses.push(
      ...findings.map(basicWeakness),
      ...enhancedFindings.flatMap(enhancedWeaknesses),
    );
    if (current.nextToken === undefined) break;
    current = await page(current.nextToken);
  }
  const dataOf = first.imageScanFindings?.vulnerabilitySourceUpdatedAt?.toISOString();
  return { weaknesses, ...(dataOf !== undefined && { dataOf }) };
}

async function scanned(
  page: () => Promise<DescribeImageScanFindingsCommandOutput>,
  image: string,
  { longest, pause }: { readonly longest: number; readonly pause: number },
): Promise<DescribeImageScanFindingsCommandOutput> {
  const end = Date.now() + longest * 1000;
  for (;;) {
    // A scan on push begins a moment after the push.
    const answer = await page().catch((error: unknown) => {
      if (isMissing(error, "ScanNotFoundException")) return undefined;
      throw error;
    });
    const { status = "PENDING", description = "" } = answer?.imageScanStatus ?? {};
    if (answer && DONE.includes(status)) return answer;
    if (!UNDER_WAY.includes(status))
      throw new Error(
        `ECR can't scan ${image}: ${status} ${description}; ` +
          "turn on enhanced scanning, use a base image that ECR can scan, or set scan.source to packages",
      );
    if (Date.now() >= end)
      throw new Error(
        `ECR has no scan of ${image} after ${longest} s: ${answer ? status : "none was begun"}; ` +
          "see that the registry scans on push, and run this again",
      );
    await setTimeout(pause * 1000);
  }
}
