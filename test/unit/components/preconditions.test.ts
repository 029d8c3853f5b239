import assert from "node:assert/strict";
import { requirePreconditions } from "../../../components/preconditions";
import type { Recorded } from "../../../release/outputs";
import { desiredRevision, type Revision } from "../../../release/revision";
import { parseSettings } from "../../../settings/parse";
import type { Settings } from "../../../settings/types";
import { changed, WORKER } from "../settings/sample-config";
import { StubAws } from "../effects/stub-aws";
import { PLACE } from "./samples";

const ALARM = "arn:aws:cloudwatch:us-east-1:111111111111:alarm:orders-too-few";
const WATCH = "switchyard:services.web.delivery.alarms.watch";

const settingsWith = (changes: Parameters<typeof changed>[0]): Settings =>
  parseSettings(changed({ "switchyard:serviceOverrides": {}, ...changes }));
const images = {
  web: { kind: "build", tag: "new" },
  api: { kind: "build", tag: "new" },
} as const;

describe("what must hold before an update starts", () => {
  const before = process.env;
  let aws: StubAws;
  const known = (...arns: string[]): void => {
    aws.on("DescribeAlarms", () => ({ MetricAlarms: arns.map((AlarmArn) => ({ AlarmArn })) }));
  };
  beforeEach(() => {
    aws = new StubAws({});
    process.env = { ...before };
    delete process.env["AWS_CREDENTIAL_EXPIRATION"];
  });
  afterEach(() => {
    process.env = before;
    aws.restore();
  });

  it("refuses a watched alarm that is not there, by its path", async () => {
    const settings = settingsWith({ [WATCH]: [ALARM] });
    known();
    await assert.rejects(requirePreconditions(settings, PLACE, images, undefined), {
      message:
        `${WATCH}[0]: found ${ALARM}, which CloudWatch does not know; allowed alarms that are there; ` +
        "create the alarm first, or take it out",
    });
    known(ALARM);
    await requirePreconditions(settings, PLACE, images, undefined);
  });

  it("keeps no service from going back for the sake of an alarm that is gone", async () => {
    const settings = settingsWith({ [WATCH]: [ALARM] });
    known();
    const web = settings.services["web"];
    assert.ok(web);
    const desired = desiredRevision("web", web, settings.secrets, images.web);
    const revision = { ...desired, image: "repository@digest" } as unknown as Revision;
    const recorded = (blue: Revision | undefined, green: Revision | undefined): Recorded =>
      ({ services: { web: { live: "blue", blue, green } } }) as unknown as Recorded;
    await requirePreconditions(settings, PLACE, images, recorded(undefined, revision));
    assert.deepEqual(aws.commands, []);
    for (const watched of [recorded(revision, undefined), recorded(revision, revision)])
      await assert.rejects(
        requirePreconditions(settings, PLACE, images, watched),
        /CloudWatch does not know/,
      );
  });

  it("refuses a service that was recorded as the other kind, by its path", async () => {
    const settings = settingsWith({ "switchyard:services.reporter": WORKER });
    const plans = { ...images, reporter: images.web };
    const recordedAs = (kind: "web" | "reporter"): Recorded => {
      const service = settings.services[kind];
      assert.ok(service);
      const blue = desiredRevision("reporter", service, settings.secrets, images.web);
      return { services: { reporter: { live: "blue", blue } } } as unknown as Recorded;
    };
    await assert.rejects(requirePreconditions(settings, PLACE, plans, recordedAs("web")), {
      message:
        "switchyard:services.reporter: found a worker, where reporter was recorded as an HTTP service; " +
        "allowed an HTTP service under this name; give the worker another name: the slots of reporter can't hold both",
    });
    await requirePreconditions(settings, PLACE, plans, recordedAs("reporter"));
  });

  it("asks AWS nothing where no alarm is watched", async () => {
    await requirePreconditions(settingsWith({}), PLACE, images, undefined);
    assert.deepEqual(aws.commands, []);
  });

  describe("with credentials that end", () => {
    const settings = settingsWith({});
    const recorded = { services: { web: { live: "blue" } } } as unknown as Recorded;
    const endIn = (seconds: number): void => {
      process.env["AWS_ACCESS_KEY_ID"] = "key";
      process.env["AWS_CREDENTIAL_EXPIRATION"] = new Date(
        Date.now() + seconds * 1000,
      ).toISOString();
    };

    it("refuses a delivery that is watched for longer than they live, by its path", async () => {
      endIn(100);
      await assert.rejects(requirePreconditions(settings, PLACE, images, recorded), {
        message:
          /^switchyard:services\.web\.delivery: found steps and bakes of 30 s, with credentials that end in (?:100|99) s \(.*\); allowed credentials that live 150 s or more; log in again/,
      });
      endIn(160);
      await requirePreconditions(settings, PLACE, images, recorded);
    });

    it("lets everything else through: a first update, one that delivers nothing", async () => {
      endIn(10);
      await requirePreconditions(settings, PLACE, images, undefined);
      await requirePreconditions(settings, PLACE, images, { ...recorded, services: {} });
      const aws = { ...PLACE.aws, profile: "mine" };
      await requirePreconditions(settings, { ...PLACE, aws }, images, recorded);
      process.env["AWS_CREDENTIAL_EXPIRATION"] = "no date";
      await requirePreconditions(settings, PLACE, images, recorded);
    });
  });
});
