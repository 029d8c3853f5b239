/** The stacks' own roles, in emulated accounts that enforce IAM, as those who take them on have them. */
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type StackName, Stacks } from "../../demo/stacks";
import type { RunResult } from "../../demo/run";
import { ledgerBucket } from "../../release/ledger/bucket-name";
import { BEGINNING, type Entry, entryBytes, keyOf } from "../../release/ledger/entry";
import type { ReleaseKind } from "../../release/ledger/kinds";
import type { Territory } from "../../release/permissions/resources";
import { type RoleName, roleName } from "../../release/permissions/roles";
import { Caller, refusal } from "./emulator/principals";

export const ACCOUNT_IDS: Record<StackName, string> = {
  stage: "111111111111",
  production: "222222222222",
};

/** Who takes the roles on: a pipeline, and a person who approves. */
const userOf = (role: RoleName): string => (role === "approve" ? "alice" : "pipeline");

export const territoryOf = (stack: StackName): Territory => ({
  partition: "aws",
  region: "us-east-1",
  accountId: ACCOUNT_IDS[stack],
  project: "switchyard",
  stack,
  prefix: `switchyard-${stack}`,
  services: ["api", "web"],
  secrets: ["api-token-pepper", "session-key"],
  ledger: ledgerBucket("switchyard", stack, ACCOUNT_IDS[stack]),
  ...(stack === "production" && {
    proving: {
      accountId: ACCOUNT_IDS.stage,
      region: "us-east-1",
      ledger: ledgerBucket("switchyard", "stage", ACCOUNT_IDS.stage),
    },
  }),
});

/** Writes into a stack's file who takes its roles on, and more of its settings. */
export function addSettings(stacks: Stacks, stack: StackName, more: object): void {
  const trusted = (role: RoleName): object => ({
    from: [`arn:aws:iam::${ACCOUNT_IDS[stack]}:user/${userOf(role)}`],
  });
  const deployRoles = Object.fromEntries(
    (["plan", "deploy", "approve", "audit"] as const).map((role) => [role, trusted(role)]),
  );
  const file = join(stacks.workspace.project, `Pulumi.${stack}.yaml`);
  const lines = Object.entries({ deployRoles, ...more }).map(
    ([key, value]) => `  switchyard:${key}: ${JSON.stringify(value)}\n`,
  );
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(/^config:\n/m, (found) => found + lines.join("")),
  );
}

/** Sessions of the roles, and commands that run as one. */
export class RoleSessions {
  private readonly stacks: Stacks;
  private readonly users = new Map<string, Caller>();

  constructor(stacks: Stacks) {
    this.stacks = stacks;
  }

  /** Makes those who take the roles on, as each account's root. They may do nothing else. */
  async createUsers(): Promise<void> {
    for (const stack of ["stage", "production"] as const)
      for (const name of ["pipeline", "alice"]) {
        const Resource = `arn:aws:iam::*:role/switchyard-*`;
        const statement = { Effect: "Allow", Action: "sts:AssumeRole", Resource } as const;
        this.users.set(`${stack} ${name}`, await this.root(stack).user(name, [statement]));
      }
  }

  root(stack: StackName): Caller {
    const { rootEnv } = this.stacks.account(stack);
    return new Caller(rootEnv["AWS_ENDPOINT_URL"] ?? "", {
      accessKeyId: rootEnv["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: rootEnv["AWS_SECRET_ACCESS_KEY"] ?? "",
    });
  }

  /** @param as what the session is called @default the name of whoever takes the role on */
  async session(stack: StackName, role: RoleName, as = userOf(role)): Promise<Caller> {
    const user = this.users.get(`${stack} ${userOf(role)}`);
    if (user === undefined) throw new Error("the users were not made");
    return user.assume(
      `arn:aws:iam::${ACCOUNT_IDS[stack]}:role/${roleName(`switchyard-${stack}`, role)}`,
      as,
    );
  }

  async pulumi(stack: StackName, role: RoleName, ...args: string[]): Promise<RunResult> {
    return this.stacks.pulumi(stack, args, { env: await this.env(stack, role) });
  }

  async release(stack: StackName, role: RoleName, ...args: string[]): Promise<RunResult> {
    const words = ["run", "--silent", "release", "--", ...args];
    return this.stacks.run(stack, "npm", words, { env: await this.env(stack, role) });
  }

  private async env(stack: StackName, role: RoleName): Promise<NodeJS.ProcessEnv> {
    const { accessKeyId, secretAccessKey, sessionToken } = (await this.session(stack, role))
      .credentials;
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  /** An entry that a role puts into the ledger of a stack by hand, its own or another one's. @returns what S3 says */
  async forge(
    [from, role]: readonly [StackName, RoleName],
    into: StackName,
    kind: ReleaseKind,
    release: string,
  ): Promise<string> {
    const session = await this.session(from, role);
    const { arn, id: userId } = await session.identity();
    const entry: Entry = {
      ...{ kind, release, what: "by hand", stack: into, by: { arn, userId } },
      ...{ sequence: 500, previous: BEGINNING, time: "2026-01-31T12:00:00Z" },
    };
    const { ledger: Bucket } = territoryOf(into);
    const put = { Bucket, Key: keyOf(entry), Body: entryBytes(entry), IfNoneMatch: "*" };
    return refusal(session.s3.send(new PutObjectCommand(put)));
  }
}
