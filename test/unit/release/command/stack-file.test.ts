import assert from "node:assert/strict";
import { CommandFailure } from "../../../../release/command/failure";
import { pinRelease } from "../../../../release/command/pin-release";
import { readProjectFile, readStackFile } from "../../../../release/command/stack-file";
import { A, fileOf, PROJECT } from "./samples";

describe("readProjectFile", () => {
  it("reads the name, and whether stacks build unless they say otherwise", () => {
    const defaults = { "switchyard:build": false };
    assert.deepEqual(PROJECT, { name: "switchyard", build: false, defaults });
    const text = "name: x\nconfig: {build: {type: boolean, default: true}}\n";
    assert.deepEqual(readProjectFile(text), {
      name: "x",
      build: true,
      defaults: { "x:build": true },
    });
    assert.deepEqual(readProjectFile("name: x\n"), { name: "x", build: false, defaults: {} });
  });

  it("refuses a file without a name, and one that is no YAML", () => {
    assert.throws(() => readProjectFile("a: 1"), /Pulumi\.yaml can't be read: it gives no name/);
    assert.throws(() => readProjectFile(""), CommandFailure);
    assert.throws(() => readProjectFile("a: ["), /Pulumi\.yaml can't be read: .* at line 1/);
  });
});

describe("readStackFile", () => {
  it("reads the pinned release that was written", () => {
    const file = fileOf(pinRelease("", "switchyard", A));
    assert.deepEqual(file.pinned, A);
    assert.equal(file.pinProblem, undefined);
  });

  it("takes an empty release, and none, as not pinned", () => {
    for (const text of ["", "config:\n", "config:\n  switchyard:release: {}\n", "other: 1\n"]) {
      const file = fileOf(text);
      assert.deepEqual([file.pinned, file.pinProblem], [undefined, undefined]);
    }
  });

  it("says what is wrong with a pinned release, and reads the rest", () => {
    const file = fileOf("config:\n  switchyard:release: {id: x}\n  switchyard:build: true\n");
    assert.match(file.pinProblem ?? "", /^switchyard:release\.id: found "x"/);
    assert.equal(file.build, true);
  });

  it("reads whether the stack builds, in each form that Pulumi knows", () => {
    for (const line of [
      "switchyard:build: true",
      'build: "true"',
      "switchyard:config:build: true",
    ]) {
      assert.equal(fileOf(`config:\n  ${line}\n`).build, true, line);
    }
    assert.equal(fileOf('config:\n  switchyard:build: "false"\n').build, false);
    assert.equal(readStackFile("", "P.yaml", { ...PROJECT, build: true }).build, true);
  });

  it("refuses what is no YAML, by the file's name", () => {
    assert.throws(
      () => fileOf("config: ["),
      /^CommandFailure: Pulumi\.production\.yaml can't be read/,
    );
  });
});
