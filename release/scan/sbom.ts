import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { z } from "zod";
import { parseJson } from "../parse-json";
import { type Contents, NODE_TYPE, NPM_TYPE, type Package, packageOf } from "./package";

/** Which reader of images wrote an SBOM: one that sees more in the same image has a higher version. */
export const READER = { name: "switchyard-scan", version: "1" } as const;
const UNREAD = "switchyard:unread";

export interface Image {
  /** For example `switchyard/web`. */
  readonly repository: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/**
 * The SBOM of an image, CycloneDX 1.6 in JSON: the same bytes for the same image, whoever writes it, and whenever. So it has
 * no serial number and no time.
 */
export function sbomOf({ repository, digest }: Image, { packages, unread }: Contents): Uint8Array {
  const name = repository.split("/").at(-1) ?? repository;
  const { purl } = packageOf("oci", name, digest);
  const image = new Models.Component(Enums.ComponentType.Container, repository, {
    bomRef: purl,
    purl,
    version: digest,
  });
  for (const path of unread) image.properties.add(new Models.Property(UNREAD, path));
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: image }) });
  bom.metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, READER.name, { version: READER.version }),
  );
  for (const each of packages) bom.components.add(componentOf(each));
  const serializer = new Serialize.JsonSerializer(
    new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
  );
  return Buffer.from(`${serializer.serialize(bom, { sortLists: true, space: 1 })}\n`);
}

function componentOf({ name, version, purl }: Package): Models.Component {
  const isNode = purl.startsWith(NODE_TYPE);
  const { Library, Platform } = Enums.ComponentType;
  return new Models.Component(isNode ? Platform : Library, name, { bomRef: purl, purl, version });
}

const tool = z.object({ name: z.string(), version: z.string() });
const property = z.object({ name: z.string(), value: z.string() });
const written = z.object({
  metadata: z.object({
    tools: z.object({ components: z.array(tool) }),
    component: z.object({ version: z.string(), properties: z.array(property).default([]) }),
  }),
  components: z
    .array(z.object({ name: z.string(), version: z.string(), purl: z.string() }))
    .default([]),
});

/** The contents of an image as an SBOM has them; nothing if it is of another image, or of another reader. */
export function contentsIn(bytes: Uint8Array, digest: string): Contents | undefined {
  const { data } = written.safeParse(parseJson(Buffer.from(bytes).toString("utf8")));
  if (data === undefined || data.metadata.component.version !== digest) return undefined;
  const isOurs = data.metadata.tools.components.some(
    ({ name, version }) => name === READER.name && version === READER.version,
  );
  if (!isOurs) return undefined;
  const { properties } = data.metadata.component;
  const unread = properties.filter(({ name }) => name === UNREAD).map(({ value }) => value);
  const packages = data.components.map(({ name, version, purl }) => ({ name, version, purl }));
  return {
    packages: packages.sort((a, b) => (a.purl < b.purl ? -1 : 1)),
    unread: unread.sort(),
  };
}

/** How many packages of which kind an image holds. */
export function kindsOf(packages: readonly Package[]): { node: number; npm: number; os: number } {
  const count = (type: string): number =>
    packages.filter(({ purl }) => purl.startsWith(type)).length;
  return {
    node: count(NODE_TYPE),
    npm: count(NPM_TYPE),
    os: count("pkg:deb/") + count("pkg:apk/"),
  };
}
