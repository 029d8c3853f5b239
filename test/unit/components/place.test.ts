import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { stackPlace } from "../../../components/place";
import { parseSettings } from "../../../settings";
import { changed } from "../settings/sample-config";
import { declare } from "../mocks";

const resolved = <T>(value: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> =>
  new Promise((resolve) => pulumi.output(value).apply(resolve));

describe("stackPlace", () => {
  const settings = parseSettings(changed({}));

  it("names the account's own registry and begins names with project and stack", async () => {
    const { made } = await declare(() => stackPlace(settings), { project: "app", stack: "blue-1" });
    const { partition, ...place } = made;
    assert.equal(await resolved(partition), "aws");
    assert.deepEqual(place, {
      project: "app",
      stack: "blue-1",
      aws: { region: "us-east-1" },
      accountId: "111111111111",
      registry: "111111111111.dkr.ecr.us-east-1.amazonaws.com",
      prefix: "app-blue-1",
    });
  });

  it("calls AWS with the profile that the provider is given", async () => {
    const config = { "aws:profile": "team" };
    const { made } = await declare(() => stackPlace(settings), { config });
    assert.deepEqual(made.aws, { region: "us-east-1", profile: "team" });
  });
});
