import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/parse";
import { refuses } from "./refuses";
import { changed, webOf } from "./sample-config";

const DELIVERY = "switchyard:services.web.delivery";
const OWN = "arn:aws:cloudwatch:us-east-1:111111111111:alarm:orders-too-few";
const delivery = (settings: object): Record<string, unknown> => ({
  [DELIVERY]: settings,
  "switchyard:serviceOverrides": {},
});
const deliveryOf = (settings: object) => webOf(parseSettings(changed(delivery(settings)))).delivery;

describe("the settings of a delivery", () => {
  it("are a canary of 10 percent for 5 minutes and a bake of 5 unless told", () => {
    assert.deepEqual(deliveryOf({}), {
      steps: [
        { percent: 10, pauseSeconds: 300 },
        { percent: 100, pauseSeconds: 0 },
      ],
      order: 0,
      bakeSeconds: 300,
      standby: "warm",
      alarms: {
        enabled: true,
        failedPercent: 5,
        latencySeconds: 2,
        missingData: "notBreaching",
        watch: [],
      },
    });
  });

  it("take steps of their own before those of the strategy", () => {
    const steps = [{ percent: 100, pauseSeconds: 5 }];
    assert.deepEqual(deliveryOf({ strategy: "linear", steps }).steps, steps);
  });

  it("may watch alarms of the stack's own account and region", () => {
    assert.deepEqual(deliveryOf({ alarms: { watch: [OWN] } }).alarms.watch, [OWN]);
  });

  refuses(
    "steps that do not rise",
    delivery({ steps: [{ percent: 50 }, { percent: 50 }, { percent: 100 }] }),
    `${DELIVERY}.steps[1].percent: found 50 after 50; allowed more than 50; list the steps in rising order`,
  );
  refuses(
    "steps that end before all of the traffic",
    delivery({ steps: [{ percent: 10 }, { percent: 90 }] }),
    `${DELIVERY}.steps[1].percent: found 90; allowed 100 in the last step; add a step of percent: 100, or the new version never gets all of the traffic`,
  );
  refuses(
    "a step over 100",
    delivery({ steps: [{ percent: 101 }] }),
    `${DELIVERY}.steps[0].percent: found 101; allowed a whole number from 1 to 100; choose a number in that range`,
  );
  refuses(
    "a step without a share",
    delivery({ steps: [{ pauseSeconds: 5 }] }),
    `${DELIVERY}.steps[0].percent: found nothing; allowed a whole number from 1 to 100; choose a number in that range`,
  );
  refuses(
    "no step at all",
    delivery({ steps: [] }),
    `${DELIVERY}.steps: found a list of 0; allowed one to 20 steps; list the shares in rising order, 100 at the end`,
  );
  refuses(
    "a negative pause",
    delivery({ steps: [{ percent: 100, pauseSeconds: -1 }] }),
    `${DELIVERY}.steps[0].pauseSeconds: found -1; allowed a whole number from 0 to 3600; choose a number in that range`,
  );
  refuses(
    "a bake of more than an hour",
    delivery({ bakeSeconds: 3601 }),
    `${DELIVERY}.bakeSeconds: found 3601; allowed a whole number from 0 to 3600; choose a number in that range`,
  );
  refuses(
    "a strategy that there is not",
    delivery({ strategy: "blueGreen" }),
    `${DELIVERY}.strategy: found "blueGreen"; allowed allAtOnce, canary, linear; choose one of these`,
  );
  refuses(
    "missing data that is neither here nor there",
    delivery({ alarms: { missingData: "ok" } }),
    `${DELIVERY}.alarms.missingData: found "ok"; allowed notBreaching, breaching, ignore, missing; choose one of these`,
  );
  refuses(
    "an alarm without its ARN",
    delivery({ alarms: { watch: ["orders-too-few"] } }),
    `${DELIVERY}.alarms.watch[0]: found "orders-too-few"; allowed the ARN of a CloudWatch alarm; copy it from \`aws cloudwatch describe-alarms\``,
  );
  refuses(
    "an alarm of another region",
    delivery({ alarms: { watch: [OWN.replace("us-east-1", "eu-west-1")] } }),
    `${DELIVERY}.alarms.watch[0]: found an alarm of 111111111111 in eu-west-1; allowed alarms of 111111111111 in us-east-1, where this stack is; name an alarm of this stack's account and region`,
  );
  refuses(
    "an alarm that is named twice",
    delivery({ alarms: { watch: [OWN, OWN] } }),
    `${DELIVERY}.alarms.watch: found a list of 2; allowed a list of up to 90 different ARNs; list each alarm once`,
  );
});
