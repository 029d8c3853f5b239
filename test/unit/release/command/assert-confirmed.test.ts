import assert from "node:assert/strict";
import { assertConfirmed } from "../../../../release/command/assert-confirmed";

const QUESTION = {
  asks: "--up",
  question: "deliver it now?",
  unasked: "add --yes",
  declined: { message: "nothing was updated", action: "look again" },
};

describe("assertConfirmed", () => {
  const asked: string[] = [];
  const io = (interactive: boolean, answer = false) => ({
    interactive,
    confirm: (question: string): Promise<boolean> => {
      asked.push(question);
      return Promise.resolve(answer);
    },
  });
  beforeEach(() => {
    asked.length = 0;
  });

  it("asks nothing where the call has said yes", async () => {
    await assertConfirmed(io(true), true, QUESTION);
    await assertConfirmed(io(false), true, QUESTION);
    assert.deepEqual(asked, []);
  });

  it("goes on after a yes, and refuses after a no", async () => {
    await assertConfirmed(io(true, true), false, QUESTION);
    await assert.rejects(assertConfirmed(io(true, false), false, QUESTION), {
      kind: "refused",
      message: "nothing was updated",
      action: "look again",
    });
    assert.deepEqual(asked, ["deliver it now?", "deliver it now?"]);
  });

  it("takes it for a mistake where there is nobody to ask", async () => {
    await assert.rejects(assertConfirmed(io(false, true), false, QUESTION), {
      kind: "mistake",
      message: "--up asks first, and there is no terminal to ask",
      action: "add --yes",
    });
    assert.deepEqual(asked, []);
  });
});
