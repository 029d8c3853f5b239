import type { Weakness } from "./finding";
import { nodeWeaknesses, type NodeData } from "./node-advisories";
import { npmWeaknesses, type NpmData } from "./npm-advisories";
import { NODE_TYPE, NPM_TYPE, type Package } from "./package";

/** What is known of weaknesses, out of packages that hold nothing else. */
export interface Advisories {
  readonly node: NodeData;
  readonly npm: NpmData;
}

export interface LookUp {
  readonly weaknesses: readonly Weakness[];
  /** Of how many packages the advisories know anything: of the rest, nothing being found says nothing. */
  readonly known: { readonly node: number; readonly npm: number };
}

/** Looks the packages of an image up, on a day: a Node.js that was kept up to date yesterday may have ended today. */
export function lookUp(packages: readonly Package[], { node, npm }: Advisories, now: Date): LookUp {
  const runtimes = packages.filter(({ purl }) => purl.startsWith(NODE_TYPE));
  const modules = packages.filter(({ purl }) => purl.startsWith(NPM_TYPE));
  return {
    weaknesses: [
      ...runtimes.flatMap((each) => nodeWeaknesses(each, node, now)),
      ...modules.flatMap((each) => npmWeaknesses(each, npm)),
    ],
    known: {
      node: runtimes.filter(({ version }) => node.lines.has(lineOf(version))).length,
      npm: modules.filter(({ name }) => npm.names.has(name)).length,
    },
  };
}

/** `24` of `24.21.0`. */
const lineOf = (version: string): string => version.split(".")[0] ?? "";
