/** Where the image of a service comes from. */
export type ImagePlan =
  /** Built from source, once for each content; the digest is known when it has been pushed. */
  | { readonly kind: "build"; readonly tag: string; readonly digest?: never }
  /** Named by a pinned release; copied unless the registry is the stack's own. */
  | {
      readonly kind: "pinned";
      readonly digest: string;
      readonly tag?: never;
      readonly registry: string;
    };
