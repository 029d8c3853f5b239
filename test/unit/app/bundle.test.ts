import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = path.resolve(__dirname, "../../..");

describe("the bundle of a service", () => {
  let copy: string;
  before(async () => {
    copy = await mkdtemp(path.join(tmpdir(), "switchyard-bundle-"));
    const filter = (source: string): boolean => path.basename(source) !== "dist";
    await cp(path.join(root, "app"), path.join(copy, "app"), { recursive: true, filter });
    await symlink(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  });
  after(() => rm(copy, { recursive: true }));

  const make = (service: string): Promise<{ stdout: string }> =>
    execute(process.execPath, ["app/bundle.mjs", service], { cwd: copy });
  const server = (service: string): string => path.join(copy, "app/dist", service, "server.js");

  it("is one readable file, in the context of its image with the list of what it holds", async () => {
    const { stdout } = await make("web");
    assert.equal(stdout, "app/dist/web/server.js written\n");
    assert.deepEqual(await readdir(path.join(copy, "app/dist")), ["web"]);
    const context = path.dirname(server("web"));
    assert.deepEqual((await readdir(context)).sort(), ["server.cdx.json", "server.js"]);
    assert.equal((await stat(server("web"))).mode & 0o777, 0o644);
    const text = await readFile(server("web"), "utf8");
    const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
    assert.ok(required.length > 0 && required.every((name) => name.startsWith("node:")));
    assert.doesNotMatch(text, /sourceMappingURL/);
    assert.ok(!text.includes(copy));
  });

  it("comes with a list of the npm packages that it holds, and of those that it does not hold none", async () => {
    const list = async (): Promise<unknown> =>
      JSON.parse(await readFile(path.join(copy, "app/dist/reporter/server.cdx.json"), "utf8"));
    const document = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1 };
    await make("reporter");
    assert.deepEqual(await list(), { ...document, components: [] });
    const program = path.join(copy, "app/reporter/main.ts");
    const source = await readFile(program, "utf8");
    for (const [name, version] of [
      ["@a/b", "1.0.0+c"],
      ["one", "2.0.0"],
      ["two", "3.0.0"],
    ] as const) {
      const folder = path.join(copy, "app/node_modules", name);
      await mkdir(path.join(folder, "lib"), { recursive: true });
      const manifest = { name, version, main: "lib/index.js" };
      await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest));
      await writeFile(path.join(folder, "lib/index.js"), `console.log("${name}")`);
    }
    await writeFile(program, `import "one";\nimport "@a/b";\n${source}`);
    assert.equal((await make("reporter")).stdout, "app/dist/reporter/server.js written\n");
    const component = (name: string, version: string, purl: string): object => ({
      ...{ type: "library", "bom-ref": purl, name, version, purl },
    });
    assert.deepEqual(await list(), {
      ...document,
      components: [
        component("@a/b", "1.0.0+c", "pkg:npm/%40a/b@1.0.0%2Bc"),
        component("one", "2.0.0", "pkg:npm/one@2.0.0"),
      ],
    });
    await writeFile(program, source);
    await rm(path.join(copy, "app/node_modules"), { recursive: true });
    await rm(path.join(copy, "app/dist/reporter"), { recursive: true });
  });

  it("has the same bytes wherever the sources are", async () => {
    const { bundle } = await import("../../../app/bundle.mjs");
    const directory = path.join(copy, "elsewhere");
    await writeFile(path.join(copy, "tsconfig.json"), '{"compilerOptions":{"target":"es5"}}');
    await make("api");
    const { file } = await bundle("api", directory);
    assert.ok((await readFile(file)).equals(await readFile(server("api"))));
  });

  it("is left alone while its sources stay the same", async () => {
    await make("web");
    const before = await stat(server("web"));
    assert.equal((await make("web")).stdout, "app/dist/web/server.js unchanged\n");
    const after = await stat(server("web"));
    assert.deepEqual([after.mtimeMs, after.ino], [before.mtimeMs, before.ino]);
  });

  it("changes with the heading of the page, and only for the service that has it", async () => {
    await Promise.all([make("web"), make("api")]);
    const page = path.join(copy, "app/web/page.ts");
    const source = await readFile(page, "utf8");
    const second = source.replace(
      /^export const HEADING = ".*";$/m,
      'export const HEADING = "Two";',
    );
    assert.notEqual(second, source);
    await writeFile(page, second);
    assert.match((await make("web")).stdout, /written/);
    assert.match((await make("api")).stdout, /unchanged/);
  });

  it("keeps the last good file when a source is broken", async () => {
    await make("api");
    const before = await readFile(server("api"));
    await writeFile(path.join(copy, "app/api/routes.ts"), "export const = ;");
    await assert.rejects(make("api"), /api\/routes\.ts:1/);
    assert.ok((await readFile(server("api"))).equals(before));
    assert.deepEqual((await readdir(path.join(copy, "app/dist"))).sort(), ["api", "web"]);
  });

  it("is refused for what is no service", async () => {
    const { bundle } = await import("../../../app/bundle.mjs");
    for (const service of ["", "nothing", "../app/web", "shared"]) {
      await assert.rejects(bundle(service), {
        message: `no service "${service}": give a directory of app/ with a main.ts`,
      });
    }
    await assert.rejects(make("nothing"), {
      code: 1,
      stderr: 'bundle: no service "nothing": give a directory of app/ with a main.ts\n',
    });
  });
});
