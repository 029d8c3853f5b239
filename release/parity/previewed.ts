import { goalsOf } from "../engine-plan";
import { mapValues } from "../map-values";
import { isGrouping, type PreviewedResource } from "./graph";

/** As much of a resource in an event of a preview as is read here. */
interface Told {
  readonly id?: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** As much of an event of Pulumi's engine as is read here. */
export interface PreviewEvent {
  readonly resourcePreEvent?: {
    readonly metadata: {
      readonly op: string;
      readonly urn: string;
      readonly old?: Told | null;
      readonly new?: Told | null;
    };
  };
}

/** Operations after which another resource stands in the place of what is there. */
const MAKES_ANEW = new Set(["create", "replace", "create-replacement", "import-replacement"]);

/** Operations that leave what is there as it is. */
const UNCHANGED = new Set(["same", "read", "refresh"]);

/** Collects what the events of a preview tell of the resources, secrets masked by the engine. */
export class PreviewedResources {
  private readonly told = new Map<
    string,
    { readonly now: Told; readonly before: Told | undefined }
  >();

  /** How many resources the update would make, change or delete. */
  changes = 0;

  /** To be given every event of the preview. */
  add({ resourcePreEvent }: PreviewEvent): void {
    if (!resourcePreEvent) return;
    const { op, urn, old, new: now } = resourcePreEvent.metadata;
    if (!UNCHANGED.has(op)) this.changes++;
    if (!now || op.startsWith("delete") || isGrouping(urn)) return;
    const before = MAKES_ANEW.has(op) ? undefined : (old ?? now);
    this.told.set(urn, { now, before });
  }

  /**
   * @param plan text of the update plan of the same preview: it alone says what each input is made from
   * @throws TypeError where it is none
   */
  all(plan: string): PreviewedResource[] {
    const goals = goalsOf(plan);
    return [...this.told].map(([urn, { now, before }]) => {
      const { propertyDependencies, ignoreChanges } = goals[urn] ?? {};
      return {
        urn,
        inputs: now.inputs ?? {},
        outputs: before ? { ...now.outputs, ...before.outputs, id: before.id } : {},
        isMade: before !== undefined,
        parent: now.parent ?? "",
        protect: now.protect ?? false,
        retainOnDelete: now.retainOnDelete ?? false,
        ignoreChanges: ignoreChanges ?? [],
        dependencies: mapValues(propertyDependencies ?? {}, (urns) => urns ?? []),
      };
    });
  }
}
