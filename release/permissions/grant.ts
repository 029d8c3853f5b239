import type { ResourceName } from "./resources";
import type { RoleName } from "./roles";

/** Actions that a role may take on something. */
export interface Grant {
  readonly to: readonly RoleName[];
  readonly actions: readonly string[];
  readonly on: ResourceName;
  /** Which part of the road asks for it. */
  readonly why: string;
  /**
   * Why it is granted though the measured road (`test/e2e/roles.test.ts`) does not ask for it: of all of these actions, for each
   * of these roles. One that the road does ask for must not have it. @default the road asks for it
   */
  readonly unused?: string;
  /** Narrower than the resource, as a policy writes it. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
