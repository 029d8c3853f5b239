/** Canaries: no response and no log line may ever hold one. */
export const SESSION_KEY = "canary-session-key-7f3a91";
export const API_TOKEN_PEPPER = "canary-token-pepper-c0ffee";

export const identity = {
  service: "web",
  release: "0123456789abcdef".repeat(4),
  digest: `sha256:${"fedcba9876543210".repeat(4)}`,
  slot: "blue",
} as const;

const everywhere = {
  RELEASE_ID: identity.release,
  IMAGE_DIGEST: identity.digest,
  SLOT: identity.slot,
};
const shared = { ...everywhere, PORT: "0" };

export const webEnvironment = { ...shared, SERVICE: "web", SESSION_KEY };
export const apiEnvironment = { ...shared, SERVICE: "api", API_TOKEN_PEPPER };
export const reporterEnvironment = { ...everywhere, SERVICE: "reporter" };
