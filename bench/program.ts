import { Project, runStack } from "../test/unit/program/run-stack";

/** Prints the program's own seconds, without engine and plugins: until it is loaded, and to run it once. */
async function main(): Promise<void> {
  const loaded = performance.now();
  const project = new Project();
  try {
    await runStack("stage");
    const run = (performance.now() - loaded) / 1000;
    console.log(JSON.stringify({ load: loaded / 1000, run }));
  } finally {
    project.remove();
  }
}

void main();
