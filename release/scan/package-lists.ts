import { z } from "zod";
import { parseJson } from "../parse-json";
import { type FileRole, roleOf } from "./image-files";
import { type Contents, npmPackage, type Package, packageOf, together } from "./package";

interface Distribution {
  /** For example `debian`. */
  readonly id: string;
  /** `debian-12`. */
  readonly named: string;
}

/**
 * The packages that an image's files say it holds.
 *
 * @param files contents by path, of those that have a role; of a program its version, empty if it did not say one
 * @throws Error if the build's own list can't be read: without it nothing is known of what was bundled
 */
export function contentsOf(files: ReadonlyMap<string, string>): Contents {
  const distribution = distributionOf(files);
  const parts = [...files].map(([path, content]): Contents => {
    const found = readFile(path, content, distribution);
    return found === undefined ? { packages: [], unread: [path] } : { packages: found, unread: [] };
  });
  return together(parts);
}

/** Nothing if it could not be read. */
function readFile(
  path: string,
  content: string,
  distribution: Distribution,
): Package[] | undefined {
  const readers: Readonly<Record<FileRole, () => Package[] | undefined>> = {
    dpkg: () => debian(content, distribution),
    apk: () => alpine(content, distribution),
    rpm: () => undefined,
    "os-release": () => [],
    sbom: () => declared(path, content),
    "package.json": () => installed(content),
    node: () => (content === "" ? undefined : [packageOf("generic", "node", content)]),
  };
  const role = roleOf(path);
  return role && readers[role]();
}

function distributionOf(files: ReadonlyMap<string, string>): Distribution {
  const text = files.get("etc/os-release") ?? files.get("usr/lib/os-release") ?? "";
  const value = (key: string): string =>
    new RegExp(`^${key}=(["']?)(.*)\\1$`, "m").exec(text)?.[2]?.toLowerCase() ?? "";
  const [id, version] = [value("ID"), value("VERSION_ID")];
  return { id, named: version === "" ? id : `${id}-${version}` };
}

/** https://manpages.debian.org/bookworm/dpkg-dev/deb-control.5.en.html; what was removed is left out. */
function debian(text: string, { id, named: distro }: Distribution): Package[] {
  return paragraphs(text).flatMap((lines) => {
    const field = (name: string): string => valueOf(lines, `${name}: `);
    const [name, version] = [field("Package"), field("Version")];
    const status = field("Status");
    if (!name || !version || (status && !status.endsWith(" installed"))) return [];
    return [
      packageOf(`deb/${id || "debian"}`, name, version, { arch: field("Architecture"), distro }),
    ];
  });
}

/** https://wiki.alpinelinux.org/wiki/Apk_spec */
function alpine(text: string, { id, named: distro }: Distribution): Package[] {
  return paragraphs(text).flatMap((lines) => {
    const [name, version] = [valueOf(lines, "P:"), valueOf(lines, "V:")];
    if (!name || !version) return [];
    return [
      packageOf(`apk/${id || "alpine"}`, name, version, { arch: valueOf(lines, "A:"), distro }),
    ];
  });
}

const paragraphs = (text: string): string[][] =>
  text.split(/\r?\n\r?\n/).map((paragraph) => paragraph.split(/\r?\n/));

const valueOf = (lines: readonly string[], start: string): string =>
  lines
    .find((line) => line.startsWith(start))
    ?.slice(start.length)
    .trim() ?? "";

interface Part {
  readonly name: string;
  readonly version?: string | undefined;
  readonly purl?: string | undefined;
  readonly components?: readonly Part[] | undefined;
}

const part: z.ZodType<Part> = z.object({
  name: z.string(),
  version: z.string().optional(),
  purl: z.string().startsWith("pkg:").optional(),
  get components() {
    return z.array(part).optional();
  },
});

const document = z.object({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(part).default([]),
});

function declared(path: string, text: string): Package[] {
  const { data } = document.safeParse(parseJson(text));
  if (data === undefined)
    throw new Error(
      `${path} in the image: found no CycloneDX document; allowed: a JSON document of CycloneDX; ` +
        "mend what the image's build writes there, or leave the file out of the image",
    );
  const all = (parts: readonly Part[]): Package[] =>
    parts.flatMap(({ name, version, purl, components = [] }) => [
      ...(purl === undefined ? [] : [{ name, version: version ?? "", purl }]),
      ...all(components),
    ]);
  return all(data.components);
}

const manifest = z.object({ name: z.string().optional(), version: z.string().optional() });

/** A `package.json` without a name or a version is of no package, but of a folder in one. */
function installed(text: string): Package[] | undefined {
  const { data } = manifest.safeParse(parseJson(text));
  if (data === undefined) return undefined;
  const { name, version } = data;
  return name && version ? [npmPackage(name, version)] : [];
}
