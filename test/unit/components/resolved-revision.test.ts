import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ImmutableImage } from "../../../components/immutable-image";
import { ManagedSecret } from "../../../components/managed-secret";
import { resolvedRevision } from "../../../components/resolved-revision";
import { releaseOf } from "../../../components/delivery-plan";
import { digestOf } from "../mock-outputs";
import { declare, valueOf } from "../mocks";
import { desiredOf, PLACE, revision } from "./samples";

describe("resolvedRevision", () => {
  it("adds the release, the image by digest and the versions of the secrets, once they are there", async () => {
    const desired = desiredOf(revision("a"));
    const { made } = await declare(() => {
      const image = new ImmutableImage("web", {
        place: PLACE,
        plan: { kind: "build", tag: "c-a" },
        source: { context: "app", dockerfile: "Dockerfile" },
        buildArgs: {},
        ownsRepository: true,
      });
      const settings = { generate: { length: 32 }, version: 1 };
      const secrets = { key: new ManagedSecret("key", { place: PLACE, settings }) };
      const plan = {
        images: {},
        buildArgs: {},
        commit: "abc",
        authors: [],
        ownsRepositories: true,
      };
      const release = image.digest.apply((web) => releaseOf(plan, { web }, PLACE.registry));
      const images = { web: image };
      return { release, ...resolvedRevision({ place: PLACE, desired, release, images, secrets }) };
    });
    const digest = digestOf("switchyard/web", "c-a");
    const { id } = await valueOf(made.release);
    assert.deepEqual(await valueOf(made.resolved), {
      ...desired,
      release: id,
      digest,
      image: `${PLACE.registry}/switchyard/web@${digest}`,
      secrets: {
        KEY: { name: "key", version: 1, arn: "arn:Secret:key", versionId: "key-version" },
      },
    });
    const [arn = assert.fail(), ...others] = made.secretArns;
    assert.deepEqual([await valueOf(pulumi.output(arn)), others], ["arn:Secret:key", []]);
    assert.equal(await pulumi.isSecret(made.resolved), false, "a secret one could not be recorded");
  });
});
