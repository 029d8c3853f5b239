import fc from "fast-check";
import { parityPairs } from "../../../model/parity-pairs";
import { Project } from "../../program/run-stack";

describe("parity of arbitrary pairs of stacks", function () {
  this.timeout(300_000);
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });

  it("gives no false alarm where declared values, releases and live slots are all that differs", async () => {
    await fc.assert(parityPairs(project), { numRuns: 20 });
  });
});
