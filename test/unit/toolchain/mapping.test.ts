import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { toolchain } from "./child";

const json = (name: string): unknown =>
  JSON.parse(readFileSync(join(toolchain, "alias", name), "utf8"));
const tokens = json("tokens.json") as Record<string, string>;
const components = join(toolchain, "..", "components");

/** Names as the program writes them, `ec2.Vpc` and `route53.getZoneOutput`, with the module of each. */
function usedInProgram(): string[] {
  const used = new Set<string>();
  for (const file of readdirSync(components).filter((name) => name.endsWith(".ts"))) {
    const source = readFileSync(join(components, file), "utf8");
    const imports = source.matchAll(/import \* as (\w+) from "@pulumi\/(aws|random)(?:\/(\w+))?"/g);
    for (const [, name = "", pkg = "", module = "index"] of imports) {
      for (const [, type = ""] of source.matchAll(new RegExp(`new ${name}\\.(\\w+)\\(`, "g")))
        used.add(`${pkg}:${module}/${lower(type)}:${type}`);
      for (const [, call = ""] of source.matchAll(
        new RegExp(`\\b${name}\\.(get\\w+?)(?:Output)?\\(`, "g"),
      ))
        used.add(`${pkg}:${module}/${call}:${call}`);
    }
  }
  return [...used].sort();
}
const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** As much of a message of Pulumi's protocol as the mapping touches. */
function message(struct: Record<string, unknown>, list: string[]) {
  class Struct {
    readonly value: Record<string, unknown>;
    constructor(value: Record<string, unknown>) {
      this.value = value;
    }
    static fromJavaScript = (value: Record<string, unknown>): Struct => new Struct(value);
    toJavaScript(): Record<string, unknown> {
      return this.value;
    }
  }
  let news = new Struct(struct);
  let diffs = list;
  return {
    getNews: (): Struct => news,
    setNews: (value: Struct): void => void (news = value),
    getDiffsList: (): string[] => diffs,
    setDiffsList: (value: string[]): void => void (diffs = value),
    all: () => ({ news: news.value, diffs }),
  };
}

describe("the aliases of Pulumi's packages", () => {
  it("have each resource and function that the program uses", () => {
    const used = usedInProgram();
    assert.ok(used.length > 25, used.join(" "));
    // A provider resource is the engine's own matter.
    const unknown = used.filter((token) => !token.endsWith(":Provider") && !(token in tokens));
    assert.deepEqual(unknown, []);
  });

  it("map a token and back, and leave others as they are", async () => {
    const { mapToken, unmapUrn } = await import("../../../toolchain/alias/mapping.mjs");
    for (const [mine, theirs] of Object.entries(tokens)) {
      assert.equal(mapToken(mine), theirs);
      assert.equal(unmapUrn(`urn:pulumi:s::p::${theirs}::n`), `urn:pulumi:s::p::${mine}::n`);
    }
    assert.equal(new Set(Object.values(tokens)).size, Object.keys(tokens).length, "one to one");
    assert.equal(mapToken("aws:index/other:Other"), "aws:index/other:Other");
    assert.equal(unmapUrn(""), "");
  });

  it("map the type at the end of a URN and keep its name, whatever is in it", async () => {
    const { mapUrn } = await import("../../../toolchain/alias/mapping.mjs");
    const urn = "urn:pulumi:stage::switchyard::switchyard:network:Network$aws:ec2/vpc:Vpc::a::b$c";
    assert.equal(mapUrn(urn), "urn:pulumi:stage::switchyard::aws:index/vpc:Vpc::a::b$c");
    const own = "urn:pulumi:stage::switchyard::pulumi:providers:aws::default_7_48_0";
    assert.equal(mapUrn(own), own);
  });

  it("rename the properties of the types that differ, both ways, and of no others", async () => {
    const { renameProperties } = await import("../../../toolchain/alias/mapping.mjs");
    const type = "aws:route53/record:Record";
    const record = message({ aliases: [{ zone: "z" }], name: "n" }, ["aliases", "name"]);
    renameProperties(type, record, "toBridge");
    assert.deepEqual(record.all(), {
      news: { alias: { zone: "z" }, name: "n" },
      diffs: ["alias", "name"],
    });
    renameProperties(type, record, "fromBridge");
    assert.deepEqual(record.all(), {
      news: { aliases: [{ zone: "z" }], name: "n" },
      diffs: ["aliases", "name"],
    });
    const other = message({ aliases: [1] }, []);
    renameProperties("aws:ec2/vpc:Vpc", other, "toBridge");
    assert.deepEqual(other.all(), { news: { aliases: [1] }, diffs: [] });
  });

  it("rename properties of types that are mapped", () => {
    for (const type of Object.keys(json("properties.json") as object))
      assert.ok(type in tokens, type);
  });
});
