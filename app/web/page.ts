import type { Identity, Slot } from "../shared/identity";
import { STYLE } from "./page-style";

/** Edit this line to make a second version of the sample. */
export const HEADING = "Switchyard sample, version 1";

const iconColours: Record<Slot, string> = { blue: "%232563eb", green: "%2316a34a" };

export function renderPage(identity: Identity, visits: number): string {
  const { service, release, digest, slot } = identity;
  const icon = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='4' fill='${iconColours[slot]}'/></svg>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(HEADING)}: ${escapeHtml(service)} on ${slot}</title>
<link rel="icon" href="${icon}">
<style>${STYLE}</style>
</head>
<body class="${slot}">
<main>
<h1>${escapeHtml(HEADING)}</h1>
<p class="lead">This answer came from the copy described here.</p>
<dl>
<div><dt>Slot</dt><dd><span class="slot">${slot}</span></dd></div>
<div><dt>Service</dt><dd>${escapeHtml(service)}</dd></div>
<div><dt>Release</dt><dd><code>${escapeHtml(release.slice(0, 12))}</code></dd></div>
<div><dt>Image digest</dt><dd><code>${escapeHtml(digest)}</code></dd></div>
</dl>
<p class="lead">${describeVisits(visits)} The count is in a signed cookie that both slots accept.</p>
</main>
</body>
</html>
`;
}

function describeVisits(visits: number): string {
  return visits === 1
    ? "This is your first visit."
    : `This is visit number ${visits} from your browser.`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
