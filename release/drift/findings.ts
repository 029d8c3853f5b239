import { hashOfJson, type Json } from "../canonical-json";
import { type PropertyDifference, propertyDifferences } from "./properties";

/** A resource that is not as the stack's state has it. */
export interface Finding {
  readonly urn: string;
  /** For example `aws:cloudwatch/logGroup:LogGroup`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** What AWS knows it by. */
  readonly id: string;
  readonly what: "changed" | "gone";
  /** Empty where it is gone, or where its provider alone can tell that it is not as recorded. */
  readonly properties: readonly PropertyDifference[];
  /** Texts that a call of AWS which changed it would name: id, ARN, the group of a rule. */
  readonly knownBy: readonly string[];
}

/** As much of a resource in an event of a refresh as is read here. */
export interface ToldState {
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** As much of an event of Pulumi's engine as is read here. */
export interface RefreshEvent {
  readonly resOutputsEvent?: {
    readonly metadata: {
      readonly op: string;
      readonly urn: string;
      readonly type: string;
      readonly old?: ToldState | null;
      readonly new?: ToldState | null;
      readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
    };
  };
}

/** The resource that owns the weights of listener rules: an update asks for them anew, without a refresh. */
export const SHIFT_TYPE = "pulumi-nodejs:dynamic/switchyard:TrafficShift";

/**
 * Collects what the events of a refresh that changes nothing tell. The engine compares what is there with the inputs of the last
 * update, leaves out what the program ignores, such as a number of tasks that scaling sets, and masks secrets.
 */
export class Findings {
  private readonly found = new Map<string, Finding>();
  /** Resources that were asked for. */
  looked = 0;

  /** To be given every event of the refresh. */
  add({ resOutputsEvent }: RefreshEvent): void {
    if (!resOutputsEvent) return;
    const { op, urn, type, old, new: now, detailedDiff } = resOutputsEvent.metadata;
    this.looked++;
    if ((op !== "update" && op !== "delete") || !old) return;
    const isGone = op === "delete" || !now;
    const properties = isGone ? [] : propertyDifferences(old, now, Object.keys(detailedDiff ?? {}));
    this.found.set(urn, {
      urn,
      type,
      name: urn.split("::").slice(3).join("::"),
      id: old.id ?? "",
      what: isGone ? "gone" : "changed",
      properties,
      knownBy: knownBy(old),
    });
  }

  /** In the order of their types and names. */
  all(): Finding[] {
    return [...this.found.values()].sort((a, b) => compare(keyOf(a), keyOf(b)));
  }
}

/** SHA-256 of what was found: the same for the same drift, whoever looks. */
export function findingsHash(findings: readonly Finding[]): string {
  const facts = findings.map(({ urn, what, properties }) => ({ urn, what, properties }));
  return hashOfJson(JSON.parse(JSON.stringify(facts)) as Json);
}

/** The one command after which the stack is as its settings say again. */
export function restoreCommand(findings: readonly Finding[], stack: string): string {
  const asksItself = findings.every(({ type }) => type === SHIFT_TYPE);
  return `npm run pulumi -- up ${asksItself ? "" : "--refresh "}-s ${stack}`;
}

/** Rules of a security group are changed by calls that may name the group alone; a shift's rules by calls that name each. */
function knownBy({ id, outputs = {} }: ToldState): string[] {
  const { arn, securityGroupId, services } = outputs;
  const rules = Object.values((services ?? {}) as Readonly<Record<string, { ruleArn?: unknown }>>);
  const texts = [id, arn, securityGroupId, ...rules.map(({ ruleArn }) => ruleArn)];
  return [...new Set(texts.filter((each) => typeof each === "string" && each.length >= 6))].map(
    String,
  );
}

const keyOf = ({ type, name }: Finding): string => `${type} ${name}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
