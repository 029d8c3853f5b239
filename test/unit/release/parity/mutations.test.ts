import assert from "node:assert/strict";
import {
  isGrouping,
  nameOf,
  type PreviewedResource,
  typeOf,
} from "../../../../release/parity/graph";
import { compareShapes } from "../../../../release/parity/differences";
import { makeShape, type Shape } from "../../../../release/parity/shape";
import { Project } from "../../program/run-stack";
import { NAMES, previewedStack } from "../../program/run-previewed";
import { isOfAll } from "../../../../release/parity/roles";
import { type Mutation, mutationsOf } from "./mutations";

const TWIN = { ...NAMES.production, stack: "twin", account: "333333333333" };

/** What a shape leaves out on purpose, as docs/guides/parity.md says it: the release, and what no program asks for. */
const LEFT_OUT: readonly RegExp[] = [
  / desiredCount( |$)/,
  /:ImageBuild \S+ (tag|buildArgs|digest)/,
  /:ImageCopy \S+ (digest|sourceRegistry)/,
  /:ImageScan \S+ (images|data)/,
  /:ReleaseRecord \S+ (release|drafts|way|declaration)/,
  // RELEASE_ID.
  /:TaskDefinition \S+ containerDefinitions\[0\]\.environment\[2\]\.value/,
  /:(TrafficShift|StandbyGuard) \S+ (services|workers)\.\w+\.(image|contents|from|isNew)/,
  /:TargetGroup \S+-green healthCheck/,
];

describe("the comparison of two stacks", function () {
  this.timeout(300_000);
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });

  for (const [what, preview] of [
    ["that are deployed", false],
    ["that are empty", true],
  ] as const)
    it(`${what} finds each change of each input of each resource, and nothing in twins`, async () => {
      const { resources } = await previewedStack("production", {}, { preview });
      const twin = makeShape(TWIN, resources.map(inTwin));
      assert.deepEqual(compareShapes(makeShape(NAMES.production, resources), twin).differences, []);
      const [missed, shown]: [string[], string[]] = [[], []];
      let count = 0;
      for (const round of roundsOf(resources)) {
        const shape = shapeWith(resources, round);
        const found = new Set(compareShapes(shape, twin).differences.map((each) => each.resource));
        for (const { what: path, urn } of round) {
          count++;
          const isFound = found.has(keyOf(urn));
          const isLeftOut = LEFT_OUT.some((each) => each.test(path));
          if (!isFound && !isLeftOut) missed.push(path);
          if (isFound && isLeftOut) shown.push(path);
        }
      }
      assert.deepEqual(missed, []);
      assert.deepEqual(shown, [], "left out, by what the guide says");
      assert.ok(count > 1800, String(count));
    });
});

/**
 * Changes of all resources, one of each resource at a time: what is found of one is found of it alone. What serves all
 * services, and so says which slots are live, is changed by itself.
 */
function roundsOf(all: readonly PreviewedResource[]): Mutation[][] {
  // A component is nothing in AWS: what it groups is compared, with its name as their parent.
  const resources = all.filter(({ urn }) => !isGrouping(urn));
  const ofAll = resources
    .filter(({ urn }) => isOfAll(urn))
    .flatMap((each) => [...mutationsOf(each)]);
  const others = resources.filter(({ urn }) => !isOfAll(urn)).map((each) => [...mutationsOf(each)]);
  const longest = Math.max(...others.map(({ length }) => length));
  return [
    ...ofAll.map((each) => [each]),
    ...Array.from({ length: longest }, (_none, round) =>
      others.flatMap((each) => each[round] ?? []),
    ),
  ];
}

function shapeWith(resources: readonly PreviewedResource[], round: readonly Mutation[]): Shape {
  const mutated = new Map(round.map((each) => [each.urn, each.mutated]));
  return makeShape(
    NAMES.production,
    resources.map((each) => mutated.get(each.urn) ?? each),
  );
}

/** Blue is live in a stack that had one delivery. */
const keyOf = (urn: string): string =>
  `${typeOf(urn)} ${nameOf(urn)}`
    .replace(/ (web|api)-blue(?=-|$)/, " $1-live")
    .replace(/ (web|api)-green(?=-|$)/, " $1-standby");

/** The same stack in another account. */
function inTwin(resource: PreviewedResource): PreviewedResource {
  const text = JSON.stringify(resource)
    .replaceAll(NAMES.production.account, TWIN.account)
    .replaceAll("switchyard-production", "switchyard-twin");
  return JSON.parse(text) as PreviewedResource;
}
