import { parseJson } from "../parse-json";
import type { Finding } from "./findings";

/** A call of AWS that changed something, as CloudTrail has it. */
export interface TrailEvent {
  /** ISO 8601. */
  readonly time: string;
  /** For example `ModifyRule`. */
  readonly call: string;
  /** The whole event, JSON. */
  readonly text: string;
}

/** What CloudTrail has said: the calls that changed anything since a time, the newest first. */
export type Trail =
  | {
      readonly read: true;
      /** ISO 8601. @default 90 days ago, which is as far as CloudTrail looks back */
      readonly since?: string;
      readonly events: readonly TrailEvent[];
      /** Whether there are more events than were read. */
      readonly isCut: boolean;
    }
  | { readonly read: false; readonly reason: string };

/** Somebody who made a call that names a resource. */
export interface Suspect {
  /** ARN of the principal, as CloudTrail has it. */
  readonly by: string;
  readonly call: string;
  readonly time: string;
}

/** As many calls are told of one resource. */
const MOST = 3;

/** Who made calls that name the resource, the newest first. A call that was refused changed nothing. */
export function suspectsOf({ knownBy }: Finding, trail: Trail): Suspect[] {
  if (!trail.read) return [];
  const named = trail.events.filter(({ text }) => knownBy.some((each) => names(text, each)));
  return named
    .flatMap(({ time, call, text }) => {
      const { errorCode, userIdentity } = (parseJson(text) ?? {}) as CloudTrailEvent;
      if (errorCode !== undefined) return [];
      const { arn, invokedBy, principalId } = userIdentity ?? {};
      return [{ by: arn ?? invokedBy ?? principalId ?? "somebody unnamed", call, time }];
    })
    .slice(0, MOST);
}

interface CloudTrailEvent {
  readonly errorCode?: string;
  readonly userIdentity?: {
    readonly arn?: string;
    readonly invokedBy?: string;
    readonly principalId?: string;
  };
}

/** As a whole value, or as the end of an ARN. */
const names = (text: string, known: string): boolean =>
  text.includes(`"${known}"`) || text.includes(`/${known}"`) || text.includes(`:${known}"`);
