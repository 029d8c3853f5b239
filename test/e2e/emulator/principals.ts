/** Who calls an emulated account that enforces IAM: its root, users and sessions of roles. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import assert from "node:assert/strict";
import type { Emulator } from "../../../toolchain/emulator.mjs";
import { REGION } from "./account";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const VERSION = "2012-10-17";

export const document = (Statement: readonly Statement[], Version = VERSION): string =>
  JSON.stringify({ Version, Statement });

/** One principal, with clients that sign with its credentials. */
export class Caller {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly credentials: Credentials;
  private readonly endpoint: string;

  constructor(endpoint: string, credentials: Credentials) {
    const config = { endpoint, region: REGION, credentials, maxAttempts: 1 };
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.s3 = new S3Client(config);
    this.iam = new IAMClient(config);
    this.sts = new STSClient(config);
  }

  async identity(): Promise<{ readonly arn: string; readonly id: string }> {
    const { Arn = "", UserId = "" } = await this.sts.send(new GetCallerIdentityCommand({}));
    return { arn: Arn, id: UserId };
  }

  /** Makes a user with one policy. @returns the user as a caller */
  async user(
    UserName: string,
    statements: readonly Statement[],
    tags: Readonly<Record<string, string>> = {},
    version = VERSION,
  ): Promise<Caller> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await this.iam.send(new CreateUserCommand({ UserName, Tags }));
    const PolicyDocument = document(statements, version);
    const policy = { UserName, PolicyName: "of-a-test", PolicyDocument };
    if (statements.length > 0) await this.iam.send(new PutUserPolicyCommand(policy));
    const { AccessKey } = await this.iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } =
      AccessKey ?? {};
    return new Caller(this.endpoint, { accessKeyId, secretAccessKey });
  }

  /** @returns the role's ARN */
  async role(
    RoleName: string,
    trust: readonly Statement[],
    statements: readonly Statement[],
  ): Promise<string> {
    const { Role } = await this.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }),
    );
    const PolicyDocument = document(statements);
    const policy = { RoleName, PolicyName: "of-a-test", PolicyDocument };
    if (statements.length > 0) await this.iam.send(new PutRolePolicyCommand(policy));
    return Role?.Arn ?? "";
  }

  async assume(
    RoleArn: string,
    RoleSessionName: string,
    more: Partial<AssumeRoleCommandInput> = {},
  ): Promise<Caller> {
    const { Credentials: made } = await this.sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName, ...more }),
    );
    assert.ok(made?.AccessKeyId && made.SecretAccessKey && made.SessionToken);
    return new Caller(this.endpoint, {
      accessKeyId: made.AccessKeyId,
      secretAccessKey: made.SecretAccessKey,
      sessionToken: made.SessionToken,
    });
  }
}

/** The root of an account: its number is the key, and its signature is not checked. */
export const rootOf = ({ endpoint }: Emulator, account: string): Caller =>
  new Caller(endpoint, { accessKeyId: account, secretAccessKey: "emulator" });

/** @returns the status and the code of AWS's refusal */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === undefined) throw error;
    return `${$metadata.httpStatusCode} ${name}`;
  }
  throw new Error("not refused");
}
