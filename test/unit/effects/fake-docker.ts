import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** One call of the `docker` command. */
export interface DockerCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of a push: who it signs in as, the mode of the file that says so, and where it is. */
  readonly auths?: Readonly<Record<string, { auth: string }>>;
  readonly mode?: string;
}

/** What the command does: `works`, `no-engine`, `denied` (the push) or `race` (another pushed first). */
export type Behaviour = "works" | "no-engine" | "denied" | "race";

/** A `docker` command, first in the PATH, that writes down its calls and pushes to a fake registry. */
export class FakeDocker {
  private readonly folder = mkdtempSync(join(tmpdir(), "switchyard-docker-"));
  private readonly path = process.env["PATH"] ?? "";

  constructor(behaviour: Behaviour | "not-there") {
    process.env["PATH"] =
      behaviour === "not-there" ? this.folder : this.folder + delimiter + this.path;
    if (behaviour !== "not-there")
      writeFileSync(join(this.folder, "docker"), script(this.log, behaviour), { mode: 0o755 });
  }

  get calls(): DockerCall[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as DockerCall);
  }

  remove(): void {
    process.env["PATH"] = this.path;
    rmSync(this.folder, { recursive: true });
  }

  private get log(): string {
    return join(this.folder, "calls");
  }
}

const script = (log: string, behaviour: Behaviour): string => `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const call = { args, env: Object.fromEntries(
  ["DOCKER_CONFIG", "DOCKER_HOST", "DOCKER_DEFAULT_PLATFORM", "BUILDX_NO_DEFAULT_ATTESTATIONS"]
    .map((name) => [name, process.env[name]])) };
if (args[0] === "push") {
  const config = process.env.DOCKER_CONFIG + "/config.json";
  call.auths = JSON.parse(fs.readFileSync(config, "utf8")).auths;
  call.mode = (fs.statSync(config).mode & 0o777).toString(8);
}
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify(call) + "\\n");
const behaviour = ${JSON.stringify(behaviour)};
const fail = (text) => { console.error(text); process.exitCode = 1; };
if (behaviour === "no-engine") fail("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.");
else if (args[0] === "context") console.log("unix:///run/engine.sock");
else if (args[0] === "build") console.log("built");
else if (behaviour === "denied") fail("denied: not authorized");
else {
  const [, address, repository, tag] = /^([^/]+)\\/(.+):([^:]+)$/.exec(args[1]);
  fetch("http://" + address + "/v2/" + repository + "/manifests/" + tag, {
    method: "PUT",
    headers: {
      authorization: "Basic " + call.auths[address].auth,
      "content-type": "application/vnd.oci.image.manifest.v1+json",
    },
    body: JSON.stringify({ layers: [], pushed: args[1].split(":").at(-1) }),
  }).then(({ ok }) => {
    if (!ok || behaviour === "race") fail("tag invalid: the tag already exists and is immutable");
  });
}
`;
