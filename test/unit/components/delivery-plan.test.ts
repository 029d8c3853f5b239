import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeliveryPlan, planDelivery, releaseOf } from "../../../components/delivery-plan";
import type { Recorded } from "../../../release/outputs";
import { releaseId } from "../../../release/release";
import { parseSettings } from "../../../settings";
import type { Settings } from "../../../settings/types";
import { changed, type Changes } from "../settings/sample-config";
import { PLACE, revision } from "./samples";

const OTHER = "222222222222.dkr.ecr.us-east-1.amazonaws.com";
const IMAGES = { web: `sha256:${"1".repeat(64)}`, api: `sha256:${"2".repeat(64)}` };
const PINNED = { commit: "abc", images: IMAGES };

describe("planDelivery", () => {
  const home = process.cwd();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-plan-"));
    await writeFile(join(folder, "Dockerfile"), "FROM base");
    process.chdir(folder);
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    delete process.env["SWITCHYARD_BASE_IMAGE"];
  });

  const settingsWith = (changes: Changes): Settings => {
    const image = { context: ".", dockerfile: "Dockerfile" };
    const services = {
      "switchyard:services.web.image": image,
      "switchyard:services.api.image": image,
    };
    return parseSettings(changed({ ...services, ...changes }));
  };
  const pinned = (registry?: string): Changes => ({
    "switchyard:build": "false",
    "switchyard:release": {
      id: releaseId(PINNED),
      ...PINNED,
      ...(registry !== undefined && { registry }),
    },
  });
  const plan = (changes: Changes, recorded?: Recorded): Promise<DeliveryPlan> =>
    planDelivery(settingsWith(changes), PLACE, recorded);

  it("builds every service under the tag of its content", async () => {
    const { images, ownsRepositories } = await plan({});
    assert.deepEqual(Object.keys(images).sort(), ["api", "web"]);
    for (const image of Object.values(images)) {
      assert.equal(image.kind, "build");
      assert.match(image.tag, /^c-[0-9a-f]{20}$/);
    }
    assert.ok(ownsRepositories);
  });

  it("gives the build another base image where the environment names one", async () => {
    const usual = await plan({});
    process.env["SWITCHYARD_BASE_IMAGE"] = "mirror/base@sha256:1";
    const other = await plan({});
    assert.deepEqual(usual.buildArgs, {});
    assert.deepEqual(other.buildArgs, { BASE: "mirror/base@sha256:1" });
    assert.notEqual(other.images["web"]?.tag, usual.images["web"]?.tag);
  });

  it("takes a pinned release as it is, and wins over building", async () => {
    for (const build of ["true", "false"]) {
      const { images, commit } = await plan({ ...pinned(OTHER), "switchyard:build": build });
      assert.deepEqual(images, {
        web: { kind: "pinned", digest: IMAGES.web, registry: OTHER },
        api: { kind: "pinned", digest: IMAGES.api, registry: OTHER },
      });
      assert.equal(commit, "abc");
    }
  });

  it("looks for a pinned release in the stack's own registry unless told", async () => {
    const { images } = await plan(pinned());
    assert.equal(images["web"]?.kind === "pinned" && images["web"].registry, PLACE.registry);
  });

  it("owns repositories where it builds or copies, and for ever after", async () => {
    const owns = async (changes: Changes, before?: boolean): Promise<boolean> => {
      const recorded = before === undefined ? undefined : record("abc", before);
      return (await plan(changes, recorded)).ownsRepositories;
    };
    const build = { "switchyard:build": "true" };
    assert.deepEqual(
      [await owns(pinned(OTHER)), await owns({ ...pinned(), ...build }), await owns(pinned())],
      [true, true, false],
      "without a record",
    );
    assert.ok(!(await owns(pinned(PLACE.registry))) && !(await owns(pinned(), false)));
    assert.ok(await owns(pinned(), true), "going back to a release that was copied before");
    assert.ok(await owns(pinned(PLACE.registry), true));
  });

  it("keeps the commit of the live release while its images are the same", async () => {
    const { images } = await plan({});
    const tags = { web: images["web"]?.tag ?? "", api: images["api"]?.tag ?? "" };
    assert.equal((await plan({}, record("live-commit", true, tags))).commit, "live-commit");
    const moved = record("live-commit", true, { ...tags, api: "c-other" });
    assert.notEqual((await plan({}, moved)).commit, "live-commit");
    const flipped = record("live-commit", true, tags, "green");
    assert.notEqual((await plan({}, flipped)).commit, "live-commit", "it is not live");
  });

  it("names the present commit otherwise, and says when it is not all of it", async () => {
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    assert.equal((await plan({})).commit, "unknown");
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "first");
    const head = git("rev-parse", "HEAD");
    assert.equal((await plan({})).commit, head);
    await writeFile("new", "");
    assert.equal((await plan({})).commit, `${head}+changes`);
    await rm("new");
    await rm(".git", { recursive: true });
  });
});

describe("releaseOf", () => {
  it("has the id of its content, and the registry that has the images now", () => {
    const plan = { images: {}, buildArgs: {}, commit: "abc", authors: [], ownsRepositories: true };
    assert.deepEqual(releaseOf(plan, IMAGES, PLACE.registry), {
      id: releaseId(PINNED),
      images: IMAGES,
      commit: "abc",
      registry: PLACE.registry,
    });
  });

  it("is refused where an update of chosen resources alone has never made an image", () => {
    const plan = { images: {}, buildArgs: {}, commit: "abc", authors: [], ownsRepositories: true };
    assert.throws(
      () => releaseOf(plan, { ...IMAGES, api: undefined }, PLACE.registry),
      /no image yet of api, and .*--target.*: update the whole stack first/,
    );
  });
});

/** What a stack recorded: both services with their revision in blue. */
function record(
  commit: string,
  ownsRepositories: boolean,
  tags = { web: "c-a", api: "c-a" },
  live: "blue" | "green" = "blue",
): Recorded {
  const slots = (service: string, tag: string): Recorded["services"][string] => ({
    live,
    blue: revision("a", { service, tag }),
    green: revision("b", { service, tag: "c-b" }),
  });
  return {
    release: { id: "1", images: IMAGES, commit, registry: PLACE.registry },
    services: { web: slots("web", tags.web), api: slots("api", tags.api) },
    ownsRepositories,
  };
}
