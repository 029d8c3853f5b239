import type { HttpServiceSettings } from "../../settings/types";

/** What a load asks a service for, through its listener rule. */
export interface Asked {
  readonly path: string;
  /** @default any below 500 */
  readonly status?: number;
  /** Must be somewhere in the answer. @default nothing */
  readonly contains?: string;
}

/**
 * What the smoke test expects of a service it expects under load, too: first of all what tells the version. Without one, the first
 * of the service's paths, and any answer that is no failure.
 */
export function askedOf({ delivery, paths }: HttpServiceSettings): Asked {
  const expected = delivery.smoke?.expect ?? [];
  const found = expected.find(({ release }) => release) ?? expected[0];
  if (!found) return { path: (paths[0] ?? "/").replace(/\*$/, "").replaceAll(/[*?]/g, "x") };
  const { path, status, contains } = found;
  return { path, status, ...(contains !== undefined && { contains }) };
}
