import * as pulumi from "@pulumi/pulumi";

/** What a module in `effects/` exports as `effect`: the whole life of a dynamic resource. */
export type Effect = Required<
  Pick<pulumi.dynamic.ResourceProvider, "create" | "diff" | "update" | "read" | "delete">
>;

/**
 * The provider of a dynamic resource, as the stack's state keeps it: a text that loads `effects/NAME.ts` below the program's
 * folder when it runs. An edit of an implementation is so no change of the stack, and no path of a machine is stored.
 * Pulumi would make such a text out of a closure, with the TypeScript compiler loaded into every preview and update
 * (https://www.pulumi.com/docs/iac/concepts/resources/dynamic-providers/); this one is written as it is.
 */
export const providerText = (effect: string): string => `exports.handler = () => {
  const path = require("node:path");
  require(path.join(process.cwd(), "toolchain", "typescript.cjs"));
  return require(path.join(process.cwd(), "effects", "${effect}.ts")).effect;
};
`;

/** A dynamic resource whose life is what a module in `effects/` does. */
export class EffectResource extends pulumi.CustomResource {
  /**
   * @param effect name of the module, without its ending
   * @param type of the resource: `pulumi-nodejs:dynamic/switchyard:TYPE`
   * @param props its inputs, and `undefined` for each of its outputs
   */
  constructor(
    effect: string,
    type: string,
    name: string,
    props: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const inputs = { ...props, __provider: providerText(effect) };
    super(`pulumi-nodejs:dynamic/switchyard:${type}`, name, inputs, opts);
  }
}
