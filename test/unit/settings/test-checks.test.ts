import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/parse";
import { refuses } from "./refuses";
import { changed } from "./sample-config";

const DELIVERY = "switchyard:services.web.delivery";
const delivery = (settings: object): Record<string, unknown> => ({
  [DELIVERY]: settings,
  "switchyard:serviceOverrides": {},
});
const EXPECT = { expect: [{ path: "/version", release: true }] };

describe("the settings of smoke and acceptance tests", () => {
  it("are none unless told", () => {
    const { smoke, acceptance } =
      parseSettings(changed(delivery({}))).services["web"]?.delivery ?? {};
    assert.deepEqual([smoke, acceptance], [undefined, undefined]);
  });

  it("run the sample's --expect for two minutes at most unless told", () => {
    const { smoke } =
      parseSettings(changed(delivery({ smoke: EXPECT }))).services["web"]?.delivery ?? {};
    assert.deepEqual(smoke, {
      command: ["--expect"],
      expect: [{ path: "/version", status: 200, release: true, everyTask: false }],
      timeoutSeconds: 120,
    });
  });

  it("may be a command alone", () => {
    const smoke = { command: ["/app/smoke"] };
    assert.deepEqual(
      parseSettings(changed(delivery({ smoke }))).services["web"]?.delivery.smoke?.expect,
      [],
    );
  });

  refuses(
    "a test that expects nothing",
    delivery({ smoke: {} }),
    `${DELIVERY}.smoke.expect: found nothing; allowed one expectation or more, or a command of your own; list what the version is expected to answer`,
  );
  refuses(
    "a smoke test of every task",
    delivery({ smoke: { expect: [{ path: "/version", everyTask: true }] } }),
    `${DELIVERY}.smoke.expect[0].everyTask: found true; allowed false in a smoke test, which asks through the test listener; move the expectation to acceptance`,
  );
  refuses(
    "a test in a network without NAT",
    {
      ...delivery({ acceptance: EXPECT }),
      "switchyard:network.nat": "none",
      "switchyard:network.endpoints": ["ecr", "s3", "logs", "secretsmanager"],
    },
    `${DELIVERY}.acceptance: found a test in a network without NAT; allowed nat: single or perZone in the network; set it: a test calls the load balancer by its public name`,
  );
  refuses(
    "a path that is none",
    delivery({ acceptance: { expect: [{ path: "version" }] } }),
    `${DELIVERY}.acceptance.expect[0].path: found "version"; allowed a path that starts with /; correct it`,
  );
});
