import { type Html, html } from "./html.ts";

/**
 * Shows an instant to the second, in UTC: without a script nobody knows where the reader is.
 *
 * @param instant which
 */
export function timeHtml(instant: Date): Html {
  const precise = instant.toISOString();
  return html`<time datetime="${precise}">${precise.replace("T", " ").replace(/\.\d+Z$/, " UTC")}</time>`;
}
