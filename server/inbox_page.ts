import type { DevMail } from "./dev_inbox.ts";
import { mailText } from "./mail_text.ts";
import { type Html, html, type MailLinks, type Page, timeHtml } from "./pages/mod.ts";

/** What the inbox shows. */
export interface InboxPageOptions {
  /** The mails, newest last. */
  readonly mails: readonly DevMail[];
  /** Where their tokens are spent; null: nowhere. */
  readonly links: MailLinks | null;
}

/**
 * Shows mail to be read as its receiver would, the newest first.
 *
 * @param options the mails
 */
export function inboxPage({ mails, links }: InboxPageOptions): Page {
  const newestFirst = mails.toReversed().map((mail) => sheet(mail, links));
  const list = mails.length === 0 ? html`<p>There is no mail yet.</p>` : newestFirst;
  return {
    title: "Inbox",
    content:
      html`<p>This server sends no mail. What it would have sent is here, the newest first, and as JSON at
<a href="/dev/inbox.json">/dev/inbox.json</a>.</p>
<p><a class="button plain" href="/dev/inbox">Look for new mail</a></p>
${list}`,
  };
}

function sheet(mail: DevMail, links: MailLinks | null): Html {
  const { subject, paragraphs, link } = mailText(mail, links);
  return html`
    <article class="sheet">
    <h2>${subject}</h2>
    <dl>
    <dt>To</dt><dd>${mail.to}</dd>
    <dt>Sent</dt><dd>${timeHtml(new Date(mail.sentAt))}</dd>
    </dl>
    ${paragraphs.map((text) => html`<p class="token">${text}</p>`)}
    ${link === null ? null : html`<p class="token"><a href="${link.href}">${link.text}</a></p>`}
    </article>
  `;
}
