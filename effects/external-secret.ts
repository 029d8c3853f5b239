import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Effect } from "../components/effect-resource";
import type { AwsPlace } from "../components/place";
import { clientConfig, explain } from "./clients";

interface ExternalSecretInputs extends AwsPlace {
  readonly name: string;
  readonly secretArn: string;
  /** @default the version that carries the stage AWSCURRENT */
  readonly wantedVersionId?: string;
}

/** Reads which versions there are; never a value. */
async function findVersion(inputs: ExternalSecretInputs): Promise<string | undefined> {
  const answer = await new SecretsManagerClient(clientConfig(inputs))
    .send(new DescribeSecretCommand({ SecretId: inputs.secretArn }))
    .catch((error: unknown) => {
      throw explain(error, `secret ${inputs.name}: looking for its value`);
    });
  const versions = Object.entries(answer.VersionIdsToStages ?? {});
  const wanted = inputs.wantedVersionId;
  return versions.find(([id, stages]) =>
    wanted ? id === wanted : stages.includes("AWSCURRENT"),
  )?.[0];
}

async function requireVersion(inputs: ExternalSecretInputs): Promise<string> {
  const found = await findVersion(inputs);
  if (found !== undefined) return found;
  const what = inputs.wantedVersionId ? `no version ${inputs.wantedVersionId}` : "no value yet";
  throw new Error(
    `secret ${inputs.name} has ${what}: put it in with ` +
      `\`aws secretsmanager put-secret-value --secret-id ${inputs.secretArn} --secret-string file://VALUE_FILE\`, ` +
      "then run the update again",
  );
}

export const effect: Effect = {
  async create(inputs: ExternalSecretInputs) {
    const versionId = await requireVersion(inputs);
    return { id: inputs.name, outs: { ...inputs, versionId } };
  },
  diff(_id: string, olds: ExternalSecretInputs, news: ExternalSecretInputs) {
    const { wantedVersionId, secretArn } = news;
    const changes = olds.wantedVersionId !== wantedVersionId || olds.secretArn !== secretArn;
    return Promise.resolve({ changes });
  },
  async update(_id: string, _olds: ExternalSecretInputs, news: ExternalSecretInputs) {
    return { outs: { ...news, versionId: await requireVersion(news) } };
  },
  read(id: string, props: ExternalSecretInputs) {
    return Promise.resolve({ id, props });
  },
  async delete() {
    // nothing stands behind it: the value is the issuer's
  },
};
