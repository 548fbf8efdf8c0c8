import type { DevMail } from "./dev_inbox.ts";
import { type Html, html, type Page, timeHtml } from "./pages/mod.ts";

/** The language of a mail, as its other part declares it. */
const LANGUAGE = /<html lang="(?<language>[\w-]+)"/;

/** A paragraph that is a link: its words, and under them where it leads. */
const LINK = /^(?<words>.+)\n(?<href>https?:\/\/\S+)$/;

/**
 * Shows mail to be read as its receiver would, the newest first.
 *
 * @param mails the mails, newest last
 */
export function inboxPage(mails: readonly DevMail[]): Page {
  const newestFirst = mails.toReversed().map(sheet);
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

function sheet({ kind, to, username, sentAt, token, content }: DevMail): Html {
  return html`
    <article class="sheet">
      <h2 lang="${languageOf(content)}">${content?.subject ?? kind}</h2>
      <dl>
        <dt>To</dt>
        <dd>${to}</dd>
        <dt>Sent</dt>
        <dd>${timeHtml(new Date(sentAt))}</dd>
      </dl>
      <div lang="${languageOf(content)}">
    ${content === null ? withoutWords(username, token) : paragraphs(content.text)}
      </div>
    </article>
  `;
}

/** The page is in English, whatever a mail is in. */
function languageOf(content: DevMail["content"]): string {
  return LANGUAGE.exec(content?.html ?? "")?.groups?.["language"] ?? "en";
}

/** Its plain text: the same words as the other part, and nothing that could be mistaken for this page. */
function paragraphs(text: string): readonly Html[] {
  return text.trimEnd().split("\n\n").map((paragraph) => {
    const { words, href } = LINK.exec(paragraph)?.groups ?? {};
    if (words === undefined || href === undefined) return html`<p class="token">${paragraph}</p>`;
    return html`<p class="token"><a href="${href}">${words}</a></p>`;
  });
}

/** There is no page that a mail could lead to. */
function withoutWords(username: string, token: string | undefined): Html {
  const secret = token === undefined ? "" : ` Its token is ${token}`;
  return html`<p class="token">This mail is about the account ${username}.${secret}</p>`;
}
