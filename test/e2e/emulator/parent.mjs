// @ts-check
/** A process that starts an emulator, tells where it is, and waits to be killed. */
import { startEmulator } from "../../../toolchain/emulator.mjs";

const { endpoint, pid } = await startEmulator(JSON.parse(process.argv[2] ?? "{}"));
process.stdout.write(JSON.stringify({ endpoint, pid }));
setTimeout(() => undefined, 2 ** 30);
