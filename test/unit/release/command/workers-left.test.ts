import assert from "node:assert/strict";
import { CommandFailure } from "../../../../release/command/failure";
import type { LiveRelease } from "../../../../release/outputs";
import { releaseId } from "../../../../release/release";
import { FakePlace } from "./fake-place";
import { A, B } from "./samples";
import { JOBS, JOBS_SLOTS, projectWithJobs, read, revision, stageWith } from "./warm-stage";

const WORKER = "it is a worker, whose tasks only an update starts and stops";

function withJobs({ commit, images, registry }: LiveRelease): LiveRelease {
  const content = { commit, images: { ...images, [JOBS]: images["web"] ?? "" } };
  return { id: releaseId(content), registry, ...content };
}

const RELEASES = { release: withJobs(B), previousRelease: withJobs(A) };
/** Where both releases have the same version of the HTTP services. */
const SAME = Object.fromEntries(
  ["api", "web"].map((each) => [each, { live: "blue", blue: revision(each, "a") }]),
);

describe("rollback --up of a stack with a worker", () => {
  let fake: FakePlace;
  let moved: string[] | undefined;

  beforeEach(() => {
    moved = undefined;
    fake = new FakePlace();
    fake.project = projectWithJobs();
    fake.files.set("stage", read("Pulumi.stage.yaml"));
    fake.stacks.set("stage", stageWith(JOBS_SLOTS, RELEASES));
    fake.mover = (moves) => {
      const written = moves.map(({ service }) => service);
      moved = written;
      return Promise.resolve({ moved: true, written, writeMs: 52, unrecorded: [] });
    };
  });

  const call = async (...more: string[]): Promise<string> => {
    const { code, out, err } = await fake.call(
      ...["rollback", "--stack", "stage", "--up", "--yes"],
      ...more,
    );
    assert.equal(code, 0, err);
    return out;
  };
  const traffic = async (): Promise<unknown> =>
    (JSON.parse(await call("--json")) as { traffic: unknown }).traffic;

  it("moves the others at once, and names the worker that is left to the update", async () => {
    const move = { from: "green", to: "blue" };
    assert.deepEqual(await traffic(), {
      moved: true,
      services: { api: move, web: move },
      seconds: { write: 0.05, sinceStart: 0.75 },
      notes: [],
      workers: { [JOBS]: WORKER },
    });
    assert.deepEqual(moved, ["api", "web"]);
    fake.stacks.set("stage", stageWith(JOBS_SLOTS, RELEASES));
    assert.match(
      await call(),
      new RegExp(
        `^traffic moved: api from .*\\nnote: ${JOBS} is left to the update: ${WORKER}$`,
        "m",
      ),
    );
  });

  it("says nothing of a worker that is the same in both releases", async () => {
    const same = { live: "blue", blue: revision(JOBS, "a") };
    fake.stacks.set("stage", stageWith({ [JOBS]: same }, RELEASES));
    const { workers } = (await traffic()) as { workers: object };
    assert.deepEqual([workers, moved], [{}, ["api", "web"]]);
  });

  it("has nothing to move at once where only workers change, and says so", async () => {
    fake.stacks.set("stage", stageWith({ ...SAME, ...JOBS_SLOTS }, RELEASES));
    assert.deepEqual(await traffic(), {
      moved: false,
      due: false,
      reasons: ["only workers change, and no traffic goes to them"],
      workers: { [JOBS]: WORKER },
    });
    fake.stacks.set("stage", stageWith({ ...SAME, ...JOBS_SLOTS }, RELEASES));
    assert.match(
      await call(),
      new RegExp(
        "^note: nothing moves at once: only workers change, and no traffic goes to them\\n" +
          `note: ${JOBS} is left to the update: ${WORKER}$`,
        "m",
      ),
    );
    assert.equal(moved, undefined, "nothing was asked to move");
  });

  it("has nothing to move at once where no service differs", async () => {
    const same = { live: "blue", blue: revision(JOBS, "a") };
    fake.stacks.set("stage", stageWith({ ...SAME, [JOBS]: same }, RELEASES));
    const reasons = ["no weight differs between the two releases"];
    assert.deepEqual(await traffic(), { moved: false, due: false, reasons, workers: {} });
    assert.equal(moved, undefined);
  });

  it("leaves all to the update where an HTTP service can't move, and names the worker where AWS said no", async () => {
    fake.mover = () => Promise.resolve({ moved: false, reasons: ["web: no"], strayed: [] });
    const no = { moved: false, due: true, reasons: ["web: no"], workers: { [JOBS]: WORKER } };
    assert.deepEqual(await traffic(), no);
    const api = { live: "green", green: revision("api", "b") };
    fake.stacks.set("stage", stageWith({ ...JOBS_SLOTS, api }, RELEASES));
    assert.deepEqual(await traffic(), { moved: false, due: true, reasons: ["api: blue is empty"] });
  });

  it("does not say that a worker is back when the update fails after the move", async () => {
    fake.update = () => Promise.reject(new CommandFailure("refused", "locked"));
    const { err } = await fake.call("rollback", "--stack", "stage", "--up", "--yes");
    assert.match(err, /moved before the update \(api to blue, web to blue\): locked/);
  });
});
