/** What a command needs to call an account as one of its users. */
export interface UserEnv {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
}

const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

/** Makes a user who may do everything in an account, as its root. */
export async function createAdministrator(root: NodeJS.ProcessEnv): Promise<UserEnv> {
  const { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand, IAMClient } =
    await import("@aws-sdk/client-iam");
  const iam = new IAMClient({
    endpoint: root["AWS_ENDPOINT_URL"] ?? "",
    region: root["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: root["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: root["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const UserName = "administrator";
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: administratorAccess }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
    throw new Error("the account gave its administrator no access key");
  return {
    AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey,
  };
}
