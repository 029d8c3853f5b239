/** What of an image's files says which packages it holds. */
export type FileRole =
  /** Debian's list of packages, and distroless images' lists of one. */
  | "dpkg"
  /** Alpine's. */
  | "apk"
  /** Red Hat's: a database that is not read here. */
  | "rpm"
  /** Which distribution, in which version. */
  | "os-release"
  /** A CycloneDX document that the build put beside what it bundled. */
  | "sbom"
  /** Of a package that was installed, not bundled. */
  | "package.json"
  /** The program, which says its own version. */
  | "node";

const ROLES: readonly (readonly [role: FileRole, path: RegExp])[] = [
  ["dpkg", /^var\/lib\/dpkg\/(status|status\.d\/[^/]+(?<!\.md5sums))$/],
  ["apk", /^(usr\/)?lib\/apk\/db\/installed$/],
  ["rpm", /^(var\/lib\/rpm|usr\/lib\/sysimage\/rpm)\/(rpmdb\.sqlite|Packages(\.db)?)$/],
  ["os-release", /^(etc|usr\/lib)\/os-release$/],
  ["sbom", /\.cdx\.json$/],
  ["package.json", /(^|\/)node_modules\/(@[^/]+\/)?[^/@.][^/]*\/package\.json$/],
  ["node", /(^|\/)bin\/node$/],
];

export const roleOf = (path: string): FileRole | undefined =>
  ROLES.find(([, pattern]) => pattern.test(path))?.[0];

/** A path as an archive has it, from the root on: `./usr/bin/` is `usr/bin`. */
export const pathInImage = (path: string): string =>
  path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");

/** What one layer does to the files of those below it. */
export interface Layer {
  /** Every path that is there and is no folder: whatever a lower layer had under it is gone. */
  readonly written: readonly string[];
  /** By path, of those that say something; a program's version where it is one. */
  readonly contents: ReadonlyMap<string, string>;
}

const WHITEOUT = ".wh.";
/** https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
const OPAQUE = ".wh..wh..opq";

/** The files of an image, out of its layers from the lowest one on. */
export function layered(layers: readonly Layer[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { written, contents } of layers) {
    for (const path of written) {
      const [folder, name] = split(path);
      if (name === OPAQUE) remove(files, folder, false);
      else if (name.startsWith(WHITEOUT))
        remove(files, `${folder}${name.slice(WHITEOUT.length)}`, true);
      else remove(files, path, true);
    }
    for (const [path, content] of contents) files.set(path, content);
  }
  return files;
}

/** @param path with a `/` at its end where it is what is below it that goes */
function remove(files: Map<string, string>, path: string, isItself: boolean): void {
  if (isItself) files.delete(path);
  const below = isItself ? `${path}/` : path;
  for (const each of files.keys()) if (each.startsWith(below)) files.delete(each);
}

function split(path: string): [folder: string, name: string] {
  const end = path.lastIndexOf("/") + 1;
  return [path.slice(0, end), path.slice(end)];
}
