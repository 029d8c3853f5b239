import assert from "node:assert/strict";
import { redact } from "../../../../release/command/redact";

const KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----";

/** Texts, and what is shown of them. */
const CASES: readonly (readonly [title: string, text: string, shown: string])[] = [
  ["a password in an address", "to postgres://app:hunter2@db/x", "to postgres://app:[hidden]@db/x"],
  ["a private key", `a ${KEY} b`, "a -----BEGIN RSA PRIVATE KEY----- [hidden] b"],
  ["half a private key", KEY.slice(0, 40), "-----BEGIN RSA PRIVATE KEY----- [hidden]"],
  ["an access key of AWS", "id AKIAABCDEFGHIJKLMNOP", "id AKIA[hidden]"],
  ["an authorization", "Bearer abcdefghijklmnopqrst", "Bearer [hidden]"],
  ["a password in a log", "password=hunter22, x", "password=[hidden], x"],
  ["a token in JSON", '{"apiToken": "abcdef"}', '{"apiToken": "[hidden]"}'],
];

describe("redact", () => {
  for (const [title, text, shown] of CASES) {
    it(`hides ${title}`, () => {
      assert.equal(redact(text), shown);
    });
  }

  it("leaves messages as they are that only speak of secrets", () => {
    for (const text of [
      "switchyard:secrets.api-token-pepper: found 3; allowed an object; correct it",
      "secret session-key: it has no value; put one in",
      "http://127.0.0.1:8080/readyz answered 503",
    ]) {
      assert.equal(redact(text), text);
    }
  });
});
