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
