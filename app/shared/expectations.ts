import type { Environment } from "./environment-reader";

/** What one address is expected to answer. */
interface Expectation {
  readonly path: string;
  /** @default 200 */
  readonly status?: number;
  /** Must be somewhere in the answer. */
  readonly contains?: string;
  /** Whether the answer is JSON that names the release and the digest of this very container. */
  readonly release?: boolean;
  /** Whether each task is asked by itself, and not one of them through the load balancer. */
  readonly everyTask?: boolean;
}

const TIMEOUT_MS = 10_000;

/**
 * For smoke and acceptance tests: runs in a container of the version that is tested, and asks the version what the
 * settings list. One line an answer.
 *
 * @throws Error with how many of them were not what was expected
 */
export async function checkExpectations(
  environment: Environment,
  write: (line: string) => void,
): Promise<void> {
  const expectations = JSON.parse(environment["TEST_EXPECTATIONS"] ?? "[]") as Expectation[];
  const headers = JSON.parse(environment["TEST_HEADERS"] ?? "{}") as Record<string, string>;
  const targets = (environment["TEST_TARGETS"] ?? "").split(",").filter(Boolean);
  let failed = 0;
  for (const expectation of expectations) {
    const bases = expectation.everyTask
      ? targets.map((target) => `http://${target}`)
      : [environment["TEST_URL"] ?? ""];
    if (bases.length === 0) throw new Error("there is no task to ask: TEST_TARGETS is empty");
    for (const base of bases) {
      const url = `${base}${expectation.path}`;
      const problem = await problemAt(url, headers, expectation, environment);
      if (problem !== undefined) failed++;
      write(`${url}: ${problem ?? "as expected"}`);
    }
  }
  if (expectations.length === 0) throw new Error("nothing is expected: TEST_EXPECTATIONS is empty");
  if (failed > 0) throw new Error(`${failed} answers were not what was expected`);
}

async function problemAt(
  url: string,
  headers: Record<string, string>,
  expected: Expectation,
  environment: Environment,
): Promise<string | undefined> {
  const { status = 200, contains, release } = expected;
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.text();
    if (answer.status !== status) return `expected status ${status}, found ${answer.status}`;
    if (contains !== undefined && !text.includes(contains))
      return `expected ${JSON.stringify(contains)} in the answer, found ${excerpt(text)}`;
    if (release) return releaseProblem(text, environment);
    return undefined;
  } catch (error) {
    const { message, cause } = error as Error;
    return `no answer: ${cause instanceof Error ? cause.message : message}`;
  }
}

function releaseProblem(text: string, environment: Environment): string | undefined {
  const { RELEASE_ID: release, IMAGE_DIGEST: digest } = environment;
  const found = JSON.parse(text) as { release?: unknown; digest?: unknown };
  if (found.release === release && found.digest === digest) return undefined;
  return `expected release ${String(release)} of ${String(digest)}, found ${excerpt(text)}`;
}

const excerpt = (text: string): string =>
  JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
