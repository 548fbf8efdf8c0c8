import { type Html, html } from "./html.ts";
import type { Site } from "./site.ts";
import { STYLE } from "./style.ts";

/** One page. */
export interface Page {
  /** Its title, and its heading too. */
  readonly title: string;
  /** What came of the last step; stands right below the heading. */
  readonly message?: Html | null;
  /** Everything else. */
  readonly content: Html;
  /** Default: 200. From 400 on, the title says that something is wrong. */
  readonly status?: number;
  /** Beside those of every page. */
  readonly headers?: Headers;
}

/** Pages are about one person, and the address of some holds a token: nobody keeps, frames or passes them on. */
export const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

let contentSecurityPolicy: Promise<string> | undefined;

/**
 * Answers with a page.
 *
 * Nothing is allowed in it but this very style, and forms that go to its own origin: no script, no frame, nothing
 * from elsewhere.
 *
 * @param page what it shows
 * @param site where it belongs
 */
export async function pageAnswer(page: Page, site: Site): Promise<Response> {
  const { status = 200 } = page;
  const headers = new Headers(page.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  headers.set("content-type", "text/html; charset=utf-8");
  headers.set("content-security-policy", await (contentSecurityPolicy ??= makePolicy()));
  return new Response(documentOf(page, site).markup, { status, headers });
}

function documentOf({ title, message = null, content, status = 200 }: Page, site: Site): Html {
  const links = site.links.map(({ href, text }) => html`<li><a href="${href}">${text}</a></li>`);
  const nav = links.length === 0 ? null : html`
    <nav aria-label="${site.name}">
      <ul>${links}</ul>
    </nav>
  `;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${status >= 400 ? "Error: " : ""}${title} – ${site.name}</title>
        <style>${{ markup: STYLE }}</style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <div class="bar"><a class="name" href="${site.home}">${site.name}</a>${nav}</div>
        </header>
        <main id="main" tabindex="-1">
    <h1>${title}</h1>
    ${message}
    ${content}
        </main>
      </body>
    </html>
  `;
}

async function makePolicy(): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  return [
    "default-src 'none'",
    `style-src 'sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}'`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
