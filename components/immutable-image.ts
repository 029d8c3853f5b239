import * as ecr from "@pulumi/aws/ecr";
import * as pulumi from "@pulumi/pulumi";
import type { ImageBuildInputs } from "../effects/image-build";
import type { ImageCopyInputs } from "../effects/image-copy";
import type { ImagePlan } from "../release/image-plan";
import { repositoryName } from "../release/release";
import type { ImageSettings } from "../settings/types";
import { EffectResource } from "./effect-resource";
import type { StackPlace } from "./place";
import { PULL_ACTIONS } from "./pull-actions";

export interface ImmutableImageArgs {
  readonly place: StackPlace;
  readonly plan: ImagePlan;
  readonly source: ImageSettings;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Whether this stack makes the repository; not where it runs images out of another stack's. */
  readonly ownsRepository: boolean;
  /** Accounts that may pull, so that a release can be promoted to them. @default [] */
  readonly sharedWith?: readonly string[];
  /** Keeps the repository, for its images are what a rollback runs. @default false */
  readonly protect?: boolean;
}

/** Untagged images are what a broken push left; one that an index names is never expired by this.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html */
const UNTAGGED_DAYS = 14;

/**
 * An image that never changes: a repository whose tags can't be overwritten, and an image in it that
 * is built once, found there, or copied there by digest with manifest and layers unchanged.
 */
export class ImmutableImage extends pulumi.ComponentResource {
  /** `sha256:` and 64 hexadecimal digits; known only after the push where the image is new. What runs it
   * must depend on this component: the image is in the registry when the component is done. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: ImmutableImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:image:ImmutableImage", name, {}, opts);
    const repository = args.ownsRepository ? this.createRepository(name, args) : undefined;
    const dependsOn = repository ? [repository] : [];
    const { plan } = args;
    this.digest =
      plan.kind === "build"
        ? this.createBuild(name, args, plan, dependsOn)
        : this.createCopy(name, args, plan, dependsOn);
    this.registerOutputs({ digest: this.digest });
  }

  private createRepository(name: string, args: ImmutableImageArgs): ecr.Repository {
    const repository = new ecr.Repository(
      name,
      {
        name: repositoryName(args.place.project, name),
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        forceDelete: !args.protect,
      },
      { parent: this, protect: args.protect ?? false },
    );
    const rule = {
      rulePriority: 1,
      description: "what a broken push left",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: UNTAGGED_DAYS,
      },
      action: { type: "expire" },
    };
    new ecr.LifecyclePolicy(
      name,
      { repository: repository.name, policy: JSON.stringify({ rules: [rule] }) },
      { parent: this },
    );
    if (args.sharedWith?.length) {
      const statement = {
        Sid: "Promote",
        Effect: "Allow",
        Principal: { AWS: args.sharedWith.map((account) => `arn:aws:iam::${account}:root`) },
        Action: PULL_ACTIONS,
      };
      new ecr.RepositoryPolicy(
        name,
        {
          repository: repository.name,
          policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
        },
        { parent: this },
      );
    }
    return repository;
  }

  private createBuild(
    name: string,
    args: ImmutableImageArgs,
    plan: Extract<ImagePlan, { kind: "build" }>,
    dependsOn: pulumi.Resource[],
  ): pulumi.Output<string> {
    return new ImageBuild(
      name,
      {
        ...args.place.aws,
        service: name,
        registry: args.place.registry,
        repository: repositoryName(args.place.project, name),
        tag: plan.tag,
        context: args.source.context,
        dockerfile: args.source.dockerfile,
        buildArgs: args.buildArgs,
      },
      { parent: this, dependsOn },
    ).digest;
  }

  private createCopy(
    name: string,
    args: ImmutableImageArgs,
    plan: Extract<ImagePlan, { kind: "pinned" }>,
    dependsOn: pulumi.Resource[],
  ): pulumi.Output<string> {
    new ImageCopy(
      name,
      {
        ...args.place.aws,
        service: name,
        sourceRegistry: plan.registry,
        targetRegistry: args.place.registry,
        repository: repositoryName(args.place.project, name),
        digest: plan.digest,
      },
      { parent: this, dependsOn },
    );
    return pulumi.output(plan.digest);
  }
}

/** An image built from source and pushed, unless the registry has its content already. */
class ImageBuild extends EffectResource {
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, inputs: ImageBuildInputs, opts: pulumi.CustomResourceOptions) {
    const props = { ...inputs, digest: undefined };
    super("image-build", "ImageBuild", name, props, opts);
  }
}

/** The presence of an image in the stack's registry, copied from another if need be. */
class ImageCopy extends EffectResource {
  constructor(name: string, inputs: ImageCopyInputs, opts: pulumi.CustomResourceOptions) {
    super("image-copy", "ImageCopy", name, { ...inputs }, opts);
  }
}
