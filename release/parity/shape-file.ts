import { z } from "zod";
import { parseJson } from "../parse-json";
import { type Shape, shapeHash } from "./shape";

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
  | { readonly ok: true; readonly shape: Shape }
  | { readonly ok: false; readonly why: "edited" | "unreadable" };

/** A shape as it is kept in a file, for whoever has the other stack's credentials. */
export function writeShape(shape: Shape): string {
  return `${JSON.stringify({ hash: shapeHash(shape), ...shape }, null, 2)}\n`;
}

/** Reads a shape that was kept; one that has not the content of its hash is none. */
export function openShape(text: string): OpenedShape {
  const found = form.safeParse(parseJson(text));
  if (!found.success) return { ok: false, why: "unreadable" };
  const { hash, ...shape } = found.data;
  return hash === shapeHash(shape) ? { ok: true, shape } : { ok: false, why: "edited" };
}
