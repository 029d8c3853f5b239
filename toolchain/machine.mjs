// @ts-check
/** What kind of machine the toolchain can be made on. */
import { ToolchainError } from "./toolchain-error.mjs";

export function systemObstacle(
  { platform, arch } = /** @type {{ platform: string, arch: string }} */ (process),
) {
  if (platform === "linux" && (arch === "x64" || arch === "arm64")) return undefined;
  return (
    `this is ${platform} on ${arch}, and the toolchain is made for Linux on x64 or arm64: use such a machine, a virtual ` +
    "one or a dev container. The program itself runs wherever Pulumi does: npm ci, then plain `pulumi`"
  );
}

export function requireSystem() {
  const obstacle = systemObstacle();
  if (obstacle !== undefined) throw new ToolchainError(obstacle);
}
