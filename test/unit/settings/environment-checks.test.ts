import { refuses } from "./refuses";

const LARGE = Object.fromEntries(
  Array.from({ length: 9 }, (_, index) => [`E${String(index)}`, "x".repeat(4096)]),
);

describe("environments that do not fit", () => {
  refuses(
    "a name that every container is given",
    { "switchyard:services.web.environment.SLOT": "blue" },
    "switchyard:services.web.environment.SLOT: found a name that the program gives every container; allowed names other than RELEASE_ID, IMAGE_DIGEST, SLOT, SERVICE, PORT; rename it",
  );
  refuses(
    "a given name among the secrets",
    { "switchyard:services.web.secrets": { PORT: "session-key" } },
    "switchyard:services.web.secrets.PORT: found a name that the program gives every container; allowed names other than RELEASE_ID, IMAGE_DIGEST, SLOT, SERVICE, PORT; rename it",
  );
  refuses(
    "environment and secrets of one name",
    { "switchyard:services.web.environment.SESSION_KEY": "x" },
    "switchyard:services.web.environment.SESSION_KEY: found a name that secrets has too; allowed each name once in environment and secrets together; remove one of them",
  );
  refuses(
    "a number in the environment",
    { "switchyard:services.web.environment.LEVEL": 5 },
    "switchyard:services.web.environment.LEVEL: found a number; allowed a text of at most 4096 characters; quote the value",
  );
  refuses(
    "a secret in plain text",
    { "switchyard:services.web.environment.db_password": "x" },
    "switchyard:services.web.environment.db_password: found what looks like a secret in plain text; allowed values that anyone may read; declare a secret under secrets and name it as switchyard:services.web.secrets.db_password",
  );
  refuses(
    "a key in plain text",
    { "switchyard:services.web.environment.TLS": "-----BEGIN RSA PRIVATE KEY-----" },
    "switchyard:services.web.environment.TLS: found what looks like a secret in plain text; allowed values that anyone may read; declare a secret under secrets and name it as switchyard:services.web.secrets.TLS",
  );
  refuses(
    "an environment that does not fit",
    { "switchyard:services.web.environment": LARGE },
    "switchyard:services.web.environment: found 36937 bytes; allowed 32768 bytes in all; move the large values into the image",
  );
});
