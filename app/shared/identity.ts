import type { EnvironmentReader } from "./environment-reader";

/** What a running copy of the service is. It is shown to everybody, so it holds no secret. */
export interface Identity {
  readonly service: string;
  /** SHA-256 of the release's canonical JSON, in hex. */
  readonly release: string;
  /** Digest of the image that runs, as the registry names it. */
  readonly digest: string;
  readonly slot: Slot;
}

export type Slot = "blue" | "green";

export function readIdentity(reader: EnvironmentReader): Identity {
  return {
    service: reader.matching("SERVICE", /^[a-z][a-z0-9-]{0,31}$/, "a name like web"),
    release: reader.matching("RELEASE_ID", /^[0-9a-f]{64}$/, "64 hex digits"),
    digest: reader.matching("IMAGE_DIGEST", /^sha256:[0-9a-f]{64}$/, "sha256: and 64 hex digits"),
    slot: reader.oneOf("SLOT", ["blue", "green"]),
  };
}
