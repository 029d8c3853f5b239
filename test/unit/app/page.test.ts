import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Identity } from "../../../app/shared/identity";
import { renderPage } from "../../../app/web/page";
import { CONTENT_SECURITY_POLICY, STYLE } from "../../../app/web/page-style";
import { identity } from "./environments";

describe("the page of the web service", () => {
  it("may load nothing, run nothing and style itself by hash alone", () => {
    const html = renderPage(identity, 1);
    const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    assert.equal(
      CONTENT_SECURITY_POLICY,
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    assert.doesNotMatch(html, /<script| style="|src=|href="(?!data:)|@import|url\(/);
  });

  it("says the slot in words and in its colour", () => {
    for (const slot of ["blue", "green"] as const) {
      const html = renderPage({ ...identity, slot }, 1);
      assert.ok(html.includes(`<body class="${slot}">`));
      assert.ok(html.includes(`<span class="slot">${slot}</span>`));
    }
  });

  it("has a language, a title, one main part and one heading", () => {
    const html = renderPage(identity, 1);
    for (const mark of ['<html lang="en">', "<title>", "<main>", "<h1>"]) {
      assert.equal(html.split(mark).length, 2, mark);
    }
    assert.match(html, /<title>[^<]* on blue<\/title>/);
  });

  it("cannot be broken out of", () => {
    const service = `"><script>alert('1')</script>&`;
    const hostile: Identity = { ...identity, service };
    const html = renderPage(hostile, 1);
    assert.ok(!html.includes("<script"));
    assert.ok(
      html.includes("<dd>&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;</dd>"),
    );
  });

  it("counts visits in plain words", () => {
    assert.match(renderPage(identity, 1), /This is your first visit\./);
    assert.match(renderPage(identity, 12), /This is visit number 12 from your browser\./);
  });

  it("has enough contrast for small text in light and dark", () => {
    const [light, dark] = STYLE.split("@media (prefers-color-scheme: dark)").map(readColours);
    assert.ok(light && dark);
    for (const colours of [light, dark]) {
      for (const [text, ground] of [
        ["ink", "card"],
        ["quiet", "card"],
        ["on-slot", "blue"],
        ["on-slot", "green"],
      ] as const) {
        const ratio = contrast(colours.get(text) ?? "", colours.get(ground) ?? "");
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio}`);
      }
    }
  });
});

function readColours(css: string): Map<string, string> {
  const declarations = css.matchAll(/--([a-z-]+): (#[0-9a-f]+)/g);
  return new Map([...declarations].map(([, name = "", value = ""]) => [name, value]));
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[0-9a-f]/g, "$&$&") : colour;
  const channels = [1, 3, 5].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
