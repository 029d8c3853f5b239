import type { SecretSettings } from "../settings/types";
import type { Recorded } from "./outputs";
import { SLOTS } from "./slots";

/**
 * Secrets that the settings name no more, but a slot's recorded revision does: its tasks could not be started
 * again without them, so they stay, as they were recorded, until no slot needs them.
 */
export function keptSecrets(
  recorded: Pick<Recorded, "services" | "secrets"> | undefined,
): Record<string, SecretSettings> {
  const services = Object.values(recorded?.services ?? {});
  const needed = services.flatMap((slots) =>
    SLOTS.flatMap((slot) => Object.values(slots[slot]?.secrets ?? {}).map(({ name }) => name)),
  );
  const known = Object.entries(recorded?.secrets ?? {});
  return Object.fromEntries(known.filter(([name]) => needed.includes(name)));
}
