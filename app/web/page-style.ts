import { createHash } from "node:crypto";

export const STYLE = `
:root { color-scheme: light dark; --paper: #f4f5f7; --card: #fff; --ink: #16191f; --quiet: #555d6b;
  --line: #dfe3e8; --blue: #1d4ed8; --green: #15703a; --on-slot: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #101318; --card: #191d24; --ink: #eceff4; --quiet: #a6afbd;
    --line: #2c333e; --blue: #93b8ff; --green: #7fdb9f; --on-slot: #101318; }
}
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; display: grid; place-items: center; padding: 1.25rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 38rem; background: var(--card); border: 1px solid var(--line);
  border-top: .5rem solid var(--slot); border-radius: .75rem; padding: 2rem; }
.blue { --slot: var(--blue); }
.green { --slot: var(--green); }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
.lead { margin-top: .375rem; color: var(--quiet); }
dl { margin: 1.5rem 0; border-top: 1px solid var(--line); }
dl div { display: grid; grid-template-columns: 8rem 1fr; gap: .25rem 1rem; align-items: baseline;
  padding: .75rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { min-width: 0; overflow-wrap: anywhere; }
code { font: .875rem/1.5 ui-monospace, monospace; }
.slot { display: inline-block; padding: .125rem .75rem; border-radius: 1rem;
  background: var(--slot); color: var(--on-slot); font-weight: 600; }
@media (max-width: 30rem) { main { padding: 1.25rem; } dl div { grid-template-columns: 1fr; } }
`;

const styleHash = createHash("sha256").update(STYLE).digest("base64");

/** Nothing runs, nothing is loaded: the one style sheet by its hash, the icon from the page itself. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
