import type { CopyWorld } from "./copy-world";

export interface KilledCopy {
  /** At which moments the copier was killed, of how many that an undisturbed copy has. */
  readonly moments: readonly number[];
  /** Bytes of layers that all of its runs have sent. */
  readonly bytes: number;
  readonly problems: readonly string[];
}

/** Copies once, undisturbed. @returns how many moments there were, and bytes of layers */
export async function undisturbed(world: CopyWorld): Promise<{ moments: number; bytes: number }> {
  await world.reset();
  let moments = 0;
  world.onMoment(() => {
    moments++;
    return false;
  });
  const { code, output } = await world.copy(world.image.digest);
  if (code !== 0) throw new Error(output);
  return { moments, bytes: world.target.between.layerBytes };
}

/**
 * Copies an image, killed at moments of one run after the other, and once more, to the end.
 *
 * @param moments each counted from the beginning of its run; a run that is over before its moment is no kill
 */
export async function killedCopy(
  world: CopyWorld,
  moments: readonly number[],
): Promise<KilledCopy> {
  await world.reset();
  const killedAt: number[] = [];
  const problems: string[] = [];
  for (const moment of [...moments, Infinity]) {
    let [seen, isKilled] = [0, false];
    const { code, signal, output } = await world.copy(world.image.digest, (kill) => {
      world.onMoment(() => {
        if (++seen === moment) {
          kill();
          isKilled = true;
        }
        return false;
      });
    });
    if (isKilled && signal === "SIGKILL") killedAt.push(moment);
    else if (code !== 0) problems.push(output.trim());
    if (moment === Infinity || signal === null) break;
    problems.push(...(await incomplete(world)));
  }
  problems.push(...(await world.differences(world.image)));
  const { bytes, allowed } = {
    bytes: world.target.between.layerBytes,
    allowed: world.image.size + killedAt.length * world.image.largest,
  };
  if (bytes > allowed) problems.push(`${bytes} bytes sent, ${allowed} allowed`);
  return { moments: killedAt, bytes, problems };
}

/** Manifests that are there without all that they name: none, whenever a copy ends. */
async function incomplete(world: CopyWorld): Promise<string[]> {
  const found: string[] = [];
  for (const [digest, { bytes }] of world.image.manifests) {
    if ((await world.statusOf(`manifests/${digest}`)) !== 200) continue;
    const named = bytes.toString().match(/sha256:[0-9a-f]{64}/g) ?? [];
    for (const each of named) {
      const kind = world.image.blobs.has(each) ? "blobs" : "manifests";
      if ((await world.statusOf(`${kind}/${each}`)) !== 200)
        found.push(`manifest ${digest} is there without ${each}`);
    }
  }
  return found;
}
