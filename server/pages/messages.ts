import { type Html, html } from "./html.ts";
import { type NoticeName, NOTICES } from "./notices.ts";

/** Something that keeps a form from being accepted. */
export interface Problem {
  /** What is wrong and what to do. */
  readonly sentence: string;
  /** The field it is about; absent: the form as a whole. */
  readonly field?: string;
}

/**
 * What stands above a form that was refused. It has the focus, so that a screen reader begins there and the next
 * Tab leads to the first link.
 *
 * @param problems at least one
 */
export function problemMessage(problems: readonly Problem[]): Html {
  const items = problems.map(({ sentence, field }) =>
    field === undefined ? html`<li>${sentence}</li>` : html`<li><a href="#${field}">${sentence}</a></li>`
  );
  return html`
    <div class="message bad" role="alert" tabindex="-1" autofocus>
      <h2>There is a problem</h2>
      <ul>${items}</ul>
    </div>
  `;
}

/**
 * What the page after a step says of it.
 *
 * @param name which step
 * @param mailHint what follows where a mail is on its way
 */
export function noticeMessage(name: NoticeName, mailHint: Html): Html {
  const { sentence, mail = false } = NOTICES[name];
  return html`<div class="message" role="status" tabindex="-1" autofocus>
<p>${sentence}</p>${mail ? mailHint : null}
</div>`;
}
