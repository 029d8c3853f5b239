import { DIGEST, refuses, released } from "./refuses";

const RELEASE = released({ web: DIGEST, api: DIGEST });

describe("releases that do not fit", () => {
  refuses(
    "a tag instead of a digest",
    { "switchyard:release": { ...RELEASE, images: { web: "v1.2", api: DIGEST } } },
    'switchyard:release.images.web: found "v1.2"; allowed sha256: and 64 hexadecimal digits; name the image by digest, for a tag can move; write it with `npm run release -- promote`',
  );
  refuses(
    "a registry that is none of ECR's",
    { "switchyard:release": { ...RELEASE, registry: "docker.io" } },
    'switchyard:release.registry: found "docker.io"; allowed ACCOUNT.dkr.ecr.REGION.amazonaws.com; name the registry that holds the images',
  );
  refuses(
    "neither build nor release",
    { "switchyard:build": "false" },
    "switchyard:release: found no release yet, and build is false; allowed a release, or build: true in the stack that builds; run `npm run release -- promote`",
  );
  refuses(
    "a release id that is not its content's",
    { "switchyard:release": { ...RELEASE, commit: "beef" } },
    `switchyard:release.id: found "${String(RELEASE["id"])}", which is not the id of these images and this commit; allowed ${String(released({ web: DIGEST, api: DIGEST }, "beef")["id"])}; do not edit a release by hand; write it with \`npm run release -- promote\``,
  );
  refuses(
    "a release that lacks an image",
    { "switchyard:release": released({ web: DIGEST }) },
    "switchyard:release.images.api: found nothing; allowed an image for each of web, api; promote a release that has this service",
  );
  refuses(
    "a release of an unknown service",
    { "switchyard:release": released({ web: DIGEST, api: DIGEST, jobs: DIGEST }) },
    "switchyard:release.images.jobs: found an image of an unknown service; allowed web, api; declare the service or promote a release without it",
  );
});
