/** What of a resource's step in an update a person has to know. */
export interface StepSubject {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
}

/** A step worth a line of its own, in words for its beginning and its end. */
export interface Milestone {
  readonly doing: string;
  readonly done: string;
}

/** Where a resource belongs, and the milestone that it stands for, if any. */
export interface Step {
  /** For example `network`, or `web`. */
  readonly area: string;
  readonly milestone?: Milestone;
}

/** Operations that change something, with the verb of what goes on. */
const VERBS: Readonly<Record<string, string>> = {
  create: "creating",
  update: "updating",
  delete: "removing",
  "create-replacement": "replacing",
  "delete-replaced": "replacing",
  import: "importing",
};

const AREAS: Readonly<Record<string, string>> = {
  network: "network",
  loadbalancer: "load balancer",
  cluster: "cluster",
  image: "images",
  secrets: "secrets",
  service: "services",
};

/** The step that an operation on a resource is part of; nothing where nothing changes. */
export function stepOf(subject: StepSubject): Step | undefined {
  const { op, type } = subject;
  // Components and the stack itself are no work of their own; a replacement is told by its parts.
  if (!(op in VERBS) || type.startsWith("switchyard:") || type.startsWith("pulumi:")) {
    return undefined;
  }
  const milestone = op.startsWith("delete") ? undefined : milestoneOf(subject);
  return { area: areaOf(subject.urn), ...(milestone && { milestone }) };
}

export function verbOf(op: string): string {
  return VERBS[op] ?? op;
}

/** Name that the program gave a resource. */
export function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function areaOf(urn: string): string {
  const type = urn.split("::")[2] ?? "";
  if (/:(TrafficShift|RollbackRehearsal)$/.test(type)) return "services";
  const component = /(?:^|\$)switchyard:(\w+):/.exec(type)?.[1];
  return (component === undefined ? undefined : AREAS[component]) ?? "other resources";
}

/** The resources whose steps make up the story of a delivery. */
function milestoneOf({ type, urn }: StepSubject): Milestone | undefined {
  const name = nameIn(urn);
  switch (type.split(":").at(-1)) {
    case "ImageBuild":
      return {
        doing: `${name}: building the image`,
        done: `${name}: the image is in the registry`,
      };
    case "ImageCopy":
      return {
        doing: `${name}: fetching the image of the release`,
        done: `${name}: the image is in this stack's registry, byte for byte`,
      };
    case "ImageScan":
      return { doing: "scanning the images", done: "the images are scanned, and let in" };
    case "SecretVersion":
      return {
        doing: `secret ${name}: making a value`,
        done: `secret ${name}: a new value is kept`,
      };
    case "ExternalSecretValue":
      return {
        doing: `secret ${name}: looking for its value`,
        done: `secret ${name}: has a value`,
      };
    case "SlotReady": {
      const slot = slotOf(name);
      return { doing: `${slot}: coming up`, done: `${slot}: up and healthy` };
    }
    case "TrafficShift":
      return { doing: "switching to this release", done: "this release is live" };
    case "RollbackRehearsal":
      return { doing: "rehearsing the rollback, under load", done: "the rollback is rehearsed" };
    default:
      return undefined;
  }
}

/** `web-green` as `web: green`. */
function slotOf(name: string): string {
  return name.replace(/-(blue|green)$/, ": $1");
}
