import { createHash } from "node:crypto";
import { type Html, html } from "./html.ts";

/** What goes with every answer of this server. */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid; border-radius: 0.25rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; overflow-wrap: anywhere; }
`;

/** Nothing but this very style: no script, no frame, no form, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Answers with a page for people.
 *
 * @param page its title, which is its heading too, and what stands below
 */
export function pageAnswer(
  { title, content }: { readonly title: string; readonly content: Html },
): Response {
  const { markup } = html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <style>${{ markup: STYLE }}</style>
      </head>
      <body>
        <main>
    <h1>${title}</h1>
    ${content}
        </main>
      </body>
    </html>
  `;
  return new Response(markup, {
    headers: {
      ...HEADERS,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": CONTENT_SECURITY_POLICY,
    },
  });
}

/** Answers with JSON, laid out for people to read. */
export function jsonAnswer(status: number, body: unknown): Response {
  return new Response(`${JSON.stringify(body, null, 2)}\n`, {
    status,
    headers: { ...HEADERS, "content-type": "application/json" },
  });
}
