import { mock } from "node:test";

/** Lets a mocked clock run, a second at a time, until what waits by it has ended. */
export async function ended<T>(waiting: Promise<T>): Promise<T> {
  const over = waiting.then(
    () => true,
    () => true,
  );
  const turn = async (): Promise<boolean> => {
    for (let count = 0; count < 8; count++) await new Promise(setImmediate);
    return Promise.race([over, Promise.resolve(false)]);
  };
  while (!(await turn())) mock.timers.tick(1000);
  return waiting;
}
