// @ts-check
/** Runs a command with the toolchain in its environment, made first if need be. */
import { requireHostNode } from "./host-node.mjs";

const help = `Runs a command with the toolchain in its environment; what of it is missing is made first.

usage: node toolchain/with.mjs [--partial] [--no-engine] COMMAND [ARGUMENT ...]
  --partial     go on with what can be had; what can't is in SWITCHYARD_MISSING, one a line
  --no-engine   the command runs no containers

example: node toolchain/with.mjs pulumi preview --stack stage

exit code: that of COMMAND, 128 + the signal if one ended it; 127: there is no such command;
  1: the toolchain can't be made, with what is missing on standard error; 2: usage
variables: SWITCHYARD_CACHE (where the toolchain is, default ~/.cache/switchyard), DOCKER_HOST,
  SWITCHYARD_BASE_IMAGE (image that services are built on), SWITCHYARD_PULUMI_DOWNLOADS (a mirror)`;

requireHostNode();
const { runWith } = await import("./run-with.mjs");
await runWith(process.argv.slice(2), help);
