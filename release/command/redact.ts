const HIDDEN = "[hidden]";

/** What looks like a secret wherever it stands; Pulumi itself hides the secret settings it knows of. */
const SECRETS: readonly (readonly [find: RegExp, replacement: string])[] = [
  [
    /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?(?:-----END \1-----|$)/g,
    `-----BEGIN $1----- ${HIDDEN}`,
  ],
  [/(:\/\/[^/\s:@]*:)[^/\s@]+@/g, `$1${HIDDEN}@`],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, `$1${HIDDEN}`],
  [/\b(Basic|Bearer) [A-Za-z0-9+/=._~-]{16,}/g, `$1 ${HIDDEN}`],
  [
    /((?:password|passwd|secret|token|api[_-]?key|pepper)(?:\s*=\s*["']?|["']\s*:\s*["']))[^\s"',;&]{4,}/gi,
    `$1${HIDDEN}`,
  ],
];

/** A text from outside without what looks like a secret: a container's log may hold anything. */
export function redact(text: string): string {
  return SECRETS.reduce((kept, [find, replacement]) => kept.replace(find, replacement), text);
}
