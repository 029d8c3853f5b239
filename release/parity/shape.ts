import { canonical } from "../engine-plan";
import { sha256 } from "../sha256";
import { isGrouping, nameOf, type PreviewedResource, typeOf } from "./graph";
import { isLeftOut } from "./left-out";
import { isVeiled, Normalizer } from "./normal";
import { referencesOf } from "./references";
import { isStandbyContent, liveSlots, placeOf } from "./roles";

/** What a stack is called and where it is: what its shape must not depend on. */
export interface StackNames {
  readonly project: string;
  readonly stack: string;
  /** The account's id, 12 digits. */
  readonly account: string;
  readonly region: string;
}

export interface ShapedResource {
  readonly parent: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Of each input that holds a secret, or a value that is not known yet: logical names of the resources that it is made from. */
  readonly madeFrom: Readonly<Record<string, readonly string[]>>;
}

/** Resources by logical name, `TYPE NAME`. */
export type ShapedResources = Readonly<Record<string, ShapedResource>>;

/**
 * A stack's resource graph without what no two stacks have in common, and without secret values.
 *
 * Replaced: the stack's name, account and region; physical names by a reference to what has them; what Pulumi makes up;
 * slots by their roles, live and standby. A value that is not known before the update is `UNKNOWN_VALUE`, and known by what it is
 * made from. Left out, because it is the release and not the infrastructure: see `left-out.ts`.
 */
export interface Shape {
  readonly version: 1;
  readonly names: StackNames;
  /** Resources that are not there yet, so that what they will be called is not known. */
  readonly unmade: readonly string[];
  readonly resources: ShapedResources;
}

/** What an input is made from that is made from an image: which image it is belongs to the release. */
export const RELEASE = "[release]";
const IMAGE = /:(ImageBuild|ImageCopy)$/;

/** @param resources of a preview of that stack */
export function makeShape(names: StackNames, resources: readonly PreviewedResource[]): Shape {
  const live = liveSlots(resources);
  const kept = resources.filter(
    ({ urn }) => !isGrouping(urn) && !isStandbyContent(urn, placeOf(urn, live)),
  );
  const keys = logicalKeys(kept, (urn) => roleName(urn));
  function roleName(urn: string): string {
    const place = placeOf(urn, live);
    const name = nameOf(urn);
    if (!place) return name;
    return `${place.service}-${place.role}${name.slice(`${place.service}-${place.slot}`.length)}`;
  }
  const nameless = [names.account, names.region];
  const { replaceIn } = referencesOf(
    kept.filter(({ urn }) => !IMAGE.test(typeOf(urn))),
    ({ urn }) => keys.get(urn),
    nameless,
  );
  const normal = new Normalizer(names, replaceIn, live);
  const shaped = kept.map((resource) => {
    const { urn, parent, protect, retainOnDelete, ignoreChanges } = resource;
    const inputs = Object.fromEntries(
      Object.entries(resource.inputs)
        .filter(([input]) => !ignoreChanges.includes(input))
        .filter(([input]) => !isLeftOut(urn, placeOf(urn, live), input))
        .map(([input, value]) => [input, normal.value(urn, input, value)]),
    );
    const originOf = (input: string): string[] =>
      (resource.dependencies[input] ?? []).flatMap((each) =>
        IMAGE.test(typeOf(each)) ? RELEASE : (keys.get(each) ?? []),
      );
    const madeFrom = Object.fromEntries(
      Object.entries(inputs)
        .filter(([, value]) => isVeiled(value))
        .map(([input]) => [input, [...new Set(originOf(input))].sort()]),
    );
    const under = isTop(parent) ? "" : `${typeOf(parent)} ${roleName(parent)}`;
    const made: ShapedResource = { parent: under, protect, retainOnDelete, inputs, madeFrom };
    return [keys.get(urn) ?? urn, made] as const;
  });
  const unmade = kept.filter(({ isMade }) => !isMade).flatMap(({ urn }) => keys.get(urn) ?? []);
  const sorted = shaped.sort(([a], [b]) => (a < b ? -1 : 1));
  return { version: 1, names, unmade: unmade.sort(), resources: Object.fromEntries(sorted) };
}

/** SHA-256, in hexadecimal, of a shape's resources in canonical JSON: where and how the stack is called is no part of it. */
export function shapeHash({ version, resources }: Pick<Shape, "version" | "resources">): string {
  return sha256(canonical({ version, resources }));
}

/** `TYPE NAME` of each resource, by URN; with the parents' types where two have the same. */
function logicalKeys(
  resources: readonly PreviewedResource[],
  roleName: (urn: string) => string,
): Map<string, string> {
  const short = (urn: string): string => `${typeOf(urn)} ${roleName(urn)}`;
  const counts = new Map<string, number>();
  for (const { urn } of resources) counts.set(short(urn), (counts.get(short(urn)) ?? 0) + 1);
  return new Map(
    resources.map(({ urn, parent }) => [
      urn,
      counts.get(short(urn)) === 1 ? short(urn) : `${short(urn)} of ${roleName(parent)}`,
    ]),
  );
}

const isTop = (parent: string): boolean =>
  parent === "" || typeOf(parent) === "pulumi:pulumi:Stack";
