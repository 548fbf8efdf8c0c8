import type { SessionSummary } from "@userharbor/core";
import type { Desk } from "./desk.ts";
import { type Html, html } from "./html.ts";
import { timeHtml } from "./time_html.ts";
import { unlessRefused } from "./unless_refused.ts";
import type { PageRoute } from "./visit.ts";

/**
 * Shows where somebody is logged in, with a button to end each session but the one that looks.
 *
 * @param desk what pages work with
 */
export function sessionsPage({ harbor, paths, show, askToLogIn }: Desk): PageRoute {
  return {
    get: async (visit) => {
      const { sessionToken, context } = visit;
      const sessions = sessionToken === null
        ? null
        : await unlessRefused(harbor.sessions.list(sessionToken, context), ["invalid_session_token"]);
      if (sessions === null) return askToLogIn(visit);
      return await show({ title: "Where you are logged in", content: contentFor(sessions) }, visit.left);
    },
  };

  function contentFor(sessions: readonly SessionSummary[]): Html {
    const newestFirst = sessions.toReversed().map(sheet);
    const others = sessions.length === 1 ? null : html`
      <form method="post" action="${paths.endOtherSessions}">
        <button class="button plain">Log out everywhere else</button>
      </form>
    `;
    return html`
      <p>Something here that is not yours? End it, and change your password.</p>
      ${newestFirst}
      ${others}
      <p class="after"><a href="${paths.account}">Back to your account</a></p>
    `;
  }

  function sheet({ id, createdAt, expiresAt, client, current }: SessionSummary): Html {
    const heading = `session-${id}`;
    const opened = createdAt === undefined ? "Some time ago" : html`Since ${timeHtml(createdAt)}`;
    const end = html`
      <form method="post" action="${paths.endSession}">
        <input type="hidden" name="session_id" value="${id}">
        <button class="button plain" aria-describedby="${heading}">End this session</button>
      </form>
    `;
    return html`
      <article class="sheet">
        <h2 id="${heading}">${opened}${current ? " – this browser" : ""}</h2>
        <dl>
          ${detail("Program", client?.userAgent)}
          ${detail("From", client?.address)}
          <dt>Ends</dt><dd>${timeHtml(expiresAt)}, unless it is used</dd>
        </dl>
        ${current ? null : end}
      </article>
    `;
  }
}

function detail(term: string, description: string | undefined): Html | null {
  return description === undefined ? null : html`
    <dt>${term}</dt>
    <dd>${description}</dd>
  `;
}
