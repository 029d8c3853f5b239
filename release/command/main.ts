import { confirm } from "./confirm";
import { paintFor } from "./paint";
import { run } from "./run";
import { openWorkplace } from "./workplace";

const { stdin, stdout, stderr, env } = process;

// A reader that closes early, such as `head`, is no failure.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

void run(process.argv.slice(2), {
  io: (json) => ({
    json,
    interactive: stdin.isTTY && stderr.isTTY,
    print: (text) => stdout.write(text),
    progress: stderr,
    paint: paintFor(stdout, env),
    paintProgress: paintFor(stderr, env),
    confirm,
    started: performance.timeOrigin,
    now: Date.now,
  }),
  place: () => openWorkplace(process.cwd()),
}).then((code) => {
  process.exitCode = code;
});
