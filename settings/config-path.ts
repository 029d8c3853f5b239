/** Config path of a top-level key, for example `switchyard:services`. */
export function topPath(namespace: string, key: string): string {
  return isPlain(key) ? `${namespace}:${key}` : `${namespace}:[${JSON.stringify(key)}]`;
}

/** Config path of a part, in the notation of `pulumi config set --path`. */
export function childPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return isPlain(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function isPlain(key: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(key);
}
