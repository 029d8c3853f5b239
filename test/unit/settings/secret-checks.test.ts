import { refuses } from "./refuses";

describe("secrets that do not fit", () => {
  refuses(
    "a secret that is not declared",
    { "switchyard:services.web.secrets.OTHER": "sesion-key" },
    'switchyard:services.web.secrets.OTHER: found "sesion-key", which is not declared; allowed session-key, api-token-pepper; did you mean session-key?',
  );
  refuses(
    "a secret that no service uses",
    { "switchyard:secrets.spare": { external: true } },
    "switchyard:secrets.spare: found a secret that no service uses; allowed secrets that a service names; remove it, or name it in a service's secrets",
  );
  refuses(
    "a secret that is neither generated nor external",
    { "switchyard:secrets.session-key": "canary" },
    "switchyard:secrets.session-key: found a text of 6 characters; allowed generate or external; write generate: { length: 32 }, or external: true for one that someone else issues",
  );
  refuses(
    "a secret that is too short",
    { "switchyard:secrets.session-key.generate.length": 8 },
    "switchyard:secrets.session-key.generate.length: found 8; allowed a whole number from 16 to 128; choose a number in that range",
  );
  refuses(
    "a VersionId of another form",
    { "switchyard:secrets.session-key": { external: true, versionId: "1" } },
    "switchyard:secrets.session-key.versionId: found a text of 1 characters; allowed a VersionId of 32 to 64 characters; copy it from Secrets Manager",
  );
});
