import assert from "node:assert/strict";
import { registryFindings } from "../../../effects/registry-findings";
import { awsError, StubAws } from "./stub-aws";

const PLACE = { region: "us-east-1" };
const IMAGE = { repository: "switchyard/web", digest: "sha256:1" };
const FAST = { longest: 0.2, pause: 0.01 };

describe("the findings of the registry's own scanner", () => {
  let aws: StubAws;
  beforeEach(() => {
    aws = new StubAws({});
  });
  afterEach(() => {
    aws.restore();
  });

  it("are waited for while the scan has not begun, or is under way", async () => {
    const packageVulnerabilityDetails = {
      vulnerabilityId: "CVE-1",
      vulnerablePackages: [{ name: "openssl", version: "3" }],
    };
    const enhancedFindings = [{ severity: "LOW", title: "bad", packageVulnerabilityDetails }];
    const vulnerabilitySourceUpdatedAt = new Date("2026-03-10T00:00:00Z");
    aws.on("DescribeImageScanFindings", () => ({
      imageScanStatus: { status: "ACTIVE" },
      imageScanFindings: { enhancedFindings, vulnerabilitySourceUpdatedAt },
    }));
    aws.on(
      "DescribeImageScanFindings",
      () => ({ imageScanStatus: { status: aws.calls.length === 2 ? "PENDING" : "IN_PROGRESS" } }),
      2,
    );
    aws.on(
      "DescribeImageScanFindings",
      () => {
        throw awsError("ScanNotFoundException");
      },
      1,
    );
    assert.deepEqual(await registryFindings(PLACE, IMAGE, FAST), {
      weaknesses: [
        { id: "CVE-1", package: "openssl", version: "3", severity: "low", title: "bad" },
      ],
      dataOf: "2026-03-10T00:00:00.000Z",
    });
    assert.equal(aws.calls.length, 4);
  });

  it("are not waited for without end", async () => {
    aws.on("DescribeImageScanFindings", () => {
      throw awsError("ScanNotFoundException");
    });
    await assert.rejects(
      registryFindings(PLACE, IMAGE, FAST),
      /^Error: ECR has no scan of switchyard\/web@sha256:1 after 0\.2 s: none was begun; /,
    );
    aws.on("DescribeImageScanFindings", () => ({ imageScanStatus: { status: "IN_PROGRESS" } }));
    await assert.rejects(registryFindings(PLACE, IMAGE, FAST), /after 0\.2 s: IN_PROGRESS; /);
  });
});
