import type * as pulumi from "@pulumi/pulumi";

/** What a module in `effects/` exports as `effect`: the whole life of a dynamic resource. */
export type Effect = Required<
  Pick<pulumi.dynamic.ResourceProvider, "create" | "diff" | "update" | "read" | "delete">
>;

/**
 * The serialized provider of a dynamic resource: a thin shell that requires its implementation,
 * `effects/NAME.ts` below the program's folder, when it runs. What is stored in the stack's state is
 * this shell alone, so an edit of an implementation is no change of the stack, and no path of a
 * machine is stored either. Serializing it is slow, and done once for each object: make one a module.
 */
export function effectProvider(name: string): pulumi.dynamic.ResourceProvider {
  const load = (): Effect => {
    /* eslint-disable @typescript-eslint/no-require-imports -- must run in the provider's process */
    const path = require("node:path") as typeof import("node:path");
    require(require.resolve("ts-node/register/transpile-only", { paths: [process.cwd()] }));
    const module = require(path.join(process.cwd(), "effects", `${name}.ts`)) as {
      effect: Effect;
    };
    /* eslint-enable @typescript-eslint/no-require-imports */
    return module.effect;
  };
  return {
    create: (inputs: unknown) => load().create(inputs),
    diff: (id: string, olds: unknown, news: unknown) => load().diff(id, olds, news),
    update: (id: string, olds: unknown, news: unknown) => load().update(id, olds, news),
    read: (id: string, props?: unknown) => load().read(id, props),
    delete: (id: string, props: unknown) => load().delete(id, props),
  };
}
