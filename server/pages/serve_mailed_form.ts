import type { Desk } from "./desk.ts";
import { formHtml, type FormPage, type Remedy, UNTOUCHED } from "./form_page.ts";
import { problemMessage } from "./messages.ts";
import { sentenceFor } from "./sentences.ts";
import { serveForm } from "./serve_form.ts";
import type { PageRoute, Visit } from "./visit.ts";

/** A form with a field `token`, for whoever holds a mailed one. */
export interface MailedForm<Name extends string = string> extends FormPage<Name> {
  /** For a token that is not good. */
  readonly remedy: Remedy;
}

/** As the core makes them. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * Serves a form that the link in a mail leads to. GET puts the token of the link into the form and asks nobody
 * whether it is good: programs that look through mail follow links, too.
 *
 * @param desk what pages work with
 * @param form the page
 */
export function serveMailedForm(desk: Desk, form: MailedForm): PageRoute {
  async function get({ url }: Visit): Promise<Response> {
    const [token = "", ...others] = url.searchParams.getAll("token");
    if (others.length > 0 || !TOKEN.test(token)) return await showRemedy();
    return await desk.show({
      title: form.title,
      content: formHtml(form, { ...UNTOUCHED, values: { token } }),
    });
  }

  function showRemedy(): Promise<Response> {
    const { code, form: { title }, form: remedy } = form.remedy;
    return desk.show({
      title,
      status: 400,
      message: problemMessage([{ sentence: sentenceFor(code) }]),
      content: formHtml(remedy, UNTOUCHED),
    });
  }

  return { ...serveForm(desk, form), get };
}
