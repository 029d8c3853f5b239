import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stacks } from "../../demo/stacks";

/** Both accounts as profiles, as people have them: the commands choose by AWS_PROFILE. */
export function profiles(stacks: Stacks): NodeJS.ProcessEnv {
  const config = join(stacks.workspace.home, "aws-config");
  const credentials = join(stacks.workspace.home, "aws-credentials");
  const accounts = Object.entries(stacks.accounts);
  writeFileSync(
    config,
    accounts
      .map(
        ([stack, { env }]) =>
          `[profile ${stack}]\nendpoint_url = ${env["AWS_ENDPOINT_URL"] ?? ""}\n`,
      )
      .join(""),
  );
  writeFileSync(
    credentials,
    accounts
      .map(
        ([stack, { env }]) =>
          `[${stack}]\naws_access_key_id = ${env["AWS_ACCESS_KEY_ID"] ?? ""}\n` +
          `aws_secret_access_key = ${env["AWS_SECRET_ACCESS_KEY"] ?? ""}\n`,
      )
      .join(""),
  );
  const own = /^AWS_|^PULUMI_(BACKEND_URL|CONFIG_PASSPHRASE)$/;
  const cleared = Object.keys(stacks.account("stage").env).filter((name) => own.test(name));
  return {
    ...Object.fromEntries(cleared.map((name) => [name, undefined])),
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
  };
}
