import assert from "node:assert/strict";
import { SettingsError } from "../../../release/errors";
import { parseSettings } from "../../../settings/parse";
import { refuses } from "./refuses";
import { changed, webOf } from "./sample-config";

const WEB = "switchyard:services.web";
const SCALING = `${WEB}.scaling`;
const web = (scaling: unknown) => webOf(parseSettings(changed({ [SCALING]: scaling })));

describe("the settings of scaling", () => {
  it("are absent unless told, and the standby is warm", () => {
    const service = web(undefined);
    assert.ok(!("scaling" in service));
    assert.equal(service.delivery.standby, "warm");
  });

  it("are taken as they are, one target or both", () => {
    for (const targets of [
      { cpuPercent: 1 },
      { cpuPercent: 100 },
      { requestsPerTarget: 1 },
      { requestsPerTarget: 1_000_000 },
      { cpuPercent: 60, requestsPerTarget: 900 },
    ])
      assert.deepEqual(web({ maxTasks: 2, ...targets }).scaling, { maxTasks: 2, ...targets });
    assert.equal(web({ maxTasks: 1000, cpuPercent: 50 }).scaling?.maxTasks, 1000);
  });

  it("may have a cold standby", () => {
    const settings = parseSettings(changed({ [`${WEB}.delivery.standby`]: "cold" }));
    assert.equal(webOf(settings).delivery.standby, "cold");
  });

  refuses(
    "a most that is below the least",
    { [SCALING]: { maxTasks: 2, cpuPercent: 50 }, [`${WEB}.tasks`]: 3 },
    `${SCALING}.maxTasks: found 2 with tasks 3; allowed 3 or more; raise it or lower tasks, which is the least that a slot has`,
  );
  refuses(
    "more tasks than a target group takes",
    { [SCALING]: { maxTasks: 1001, cpuPercent: 50 } },
    `${SCALING}.maxTasks: found 1001; allowed a whole number from 1 to 1000; say how many tasks the service may have at most`,
  );
  refuses(
    "no most",
    { [SCALING]: { cpuPercent: 50 } },
    `${SCALING}.maxTasks: found nothing; allowed a whole number from 1 to 1000; say how many tasks the service may have at most`,
  );
  refuses(
    "nothing to scale by",
    { [SCALING]: { maxTasks: 4 } },
    `${SCALING}: found neither cpuPercent nor requestsPerTarget; allowed one of the two, or both; say what the service is scaled by`,
  );
  for (const cpuPercent of [0, 101, 50.5])
    refuses(
      `a CPU of ${cpuPercent} percent`,
      { [SCALING]: { maxTasks: 4, cpuPercent } },
      `${SCALING}.cpuPercent: found ${cpuPercent}; allowed a whole number from 1 to 100; choose a number in that range`,
    );
  refuses(
    "no requests",
    { [SCALING]: { maxTasks: 4, requestsPerTarget: 0 } },
    `${SCALING}.requestsPerTarget: found 0; allowed a whole number from 1 to 1000000; choose a number in that range`,
  );
  refuses(
    "another standby",
    { [`${WEB}.delivery.standby`]: "lukewarm" },
    `${WEB}.delivery.standby: found "lukewarm"; allowed warm, cold; choose one of these`,
  );

  it("tell of a target that was refused once, and not that it is missing", () => {
    assert.throws(
      () => web({ maxTasks: 4, cpuPercent: 0 }),
      (error) => error instanceof SettingsError && error.problems.length === 1,
    );
  });

  it("name the override where it is what does not fit", () => {
    const at = "switchyard:serviceOverrides.web.scaling";
    assert.throws(
      () => parseSettings(changed({ [at]: { maxTasks: 1, cpuPercent: 50 } })),
      (error) => error instanceof SettingsError && error.problems[0]?.path === `${at}.maxTasks`,
    );
  });
});
