import assert from "node:assert/strict";
import { CommandFailure } from "../../../../release/command/failure";
import { CANARY } from "../../mock-outputs";
import { Project } from "../../program/run-stack";
import type { Ending } from "./fake-place";
import { DECLARED, ParityPlace } from "./parity-place";
import { PRODUCTION } from "./samples";

describe("parity", () => {
  let project: Project;
  let fake: ParityPlace;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });
  beforeEach(() => {
    fake = new ParityPlace();
  });

  const json = ({ out }: Ending): Record<string, unknown> =>
    JSON.parse(out) as Record<string, unknown>;
  const textOf = ({ out, err }: Ending): string => out + err;
  const declare = (from: string, to: string): void => {
    assert.ok(DECLARED.includes(from), from);
    fake.plans.set("parity.yaml", DECLARED.replace(from, to));
  };

  it("is that of the sample's two stacks, by what they declare", async () => {
    const { code, out, err } = await fake.call("parity");
    assert.equal(code, 0, out + err);
    assert.match(
      out,
      /^stage and production are in parity: 100 and 100 resources, 30 differences, all declared\n {2}hash [0-9a-f]{12}\n$/,
    );
    assert.equal(err, "previewing stage\npreviewing production\n");
    assert.deepEqual(fake.updated, []);
  });

  it("says how much of empty stacks could be compared by origin alone", async () => {
    for (const some of [["stage", "production"], ["stage"], ["production"]]) {
      fake.empty = some;
      const { code, out } = await fake.call("parity");
      assert.equal(code, 0, out);
      assert.match(out, /^ {2}\d{2,} inputs have values that only an update brings about/m);
    }
  });

  it("names a difference that is not declared, both values, and the lines that would declare it", async () => {
    fake.changes = { production: { "switchyard:logRetentionDays": 90 } };
    const { code, out, err } = await fake.call("parity");
    assert.equal(code, 3);
    assert.ok(
      out.includes(
        "LogGroup web: retentionInDays\n" +
          "  stage       30\n" +
          "  production  90\n" +
          "  if that is meant, declare it in parity.yaml:\n" +
          "  - resource: LogGroup web\n" +
          "    property: retentionInDays\n" +
          "    reason: say why\n",
      ),
      out,
    );
    assert.match(err, /^refused: stage and production are not in parity: 2 not declared$/m);
    assert.match(err, /^to do: make the stacks alike, or declare in parity\.yaml what is meant/m);
  });

  it("takes the lines that it shows, with a reason", async () => {
    fake.changes = { production: { "switchyard:logRetentionDays": 90 } };
    const { out } = await fake.call("parity");
    const shown = out
      .split("\n")
      .filter((line) => /^ {2}(- resource| {2}(property|only|reason)):/.test(line));
    const lines = shown.join("\n").replaceAll("say why", "production's logs are kept for auditors");
    fake.plans.set("parity.yaml", `${DECLARED}\n${lines}\n`);
    const after = await fake.call("parity");
    assert.equal(after.code, 0, after.out + after.err);
  });

  it("says which resource one stack alone has", async () => {
    fake.changes = { stage: { "switchyard:network.endpoints": ["s3"] } };
    const { code, out } = await fake.call("parity");
    assert.equal(code, 3);
    assert.match(out, /^VpcEndpoint switchyard-s3: stage alone has it\n {2}if that is meant/m);
    assert.match(out, /^ {4}only: stage$/m);
  });

  it("refuses a declaration that no difference needs, and names it", async () => {
    fake.changes = { production: { "switchyard:network.nat": "single" } };
    const { code, out, err } = await fake.call("parity");
    assert.equal(code, 3);
    assert.match(
      out,
      /^NatGateway switchyard-\*-nat: only in production: parity\.yaml declares this, and there is no such difference: take it out/m,
    );
    assert.match(err, /not in parity: 4 declared for nothing$/m);
  });

  it("refuses other values than those that are declared, and gives the reason that they have", async () => {
    declare("production: 10.30.0.0/16", "production: 10.31.0.0/16");
    const { code, out } = await fake.call("parity");
    assert.equal(code, 3);
    assert.match(
      out,
      /^Vpc switchyard: cidrBlock\n(.*\n){2} {2}parity\.yaml allows other values there, for the reason: each network/m,
    );
  });

  it("gives machines both hashes, and what differs by resource and path", async () => {
    const before = json(await fake.call("parity", "--json"));
    assert.deepEqual([before["inParity"], before["differences"], before["unused"]], [true, [], []]);
    fake.changes = { production: { "switchyard:logRetentionDays": 90 } };
    const ending = await fake.call("parity", "--json");
    const after = json(ending);
    assert.equal(ending.code, 3);
    assert.deepEqual((after["differences"] as unknown[])[1], {
      resource: "aws:cloudwatch/logGroup:LogGroup web",
      path: "retentionInDays",
      values: { stage: 30, production: 90 },
    });
    assert.equal((after["error"] as { kind: string }).kind, "refused");
    const [was, is] = [before, after].map(
      ({ shapes }) => shapes as Record<"stage" | "production", string>,
    );
    assert.equal(was?.stage, is?.stage);
    assert.notEqual(was?.production, is?.production);
    assert.notEqual(before["hash"], after["hash"]);
  });

  it("is found by two calls as well, each with the credentials of one stack", async () => {
    const file = "stage.shape.json";
    const kept = await fake.call("parity", "--stack", "stage", "--out", file);
    assert.equal(kept.code, 0, kept.err);
    assert.match(
      kept.out,
      /^shape [0-9a-f]{12} of stage, 100 resources, is in stage\.shape\.json; next/,
    );
    const here = json(await fake.call("parity", "--json"));
    const there = json(
      await fake.call("parity", "--stack", "production", "--against", file, "--json"),
    );
    assert.deepEqual(there, here);
    assert.equal(fake.previews, 4);
  });

  it("writes no secret value, into a shape or anywhere", async () => {
    fake.changes = { production: { "switchyard:secrets.session-key.generate.length": 32 } };
    const texts = [
      textOf(await fake.call("parity")),
      textOf(await fake.call("parity", "--json")),
      textOf(await fake.call("parity", "--stack", "stage", "--out", "a.shape.json")),
      fake.plans.get("a.shape.json"),
    ];
    assert.ok(texts.some((text) => String(text).includes("RandomPassword session-key")));
    for (const text of texts) assert.ok(!String(text).includes(CANARY));
  });

  it("refuses a shape that was edited, is of the same stack, or is none", async () => {
    const against = async (text: string | undefined): Promise<string> => {
      if (text !== undefined) fake.plans.set("x.shape.json", text);
      const { code, err } = await fake.call(
        "parity",
        "--stack",
        "production",
        "--against",
        "x.shape.json",
      );
      assert.equal(code, 2, err);
      return err;
    };
    assert.match(await against(undefined), /there is no shape in x\.shape\.json/);
    await fake.call("parity", "--stack", "stage", "--out", "s.shape.json");
    const shape = fake.plans.get("s.shape.json") ?? "";
    assert.match(await against(shape.replace('"10.20.0.0/16"', '"10.30.0.0/16"')), /was edited/);
    assert.match(await against("{}"), /no shape that this version can read/);
    assert.match(await against(shape.replace('"changes": 0', '"changes": 1')), /was edited/);
    const { project: own } = fake;
    fake.project = { ...own, name: "other" };
    await fake.call("parity", "--stack", "stage", "--out", "o.shape.json");
    fake.project = own;
    assert.match(await against(fake.plans.get("o.shape.json")), /is of project other/);
    await fake.call("parity", "--stack", "production", "--out", "p.shape.json");
    assert.match(
      await against(fake.plans.get("p.shape.json")),
      /the shape is of production itself/,
    );
  });

  it("tells a mistake in parity.yaml by its place, before any preview", async () => {
    fake.plans.set(
      "parity.yaml",
      "substitutions:\n  - { resource: Vpc, property: cidrBlock, reason: no }\n  - { resource: Vpc a, reason: nothing is named }\n",
    );
    const { code, err } = await fake.call("parity");
    assert.equal(code, 2);
    assert.match(err, /parity\.yaml\.substitutions\[0\]\.resource: found "Vpc"; allowed TYPE NAME/);
    assert.match(
      err,
      /parity\.yaml\.substitutions\[0\]\.reason: found "no"; allowed a text of 10 characters/,
    );
    assert.match(err, /parity\.yaml\.substitutions\[1\]: found neither property nor only/);
    assert.equal(fake.previews, 0);
  });

  it("finds all differences undeclared where a project declares none", async () => {
    fake.plans.delete("parity.yaml");
    const { code, err } = await fake.call("parity");
    assert.deepEqual([code, /30 not declared/.test(err)], [3, true]);
  });

  it("could not look, which is another exit code, where a preview fails", async () => {
    fake.preview = () => Promise.reject(new CommandFailure("failed", "no credentials"));
    const { code, err } = await fake.call("parity");
    assert.equal(code, 1);
    assert.match(err, /^failed: no credentials$/m);
  });

  it("looks at no stack that an update runs on, or that is not there", async () => {
    fake.stacks.set("production", { ...PRODUCTION, running: {} });
    assert.equal((await fake.call("parity")).code, 3);
    fake.stacks.delete("production");
    assert.match((await fake.call("parity")).err, /there is no stack production/);
  });

  it("names what is wrong with its call", async () => {
    const calls: [RegExp, ...string[]][] = [
      [/found one stack in --stack/, "--stack", "stage"],
      [/found 3 stacks in --stack/, "--stack", "a,b,c"],
      [/found 2 stacks in --stack/, "--out", "a.shape.json"],
      [/both given/, "--stack", "stage", "--out", "a.shape.json", "--against", "b.shape.json"],
      [/both given/, "--stack", "stage", "--out", "a.shape.json", "--record"],
      [/can't be written to a\.json/, "--stack", "stage", "--out", "a.json"],
    ];
    for (const [message, ...words] of calls) {
      const { code, err } = await fake.call("parity", ...words);
      assert.equal(code, 2);
      assert.match(err, message);
    }
    assert.equal(fake.previews, 0);
  });

  it("has examples in its help", async () => {
    const { out } = await fake.call("parity", "--help");
    assert.match(
      out,
      /^ {2}\$ npm run release -- parity --stack production --against stage\.shape\.json$/m,
    );
  });
});
