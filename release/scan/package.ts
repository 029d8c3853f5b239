/** One thing that an image holds. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Package URL, https://github.com/package-url/purl-spec: its type says of which kind it is. */
  readonly purl: string;
}

/** What was read out of an image. */
export interface Contents {
  /** Each once, in the order of their package URLs. */
  readonly packages: readonly Package[];
  /** Paths of lists of packages that are there and could not be read. */
  readonly unread: readonly string[];
}

/** The Node.js that runs the services. */
export const NODE_TYPE = "pkg:generic/node@";
export const NPM_TYPE = "pkg:npm/";

type Qualifiers = Readonly<Record<string, string | undefined>>;

/** @param type for example `deb/debian` */
export function packageOf(
  type: string,
  name: string,
  version: string,
  qualifiers: Qualifiers = {},
): Package {
  const named = name.split("/").map(encode).join("/");
  const query = Object.keys(qualifiers)
    .sort()
    .flatMap((key) => {
      const value = qualifiers[key];
      return value === undefined || value === "" ? [] : [`${key}=${encode(value)}`];
    })
    .join("&");
  const purl = `pkg:${type}/${named}@${encode(version)}${query && `?${query}`}`;
  return { name, version, purl };
}

const encode = (text: string): string => encodeURIComponent(text).replaceAll("%3A", ":");

export const npmPackage = (name: string, version: string): Package =>
  packageOf("npm", name, version);

/** Contents of several parts: each package and each unread path once, in one order. */
export function together(parts: readonly Contents[]): Contents {
  const packages = new Map(
    parts.flatMap((part) => part.packages).map((each) => [each.purl, each] as const),
  );
  const unread = new Set(parts.flatMap((part) => part.unread));
  return {
    packages: [...packages.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
    unread: [...unread].sort(),
  };
}
