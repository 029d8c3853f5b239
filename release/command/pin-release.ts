import { isDeepStrictEqual } from "node:util";
import { isMap, type Node, type YAMLMap } from "yaml";
import type { PinnedRelease } from "../release";
import { CommandFailure } from "./failure";
import { pinLines, pinOf, plainKey, quoted } from "./pin-text";
import { fullKey, isNothing, pairsOf, readStackYaml, type StackYaml } from "./stack-yaml";
import { addLines, addToFlow, inFlow, replaceValue } from "./yaml-edit";
import { itemEnd } from "./yaml-end";

type Content = Readonly<Record<string, unknown>>;

/**
 * Writes a release into the text of a stack's file as `NAMESPACE:release`.
 *
 * Everything outside that one entry stays as it is, byte for byte; a text that pins the release
 * already is returned as it came. The result is read again and compared before it is returned.
 *
 * @param file name that messages say
 * @throws CommandFailure where the text can't be read, or can't be edited that way
 */
export function pinRelease(
  text: string,
  namespace: string,
  release: PinnedRelease,
  file = "the stack's file",
): string {
  const pin = pinOf(release);
  const yaml = readStackYaml(text, file);
  const { content } = yaml;
  const key = releaseKey(content, namespace);
  if (key !== undefined && isDeepStrictEqual(configOf(content)?.[key], pin)) return text;
  const name = key ?? `${namespace}:release`;
  const wanted = {
    ...(content as Content | null),
    config: { ...configOf(content), [name]: pin },
  };
  for (const edit of edits(text, yaml, namespace, pin)) {
    if (isDeepStrictEqual(contentOf(edit()), wanted)) return edit();
  }
  throw new CommandFailure(
    "mistake",
    `${file}: found a form in which ${name} can't be written without touching anything else`,
    [`write it by hand, under config:`, `  ${plainKey(name)}:`, ...pinLines(pin, 4)].join("\n"),
  );
}

/** Ways to write the release, the best first. */
function* edits(
  text: string,
  { document }: StackYaml,
  namespace: string,
  pin: PinnedRelease,
): Generator<() => string> {
  const top: unknown = document.contents;
  const key = `${namespace}:release`;
  const flow = JSON.stringify(pin);
  const block = (column: number): string[] => pinLines(pin, column);
  const entry = (column: number): string[] => [
    `${" ".repeat(column)}${plainKey(key)}:`,
    ...block(column + 2),
  ];
  const config = (column: number): string[] => [
    `${" ".repeat(column)}config:`,
    ...entry(column + 2),
  ];
  const nested = `{${quoted(key)}: ${flow}}`;

  if (isNothing(top)) yield () => addLines(text, text.length, config(0));
  if (!isMap(top)) return;
  const [configPair] = pairsOf(top, (each) => each === "config");
  if (!configPair) {
    yield* additions(text, top, config, `"config": ${nested}`);
    return;
  }
  const settings = configPair.value as Node | null;
  if (isNothing(settings) || (isMap(settings) && settings.items.length === 0)) {
    yield () => replaceValue(text, top, configPair, entry, nested);
  }
  if (!isMap(settings)) return;
  const [pair] = pairsOf(settings, (each) => fullKey(each, namespace) === key);
  if (pair) yield () => replaceValue(text, settings, pair, block, flow);
  else yield* additions(text, settings, entry, `${quoted(key)}: ${flow}`);
}

/** A new entry after the last one of a map; before the first one, where the last can't be followed. */
function* additions(
  text: string,
  map: YAMLMap,
  lines: (column: number) => string[],
  flow: string,
): Generator<() => string> {
  if (inFlow(map)) {
    yield () => addToFlow(text, map, flow);
    return;
  }
  const first = map.items[0]?.srcToken;
  const last = map.items.at(-1)?.srcToken;
  const column = map.srcToken && "indent" in map.srcToken ? map.srcToken.indent : 0;
  if (last) yield () => addLines(text, itemEnd(last), lines(column));
  if (first) yield () => addLines(text, lineStart(text, map), lines(column));
}

function lineStart(text: string, map: YAMLMap): number {
  return text.lastIndexOf("\n", (map.range?.[0] ?? 0) - 1) + 1;
}

function contentOf(text: string): unknown {
  try {
    return readStackYaml(text, "").content;
  } catch {
    return undefined;
  }
}

function configOf(content: unknown): Content | undefined {
  const config = (content as Content | null)?.["config"];
  return typeof config === "object" && config !== null ? (config as Content) : undefined;
}

/** The key under which a stack's config has the release, if it has one. */
export function releaseKey(content: unknown, namespace: string): string | undefined {
  const keys = Object.keys(configOf(content) ?? {});
  return keys.find((key) => fullKey(key, namespace) === `${namespace}:release`);
}
