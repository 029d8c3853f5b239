import assert from "node:assert/strict";
import { CommandFailure } from "../../../../release/command/failure";
import { FakePlace } from "./fake-place";
import { stateOf } from "./samples";

const VERBS = ["status", "promote", "rollback", "plan", "apply"];

describe("the release command", () => {
  let fake = new FakePlace();
  beforeEach(() => {
    fake = new FakePlace();
  });

  it("shows its verbs and exit codes when it is called without any", async () => {
    for (const words of [[], ["--help"], ["help"]]) {
      const { code, out } = await fake.call(...words);
      assert.equal(code, 0);
      for (const verb of VERBS) assert.match(out, new RegExp(`^ {2}${verb} `, "m"));
      assert.match(out, /3 {2}refused/);
    }
  });

  for (const verb of VERBS) {
    it(`shows an example and the exit codes of ${verb}`, async () => {
      const { code, out, err } = await fake.call(verb, "--help");
      if (["promote", "rollback", "apply"].includes(verb)) assert.match(out, /\nRefused where /);
      assert.deepEqual([code, err], [0, ""]);
      assert.match(out, new RegExp(`Example:\n {2}\\$ npm run release -- ${verb} `));
      assert.match(out, /--json/);
      assert.match(out, /Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 /);
    });
  }

  it("ends with 2 after a mistake in the call, and says it in JSON too if asked", async () => {
    for (const words of [["bogus"], ["status", "--bogus"], ["promote", "--to", "../x"]]) {
      const { code, out, err } = await fake.call(...words);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, /^error: .*\n\(add --help/);
    }
    const { out } = await fake.call("status", "--bogus", "--json");
    const { error } = JSON.parse(out) as { error: { kind: string; exitCode: number } };
    assert.deepEqual([error.kind, error.exitCode], ["mistake", 2]);
  });

  it("takes names of stacks with their organization and project, and no paths", async () => {
    const { err } = await fake.call("status", "--stack", "org/switchyard/dev,a/../b/../c");
    assert.match(err, /'org\/switchyard\/dev,a\/\.\.\/b\/\.\.\/c' is invalid/);
    const name = "org/switchyard/dev";
    fake.stacks.set(name, stateOf({ stack: name }));
    assert.equal((await fake.call("status", "--stack", name)).code, 0);
  });

  it("ends a failure with its message, what to do and its exit code", async () => {
    const failing = (kind: "failed" | "mistake" | "refused"): FakePlace => {
      const place = new FakePlace();
      place.stacks.get = () => {
        throw new CommandFailure(kind, "it said password=hunter22", "do this");
      };
      return place;
    };
    for (const [kind, code] of [
      ["failed", 1],
      ["mistake", 2],
      ["refused", 3],
    ] as const) {
      const ending = await failing(kind).call("status");
      const err = `${kind}: it said password=[hidden]\nto do: do this\n`;
      assert.deepEqual(ending, { code, out: "", err });
      const json = await failing(kind).call("status", "--json");
      assert.deepEqual(JSON.parse(json.out), {
        error: { kind, exitCode: code, message: "it said password=[hidden]", action: "do this" },
      });
    }
  });

  it("takes the name of a stack that is nowhere for a mistake", async () => {
    const { code, err } = await fake.call("status", "--stack", "prodction");
    assert.equal(code, 2);
    assert.match(err, /there is no stack prodction in the backend/);
  });

  it("lets a bug be seen", async () => {
    fake.stacks.get = () => {
      throw new TypeError("bug");
    };
    await assert.rejects(fake.call("status"), TypeError);
  });

  it("shows stage and production unless told otherwise, each once", async () => {
    const { out } = await fake.call("status");
    assert.match(out, /^stage\n[^]*\n\nproduction\n {2}stack +does not exist yet/);
    const stacksOf = async (names: string): Promise<string[]> => {
      const json = await fake.call("status", "--json", "--stack", names);
      const { stacks } = JSON.parse(json.out) as { stacks: { stack: string }[] };
      return stacks.map(({ stack }) => stack);
    };
    fake.stacks.set("dev", stateOf({ stack: "dev" }));
    assert.deepEqual(await stacksOf("dev,stage,dev"), ["dev", "stage"]);
  });
});
