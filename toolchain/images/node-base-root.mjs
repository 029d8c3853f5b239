// @ts-check
/** The base image's files: libraries, certificates, time zones, users, Node. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const FILES = {
  "etc/passwd": [
    "root:x:0:0:root:/root:/sbin/nologin",
    "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
    "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin",
  ],
  "etc/group": ["root:x:0:", "nobody:x:65534:", "nonroot:x:65532:"],
  "etc/nsswitch.conf": ["passwd: files", "group: files", "hosts: files dns"],
};
// Not needed to run Node, and most of the packages' size.
const UNNEEDED = ["usr/share/man", "usr/share/lintian", "usr/share/locale", "usr/sbin", "usr/bin"];

const OS_RELEASE = "/etc/os-release";

/**
 * Says in the image which package it was, one file each, as distroless images do: scanners read it there.
 * @param {string} file
 * @param {string} root
 */
async function unpack(file, root) {
  await run("dpkg-deb", ["-x", file, root]);
  const { stdout: control } = await run("dpkg-deb", ["-f", file]);
  const name = /^Package: (\S+)$/m.exec(control)?.[1] ?? basename(file);
  const list = join(root, "var/lib/dpkg/status.d");
  mkdirSync(list, { recursive: true });
  writeFileSync(join(list, name), control);
}

/** @param {string} root */
function mergeUsr(root) {
  for (const name of ["lib", "lib64"]) {
    const place = join(root, name);
    if (existsSync(place) && !lstatSync(place).isSymbolicLink()) {
      cpSync(place, join(root, "usr", name), { recursive: true, verbatimSymlinks: true });
      rmSync(place, { recursive: true });
    }
    if (existsSync(join(root, "usr", name)) && !existsSync(place))
      symlinkSync(`usr/${name}`, place);
  }
}

/** @param {string} root */
function writeCertificates(root) {
  const source = join(root, "usr/share/ca-certificates/mozilla");
  const bundle = join(root, "etc/ssl/certs/ca-certificates.crt");
  mkdirSync(dirname(bundle), { recursive: true });
  const names = readdirSync(source).sort();
  writeFileSync(bundle, names.map((name) => readFileSync(join(source, name), "utf8")).join(""));
}

/** @param {string} root */
function dropUnneeded(root) {
  for (const name of UNNEEDED) rmSync(join(root, name), { recursive: true, force: true });
  const libraries = join(root, "usr/lib");
  for (const name of readdirSync(libraries))
    rmSync(join(libraries, name, "gconv"), { recursive: true, force: true });
}

/**
 * @param {{ root: string, packages: string, nodeBinary: string }} options `packages`: folder of
 *   .deb files
 */
export async function layOutRoot({ root, packages, nodeBinary }) {
  mkdirSync(root, { recursive: true });
  for (const name of readdirSync(packages).sort())
    if (name.endsWith(".deb")) await unpack(join(packages, name), root);
  mergeUsr(root);
  dropUnneeded(root);
  // The packages are those of the distribution that this machine runs.
  if (existsSync(OS_RELEASE)) copyFileSync(OS_RELEASE, join(root, "etc/os-release"));
  writeCertificates(root);
  for (const [name, lines] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), `${lines.join("\n")}\n`);
  }
  mkdirSync(join(root, "home/nonroot"), { recursive: true });
  mkdirSync(join(root, "tmp"), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  const node = join(root, "nodejs/bin/node");
  mkdirSync(dirname(node), { recursive: true });
  copyFileSync(nodeBinary, node);
  chmodSync(node, 0o755);
}
