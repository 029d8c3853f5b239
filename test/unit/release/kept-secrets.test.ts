import assert from "node:assert/strict";
import { keptSecrets } from "../../../release/kept-secrets";
import type { Revision } from "../../../release/revision";
import { revision } from "../components/samples";

const withSecret = (name: string): Revision => ({
  ...revision("a"),
  secrets: { KEY: { name, version: 1, arn: `arn:${name}`, versionId: "v" } },
});
const secrets = {
  old: { generate: { length: 32 }, version: 1 },
  new: { generate: { length: 40 }, version: 2 },
  gone: { external: true },
} as const;

describe("the secrets that are kept", () => {
  it("are those that a slot needs, as they were recorded, whichever slot it is", () => {
    const [blue, green] = [withSecret("old"), withSecret("new")];
    assert.deepEqual(keptSecrets({ secrets, services: { web: { live: "green", blue, green } } }), {
      old: secrets.old,
      new: secrets.new,
    });
    const services = { web: { live: "blue", blue, green: undefined } } as const;
    assert.deepEqual(keptSecrets({ secrets, services }), { old: secrets.old });
  });

  it("are none before the first update, and where the record knows none", () => {
    assert.deepEqual(keptSecrets(undefined), {});
    const services = { web: { live: "blue", blue: withSecret("old"), green: undefined } } as const;
    assert.deepEqual(keptSecrets({ services }), {});
  });
});
