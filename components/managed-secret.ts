import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { RecordedSecret } from "../release/revision";
import type { SecretSettings } from "../settings/types";
import { EffectResource } from "./effect-resource";
import type { AwsPlace, StackPlace } from "./place";

export interface ManagedSecretArgs {
  readonly place: StackPlace;
  readonly settings: SecretSettings;
  /** Keeps the secret from being deleted, and a deleted one restorable. @default false: deleted at once */
  readonly protect?: boolean;
}

/** Days in which a deleted secret can be restored, 7 to 30. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
const RECOVERY_DAYS = 30;

/**
 * A secret in Secrets Manager, made here or by someone else, that tasks receive by ARN and VersionId.
 * Its value is nowhere else in plain text: encrypted in the state, hidden in previews and outputs.
 */
export class ManagedSecret extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The version that this run pins. */
  readonly versionId: pulumi.Output<string>;
  private readonly secretName: string;
  private readonly version: number;

  constructor(name: string, args: ManagedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:secrets:ManagedSecret", name, {}, opts);
    this.secretName = name;
    this.version = "generate" in args.settings ? args.settings.version : 0;
    const secret = new secretsmanager.Secret(
      name,
      { recoveryWindowInDays: args.protect ? RECOVERY_DAYS : 0 },
      { parent: this, protect: args.protect ?? false },
    );
    this.arn = secret.arn;
    this.versionId =
      "generate" in args.settings
        ? this.createValue(name, secret, args.settings)
        : this.requireValue(name, secret, args, args.settings.versionId);
    this.registerOutputs({ arn: this.arn, versionId: this.versionId });
  }

  /** What a revision records of it. */
  get recorded(): pulumi.Output<RecordedSecret> {
    const { secretName: name, version } = this;
    return pulumi
      .all([this.arn, this.versionId])
      .apply(([arn, versionId]) => ({ name, version, arn, versionId }));
  }

  private createValue(
    name: string,
    secret: secretsmanager.Secret,
    settings: Extract<SecretSettings, { generate: unknown }>,
  ): pulumi.Output<string> {
    const value = new random.RandomPassword(
      name,
      {
        length: settings.generate.length,
        special: false,
        keepers: { version: String(settings.version) },
      },
      { parent: this },
    );
    return new secretsmanager.SecretVersion(
      name,
      { secretId: secret.id, secretString: value.result },
      { parent: this, retainOnDelete: true },
    ).versionId;
  }

  /** Refuses while nobody has put a value in. */
  private requireValue(
    name: string,
    secret: secretsmanager.Secret,
    args: ManagedSecretArgs,
    versionId: string | undefined,
  ): pulumi.Output<string> {
    return new ExternalSecretValue(
      name,
      {
        ...args.place.aws,
        name,
        secretArn: secret.arn,
        ...(versionId !== undefined && { wantedVersionId: versionId }),
      },
      { parent: this },
    ).versionId;
  }
}

interface ExternalSecretValueArgs extends AwsPlace {
  readonly name: string;
  readonly secretArn: pulumi.Input<string>;
  readonly wantedVersionId?: string;
}

/** The version of an externally issued secret that tasks are to receive; fails while there is none. */
class ExternalSecretValue extends EffectResource {
  declare readonly versionId: pulumi.Output<string>;

  constructor(name: string, args: ExternalSecretValueArgs, opts: pulumi.CustomResourceOptions) {
    const props = { ...args, versionId: undefined };
    super("external-secret", "ExternalSecretValue", name, props, opts);
  }
}
