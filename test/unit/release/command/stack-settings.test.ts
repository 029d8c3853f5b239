import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pinRelease } from "../../../../release/command/pin-release";
import { readProjectFile } from "../../../../release/command/stack-file";
import { stackSettings } from "../../../../release/command/stack-settings";
import { SettingsError } from "../../../../release/errors";
import { parseSettings } from "../../../../settings/parse";
import { changed } from "../../settings/sample-config";
import { A } from "./samples";

const ROOT = join(__dirname, "..", "..", "..", "..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const project = readProjectFile(read("Pulumi.yaml"));

describe("stackSettings", () => {
  it("are what the program gets from the same files", () => {
    for (const stack of ["stage", "production"] as const) {
      const text = pinRelease(read(`Pulumi.${stack}.yaml`), project.name, A);
      const pinned = { "switchyard:release": A };
      assert.deepEqual(stackSettings(text, project), parseSettings(changed(pinned, stack)));
    }
  });

  it("take a stack's own value before the project's, in each form of its key", () => {
    const text = read("Pulumi.stage.yaml");
    for (const line of ["  logRetentionDays: 7", "  switchyard:config:logRetentionDays: 7"])
      assert.equal(stackSettings(`${text}${line}\n`, project)?.logRetentionDays, 7);
    assert.equal(stackSettings(text, project)?.logRetentionDays, 30);
  });

  it("are not known where an environment of Pulumi's has a part of them", () => {
    assert.equal(
      stackSettings(`environment: [x]\n${read("Pulumi.stage.yaml")}`, project),
      undefined,
    );
  });

  it("are refused as the program refuses them", () => {
    assert.throws(() => stackSettings("config: {}\n", project), SettingsError);
    const secret = `${read("Pulumi.stage.yaml")}  switchyard:tags: { secure: abc }\n`;
    assert.throws(() => stackSettings(secret, project), /found an encrypted value/);
  });
});
