import { sha256 } from "./sha256";

/** What JSON can say; numbers are finite. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON (RFC 8785): keys in the order of their UTF-16 code units, no white space, numbers and texts as
 * `JSON.stringify` writes them, which is what the standard asks for. A key whose value is undefined is left out.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member = value[key];
      return member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`];
    });
  return `{${members.join(",")}}`;
}

/** SHA-256 of a value, 64 hexadecimal digits: the same however its keys are ordered. */
export const hashOfJson = (value: Json): string => sha256(canonicalJson(value));

const isList = (value: readonly Json[] | object): value is readonly Json[] => Array.isArray(value);
