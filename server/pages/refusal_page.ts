import { html } from "./html.ts";
import type { Page } from "./page_answer.ts";
import type { PageRefusalCode } from "./page_refusal.ts";

interface Telling {
  readonly status: number;
  readonly title: string;
  readonly sentence: string;
}

const TELLINGS: Readonly<Record<PageRefusalCode, Telling>> = {
  malformed: {
    status: 400,
    title: "This form could not be read",
    sentence: "Nothing was changed. Open the page again and fill in the form there.",
  },
  foreign: {
    status: 403,
    title: "This request came from elsewhere",
    sentence:
      "Nothing was changed, because no page of this site asked for it. Open the page here and try again.",
  },
  method_not_allowed: {
    status: 405,
    title: "This page cannot do that",
    sentence: "Nothing was changed. Start again from the first page.",
  },
  payload_too_large: {
    status: 413,
    title: "This is too much",
    sentence: "Nothing was changed. Open the page again and enter less.",
  },
  unsupported_media_type: {
    status: 415,
    title: "This form could not be read",
    sentence: "Nothing was changed. Open the page again and fill in the form there.",
  },
  unavailable: {
    status: 503,
    title: "Not available at the moment",
    sentence: "Something this page needs does not answer. Try again in a little while.",
  },
  internal_error: {
    status: 500,
    title: "Something went wrong",
    sentence: "The fault is on our side. Try again in a little while.",
  },
};

/**
 * The page that says why there is no other.
 *
 * @param code what happened
 * @param home where to start again
 */
export function refusalPage(code: PageRefusalCode, home: string): Page {
  const { status, title, sentence } = TELLINGS[code];
  return {
    status,
    title,
    content: html`
      <p>${sentence}</p>
      <p><a href="${home}">Go to the first page</a></p>
    `,
  };
}
