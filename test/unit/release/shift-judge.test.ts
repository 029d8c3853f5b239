import assert from "node:assert/strict";
import {
  type AlarmObservation,
  type ShiftObservation,
  troubleIn,
} from "../../../release/shift-judge";

const alarm = (name: string, state: AlarmObservation["state"], reason = ""): AlarmObservation => ({
  name,
  state,
  reason,
});
const well: ShiftObservation = {
  healthy: 3,
  ailing: [],
  alarms: [alarm("a", "OK"), alarm("b", "INSUFFICIENT_DATA")],
};

describe("the judge of a shift", () => {
  it("sees no trouble while targets are healthy and no alarm fires", () => {
    assert.equal(troubleIn(well, 3), undefined);
    assert.equal(troubleIn({ ...well, healthy: 4, alarms: [] }, 3), undefined);
  });

  it("names every alarm that fires, with its figures", () => {
    const alarms = [alarm("a", "ALARM", "9 > 5"), alarm("b", "OK"), alarm("c", "ALARM", "2 > 1")];
    assert.equal(
      troubleIn({ ...well, alarms }, 3),
      "the alarm a fires: 9 > 5; the alarm c fires: 2 > 1",
    );
  });

  it("does not take an alarm that is not there for one that is quiet", () => {
    const alarms = [alarm("a", "absent"), alarm("b", "OK"), alarm("c", "absent")];
    assert.equal(troubleIn({ ...well, alarms }, 3), "there is no alarm a, c to watch");
  });

  it("counts healthy targets, and says what the others have", () => {
    assert.equal(
      troubleIn({ ...well, healthy: 2, ailing: ["t: 500"] }, 3),
      "it has 2 healthy targets, it needs 3 (t: 500)",
    );
    assert.equal(troubleIn({ ...well, healthy: 2 }, 3), "it has 2 healthy targets, it needs 3");
  });
});
