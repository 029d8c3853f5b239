import { z } from "zod";
import { canonical } from "../engine-plan";
import { parseJson } from "../parse-json";
import { sha256 } from "../sha256";
import type { Shape } from "./shape";

/** A stack's shape, and what its preview says beside it. */
export interface PreviewedShape extends Shape {
  /** Hash of what the stack is declared from, as `components/declaration.ts` makes it. */
  readonly declaration: string;
  /** How many resources the next update would touch: none where the stack is as it is declared. */
  readonly changes: number;
}

const strings = z.record(z.string(), z.array(z.string()));

const form = z.strictObject({
  hash: z.string(),
  version: z.literal(1),
  names: z.strictObject({
    project: z.string(),
    stack: z.string(),
    account: z.string(),
    region: z.string(),
  }),
  declaration: z.string(),
  changes: z.number(),
  unmade: z.array(z.string()),
  resources: z.record(
    z.string(),
    z.strictObject({
      parent: z.string(),
      protect: z.boolean(),
      retainOnDelete: z.boolean(),
      inputs: z.record(z.string(), z.unknown()),
      madeFrom: strings,
    }),
  ),
});

export type OpenedShape =
  | { readonly ok: true; readonly shape: PreviewedShape }
  | { readonly ok: false; readonly why: "edited" | "unreadable" };

/** A shape as it is kept in a file, for whoever has the other stack's credentials. */
export function writeShape(shape: PreviewedShape): string {
  return `${JSON.stringify({ hash: hashOf(shape), ...shape }, null, 2)}\n`;
}

/** Reads a shape that was kept; one that has not the content of its hash is none. */
export function openShape(text: string): OpenedShape {
  const found = form.safeParse(parseJson(text));
  if (!found.success) return { ok: false, why: "unreadable" };
  const { hash, ...shape } = found.data;
  return hash === hashOf(shape) ? { ok: true, shape } : { ok: false, why: "edited" };
}

const hashOf = (shape: PreviewedShape): string => sha256(canonical(shape));
