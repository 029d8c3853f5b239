import type { Problem } from "../release/errors";
import type { Config } from "./config";
import { childPath, topPath } from "./config-path";
import { suggest } from "./suggest";

/** Whether there is something to run, and whether a pinned release has just the services' images. */
export function checkRelease(config: Config, problems: Problem[]): void {
  const path = topPath(config.namespace, "release");
  if (!config.pinned && config.build === false) {
    problems.push({
      path,
      found: "no release yet, and build is false",
      allowed: "a release, or build: true in the stack that builds",
      action: "run `npm run release -- promote`",
    });
  }
  if (config.gate !== undefined && !config.pinned && config.build === true)
    problems.push({
      path: topPath(config.namespace, "build"),
      found: "true, in a stack with a gate",
      allowed: "a stack that builds, or one with a gate: a gate lets in what was proven elsewhere",
      action: "take out gate, or set build to false and promote a release",
    });
  const { release, services } = config;
  if (release === undefined || services === undefined) return;
  const images = childPath(path, "images");
  const wanted = Object.keys(services);
  const had = Object.keys(release.images);
  for (const name of wanted.filter((each) => !had.includes(each))) {
    problems.push({
      path: childPath(images, name),
      found: "nothing",
      allowed: `an image for each of ${wanted.join(", ")}`,
      action: "promote a release that has this service",
    });
  }
  for (const name of had.filter((each) => !wanted.includes(each))) {
    problems.push({
      path: childPath(images, name),
      found: "an image of an unknown service",
      allowed: wanted.join(", "),
      action: suggest(name, wanted, "declare the service or promote a release without it"),
    });
  }
}
