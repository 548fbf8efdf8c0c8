import { type ErrorCode, isUserHarborError, type User, type UserHarborError } from "@userharbor/core";
import { errorResponse } from "@userharbor/http";
import type { Desk } from "./desk.ts";
import { missingCode } from "./field.ts";
import { formHtml, type FormPage, UNTOUCHED } from "./form_page.ts";
import { html } from "./html.ts";
import { isPasswordDue } from "./is_password_due.ts";
import { type Problem, problemMessage } from "./messages.ts";
import { PageRefusal } from "./page_refusal.ts";
import { readForm } from "./read_form.ts";
import { sentenceFor, sentenceOf } from "./sentences.ts";
import type { PageRoute, Visit } from "./visit.ts";

type Values = Readonly<Record<string, string>>;

/** Why a form was not accepted. */
interface Refusal {
  readonly status: number;
  readonly problems: readonly Problem[];
  readonly code?: ErrorCode;
  readonly retryAfter?: string | null;
}

const NOBODY = { user: null, isMember: false };

/** What was sent, and by whom. */
interface Attempt {
  readonly visit: Visit;
  readonly values: Values;
}

/**
 * Serves a page that is one form: GET shows it, POST has it submitted and, where that is refused, shows it again
 * with what was typed, except passwords, and with what is wrong.
 *
 * @param desk what pages work with
 * @param form the page
 */
export function serveForm(desk: Desk, form: FormPage): PageRoute {
  async function get(visit: Visit): Promise<Response> {
    const { user, isMember } = await audience(visit);
    if (form.audience === "guest" && isMember) return desk.goOn({ to: desk.paths.account });
    if (form.audience === "member" && !isMember) return desk.askToLogIn(visit);
    const values = { email: visit.left?.email ?? "" };
    const content = formHtml(form, { ...UNTOUCHED, values, user: form.audience === "member" ? user : null });
    return await desk.show({ title: form.title, content }, visit.left);
  }

  /** Who looks at the form; the name of somebody of whom another password is demanded is not to be had. */
  async function audience(visit: Visit): Promise<{ readonly user: User | null; readonly isMember: boolean }> {
    if (form.audience === undefined) return { user: null, isMember: false };
    try {
      const user = await desk.visitor(visit);
      return { user, isMember: user !== null };
    } catch (error) {
      const isDue = error instanceof PageRefusal && isPasswordDue(error.cause);
      if (isDue && form.isForPasswordDue) return { user: null, isMember: true };
      throw error;
    }
  }

  async function post(visit: Visit): Promise<Response> {
    const values = await readForm(visit.request, form.fields.map(({ name }) => name));
    const problems = missingFields(form, values);
    if (problems.length > 0) return await showAgain({ visit, values }, { status: 400, problems });
    try {
      return await form.submit(values, visit);
    } catch (error) {
      if (!isUserHarborError(error)) throw new PageRefusal("unavailable", error);
      return await showAgain({ visit, values }, refusalOf(form, error));
    }
  }

  async function showAgain({ visit, values }: Attempt, refusal: Refusal): Promise<Response> {
    const { status, problems, code, retryAfter = null } = refusal;
    const { user, isMember } = form.audience === "member" ? await audience(visit) : NOBODY;
    if (code === "invalid_session_token" || (form.audience === "member" && !isMember)) {
      return desk.askToLogIn(visit);
    }
    const remedy = form.remedy?.code === code ? form.remedy : undefined;
    const shown = remedy?.where === "instead" ? remedy.form : form;
    const below = remedy?.where === "below"
      ? html`<h2>${remedy.form.title}</h2>${formHtml({ ...remedy.form, below: html`` }, UNTOUCHED)}`
      : null;
    return await desk.show({
      title: shown.title,
      status,
      message: problemMessage(problems),
      content: html`${formHtml(shown, { values, problems, user })}${below}`,
      headers: new Headers(retryAfter === null ? {} : { "retry-after": retryAfter }),
    });
  }

  return { get, post };
}

function missingFields({ fields }: FormPage, values: Values): readonly Problem[] {
  return fields.flatMap((field) => {
    const code = values[field.name] === "" ? missingCode(field) : undefined;
    return code === undefined ? [] : [{ sentence: sentenceFor(code), field: field.name }];
  });
}

function refusalOf({ blames }: FormPage, error: UserHarborError): Refusal {
  const { status, headers } = errorResponse(error);
  const blame = blames?.[error.code];
  return {
    // A 401 has to name a scheme for a header (RFC 9110, 15.5.2), and a form has none.
    status: status === 401 ? 403 : status,
    problems: [{
      sentence: blame?.say === undefined ? sentenceOf(error) : sentenceFor(blame.say),
      ...(blame === undefined ? {} : { field: blame.field }),
    }],
    code: error.code,
    retryAfter: headers.get("retry-after"),
  };
}
