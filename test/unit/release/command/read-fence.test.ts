import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fence, readFence } from "../../../../release/command/read-stack";

describe("readFence", () => {
  const before = process.env["PULUMI_BACKEND_URL"];
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-fence-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    if (before === undefined) delete process.env["PULUMI_BACKEND_URL"];
    else process.env["PULUMI_BACKEND_URL"] = before;
  });

  const fenceAt = (url: string | undefined, history: unknown = []): Promise<Fence> => {
    if (url === undefined) delete process.env["PULUMI_BACKEND_URL"];
    else process.env["PULUMI_BACKEND_URL"] = url;
    const pulumi = (_stack: string, [first]: readonly string[]): Promise<string> =>
      Promise.resolve(
        JSON.stringify(first === "whoami" ? { url: "https://api.pulumi.com" } : history),
      );
    return readFence({ dir: folder, project: "switchyard", pulumi }, "acme/switchyard/stage");
  };

  it("is the lock of a backend in files", async () => {
    assert.deepEqual(await fenceAt(`file://${folder}`), { known: true });
    const place = join(folder, ".pulumi", "locks", "organization", "switchyard", "stage");
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "1.json"), "{");
    assert.deepEqual(await fenceAt(`file://${folder}`), { known: true, running: {} });
  });

  it("is the newest entry of the history that Pulumi Cloud keeps", async () => {
    for (const url of ["https://api.pulumi.com", undefined]) {
      assert.deepEqual(await fenceAt(url, null), { known: true });
      assert.deepEqual(await fenceAt(url, [{ result: "succeeded" }]), { known: true });
      const running = [{ result: "in-progress" }, { result: "succeeded" }];
      assert.deepEqual(await fenceAt(url, running), { known: true, running: {} });
    }
  });

  it("is not known where a bucket has the locks", async () => {
    for (const url of ["s3://bucket", "gs://bucket", "azblob://container", "postgres://x"])
      assert.deepEqual(await fenceAt(url), { known: false });
  });
});
