// @ts-check
/** What the machine's own Node.js must be to start from: the program's own is then fetched by its lock. */

const least = [20, 11];

/** @param {string} version @returns {string | undefined} what is wrong with it and what to do, or nothing */
export function hostNodeObstacle(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return (
    `this is Node.js ${version}, and ${least.join(".")} is the oldest that can set things up: ` +
    "install a newer one (https://nodejs.org/en/download); the version that the program runs on is then fetched by itself"
  );
}

/** Ends this process with a message if its Node.js is too old; loads nothing that an old one can't read. */
export function requireHostNode() {
  const obstacle = hostNodeObstacle();
  if (obstacle === undefined) return;
  console.error(`switchyard: ${obstacle}`);
  process.exit(1);
}
