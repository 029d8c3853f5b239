import type { PreviewedResource } from "./graph";
import { withoutSuffix } from "../engine-plan";
import { escaped, wholeWord } from "../text-pattern";
import { nameOf } from "./graph";

/** Physical names, each with what stands for it. */
export interface References {
  /** A text with the physical names of resources replaced by `${TYPE NAME#OUTPUT}`. */
  readonly replaceIn: (text: string) => string;
}

/** Outputs that name a resource or a part of it; others, such as versions and dates, are no names. */
const NAMING =
  /^(id|arn|name|url|digest|fqdn|address|endpoint|\w*(Id|Arn|Ip|Name|Address|Endpoint|Url|Suffix))s?$/;
/** Shorter texts, and those without a digit, mean something else elsewhere. */
const LEAST_LENGTH = 7;
/** Where several outputs have the same text, the one that names the resource itself comes first. */
const FIRST = ["id", "arn", "name"];

interface Name {
  readonly text: string;
  readonly output: string;
  readonly key: string;
}

/**
 * What the resources of one stack are called physically, which no two stacks have in common.
 *
 * @param keyOf logical name of a resource; undefined for one that is left out
 * @param plain texts that are never names: account and region
 */
export function referencesOf(
  resources: readonly PreviewedResource[],
  keyOf: (resource: PreviewedResource) => string | undefined,
  plain: readonly string[],
): References {
  const names = new Map<string, Name>();
  for (const resource of resources) {
    const key = keyOf(resource);
    if (key === undefined) continue;
    for (const name of namesOf(resource, key)) {
      const known = names.get(name.text);
      if (!plain.includes(name.text) && (!known || comesBefore(name, known)))
        names.set(name.text, name);
    }
  }
  const texts = [...names.keys()].sort((a, b) => b.length - a.length);
  if (texts.length === 0) return { replaceIn: (text) => text };
  const pattern = wholeWord(...texts.map(escaped));
  return {
    replaceIn: (text) =>
      text.replaceAll(pattern, (found) => {
        const name = names.get(found);
        return name ? referenceTo(name.key, name.output) : found;
      }),
  };
}

const referenceTo = (key: string, output: string): string => `\${${key}#${output}}`;

/** Logical names of the resources that a text refers to. */
export function referredIn(text: string): string[] {
  return [...text.matchAll(/\$\{([^{}#]+ [^{}#]+)#[A-Za-z]+\}/g)].map(([, key = ""]) => key);
}

/** What AWS made up for a resource; what the program gave it is no physical name, but one that Pulumi made up is. */
function namesOf({ urn, inputs, outputs }: PreviewedResource, key: string): Name[] {
  const given = new Set<unknown>();
  const take = (value: unknown): void => {
    if (typeof value === "object" && value !== null) Object.values(value).forEach(take);
    else if (typeof value !== "string" || withoutSuffix(nameOf(urn), value) === undefined)
      given.add(value);
  };
  take(inputs);
  // An ARN or URL that ends in the name that the program gave can be written without asking, as a repository's is.
  const { name } = inputs;
  const isComposed = (text: string): boolean =>
    typeof name === "string" && given.has(name) && new RegExp(`[:/]${escaped(name)}$`).test(text);
  const found: Name[] = [];
  const visit = (value: unknown, output: string): void => {
    if (Array.isArray(value))
      value.forEach((each) => {
        visit(each, output);
      });
    else if (typeof value === "object" && value !== null)
      for (const [name, part] of Object.entries(value)) visit(part, name);
    else if (typeof value === "string" && NAMING.test(output) && isSpecific(value))
      if (!given.has(value) && !isComposed(value)) found.push({ text: value, output, key });
  };
  for (const [output, value] of Object.entries(outputs)) visit(value, output);
  // A name that Pulumi made up is known before the resource is there, and may be its id after that.
  const madeUp = Object.values(inputs).filter(
    (value) => typeof value === "string" && withoutSuffix(nameOf(urn), value) !== undefined,
  ) as string[];
  const isMadeUp = ({ text }: Name): boolean => madeUp.includes(text);
  return [
    ...found.filter((each) => !isMadeUp(each)),
    ...madeUp.map((text) => ({ text, output: "name", key })),
  ];
}

const isSpecific = (text: string): boolean => text.length >= LEAST_LENGTH && /\d/.test(text);

function comesBefore(a: Name, b: Name): boolean {
  const [one, other] = [rank(a), rank(b)];
  if (one !== other) return one < other;
  return `${a.key}#${a.output}` < `${b.key}#${b.output}`;
}

const rank = ({ output }: Name): number =>
  FIRST.includes(output) ? FIRST.indexOf(output) : FIRST.length;
