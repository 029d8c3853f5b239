import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Stacks } from "../../demo/stacks";
import { clientConfigOf } from "./aws";

/** The secret values that the program made, as the store has them. */
export async function canaries(stacks: Stacks): Promise<string[]> {
  const values: string[] = [];
  for (const account of Object.values(stacks.accounts)) {
    const client = new SecretsManagerClient(clientConfigOf(account));
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    for (const { ARN } of SecretList) {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
      if (SecretString !== undefined) values.push(SecretString);
    }
  }
  return values;
}

/** Texts of the files below a folder, by path. */
export function filesBelow(folder: string, pattern = /./): Record<string, string> {
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return Object.fromEntries(
    files
      .filter(
        (path) => pattern.test(path) && !path.includes("/project/") && statSync(path).isFile(),
      )
      .map((path) => [path, readFileSync(path, "utf8")]),
  );
}
