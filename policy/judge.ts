import { concerns, covers, type Exception, type ReadExceptions, stackOf } from "./exceptions";
import {
  type Finding,
  message,
  type Resource,
  type ResourceRule,
  type StackResource,
  type StackRule,
} from "./rule";

/** Takes a violation, and what it is of. */
export type Report = (message: string, urn?: string) => void;

/** Where a rule could not end its look, because a preview does not know a value yet. */
interface Unknown {
  readonly rule: string;
  readonly resource: Resource;
}

/** Applies rules and exceptions to one preview or update, and remembers what only its end can tell. */
export class Judge {
  private readonly read: ReadExceptions;
  private readonly used = new Set<Exception>();
  private readonly unknown: Unknown[] = [];

  constructor(read: ReadExceptions) {
    this.read = read;
  }

  /** Reports what breaks the rule without leave. */
  resource(rule: ResourceRule, resource: Resource, report: Report): void {
    if (!rule.types.includes(resource.type)) return;
    this.look(rule.name, resource, () => rule.check(resource), report);
  }

  stack(rule: StackRule, stack: readonly StackResource[], report: Report): void {
    const { types } = rule;
    for (const resource of stack.filter(({ type }) => types?.includes(type) ?? true))
      this.look(rule.name, resource, () => rule.checkAmong(resource, stack), report);
  }

  /** What is wrong with the exceptions themselves, known once every rule has been applied. */
  exceptions(stack: readonly Resource[], report: Report): void {
    for (const problem of this.read.problems) report(problem);
    const current = stack.map(({ urn }) => stackOf(urn)).find((name) => name !== undefined);
    const left = this.read.exceptions.filter(
      (each) => concerns(each, current) && !this.used.has(each) && !this.mayMatch(each),
    );
    for (const { rule, resource } of left)
      report(
        `policy/exceptions.yaml: the exception of ${rule} for ${resource} matches nothing that breaks the rule; ` +
          "allowed: exceptions that are needed; remove it, or mend its resource",
      );
  }

  /** Whether its rule has not seen all of what it is about. */
  private mayMatch(exception: Exception): boolean {
    return this.unknown.some(
      ({ rule, resource }) => rule === exception.rule && covers(exception, resource),
    );
  }

  /** What has not been looked at, in one line for each rule; empty when all values were known. */
  takeUnknown(): readonly string[] {
    const rules = [...new Set(this.unknown.map(({ rule }) => rule))].sort();
    const lines = rules.map((rule) => {
      const count = this.unknown.filter((each) => each.rule === rule).length;
      return `${rule} (${count})`;
    });
    this.unknown.length = 0;
    return lines;
  }

  /** As far as the values are known. */
  private look(
    rule: string,
    resource: Resource,
    check: () => Iterable<Finding>,
    report: Report,
  ): void {
    try {
      for (const finding of check()) {
        const leave = this.read.exceptions.find(
          (each) => each.rule === rule && covers(each, resource),
        );
        if (leave) this.used.add(leave);
        else report(`${resource.type} ${resource.name}: ${message(finding)}`, resource.urn);
      }
    } catch (error) {
      if (!isUnknownValue(error)) throw error;
      this.unknown.push({ rule, resource });
    }
  }
}

/** What `@pulumi/policy` throws where a value is read that a preview does not know. It exports no class of that. */
const isUnknownValue = (error: unknown): boolean =>
  error instanceof Error && error.constructor.name === "UnknownValueError";
