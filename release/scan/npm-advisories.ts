import type { Weakness } from "./finding";
import type { Package } from "./package";
import { severityOf } from "./severity";

/** One weakness of a library, as Retire.js has it. */
export interface RetireWeakness {
  readonly below?: string | undefined;
  readonly severity?: string | undefined;
  readonly identifiers?:
    | {
        readonly CVE?: readonly string[] | undefined;
        readonly githubID?: string | undefined;
        readonly retid?: string | undefined;
        readonly summary?: string | undefined;
      }
    | undefined;
  readonly info?: readonly string[] | undefined;
}

/** https://github.com/RetireJS/retire.js: by library, most of them called as npm calls them. */
export type RetireLibraries = Readonly<Record<string, { readonly npmname?: string | undefined }>>;

/** Weaknesses of a version of a library, judged as Retire.js itself judges them. */
export type RetireCheck = (library: string, version: string) => readonly RetireWeakness[];

export interface NpmData {
  /** Libraries by the name that npm knows them by. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly check: RetireCheck;
}

export function npmData(libraries: RetireLibraries, check: RetireCheck): NpmData {
  const names = new Map<string, string[]>();
  for (const [library, { npmname = library }] of Object.entries(libraries))
    names.set(npmname, [...(names.get(npmname) ?? []), library]);
  return { names, check };
}

export function npmWeaknesses({ name, version }: Package, { names, check }: NpmData): Weakness[] {
  const found = (names.get(name) ?? []).flatMap((library) => check(library, version));
  const weaknesses = found.map((weakness): Weakness => {
    const { below, severity, identifiers = {}, info = [] } = weakness;
    const { CVE = [], githubID, retid, summary } = identifiers;
    const id = CVE[0] ?? githubID ?? (retid === undefined ? undefined : `RETIRE-${retid}`);
    return {
      id: id ?? `RETIRE-${name}-${below ?? "all"}`,
      package: name,
      version,
      severity: severityOf(severity),
      title: oneLine(summary ?? info[0] ?? "a known weakness"),
      ...(below !== undefined && { fixed: below }),
    };
  });
  // A library that is known under two names may have the same weakness under both.
  return weaknesses.filter(
    ({ id }, index) => weaknesses.findIndex((one) => one.id === id) === index,
  );
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
