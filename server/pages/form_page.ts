import type { ErrorCode, User } from "@userharbor/core";
import { type Field, fieldHtml } from "./field.ts";
import { type Html, html } from "./html.ts";
import type { Problem } from "./messages.ts";
import type { SpecialCode } from "./sentences.ts";
import type { Visit } from "./visit.ts";

/** What a refusal is about. */
export interface Blame<Name extends string = string> {
  /** The field to change. */
  readonly field: Name;
  /** What to say where the general sentence would not do. */
  readonly say?: SpecialCode;
}

/** A page that is one form. `submit` is a method, so that pages with different fields fit into one list. */
export interface FormPage<Name extends string = string> {
  /** Where it is shown, and where the form goes. */
  readonly path: string;
  /** Its heading. */
  readonly title: string;
  /** Who may see it: guests who are logged in are sent to their account, members who are not to log in. */
  readonly audience?: "guest" | "member";
  /** Whether members of whom another password is demanded may see it; nothing else is shown to them. */
  readonly isForPasswordDue?: boolean;
  /** What stands before the form. */
  readonly above?: Html;
  /** Every field of the form. */
  readonly fields: readonly Field<Name>[];
  /** What its button says. */
  readonly button: string;
  /** Whether there is no way back. */
  readonly isDanger?: boolean;
  /** What stands after the form. */
  readonly below?: Html;
  /** Which field each refusal is about; the others are about the form as a whole. */
  readonly blames?: Readonly<Partial<Record<ErrorCode, Blame<Name>>>>;
  /** The form that helps out after a refusal. */
  readonly remedy?: Remedy;
  /**
   * Asks the harbor, and says where to go on.
   *
   * @throws {UserHarborError} which is shown above the form
   */
  submit(values: Readonly<Record<Name, string>>, visit: Visit): Promise<Response>;
}

/** What helps out. */
export interface Remedy {
  /** After this refusal. */
  readonly code: ErrorCode;
  /** This form. */
  readonly form: FormPage;
  /** In place of the refused form, or below it. */
  readonly where: "instead" | "below";
}

/** What a form shows. */
export interface FormState {
  /** What was typed before, by field. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong. */
  readonly problems: readonly Problem[];
  /** Whose account it is about, for password managers. */
  readonly user: User | null;
}

/** A form that nobody has touched. */
export const UNTOUCHED: FormState = { values: {}, problems: [], user: null };

/**
 * Shows the form of a page.
 *
 * The browser's own checks are off: they would say one thing at a time, in words that vary, where the page says
 * all of them at once.
 *
 * @param form which
 * @param state what it shows
 */
export function formHtml(form: FormPage, { values, problems, user }: FormState): Html {
  const fields = form.fields.map((field) =>
    fieldHtml(field, {
      value: values[field.name] ?? "",
      problem: problems.find((problem) => problem.field === field.name)?.sentence ?? null,
    })
  );
  return html`${form.above ?? null}
<form method="post" action="${form.path}" novalidate>
${user === null ? null : usernameHtml(user)}
${fields}
<button class="button${form.isDanger ? " danger" : ""}">${form.button}</button>
</form>
${form.below ?? null}`;
}

/** Nobody sees it and no form carries it: it tells a password manager whose password is being typed. */
function usernameHtml({ username }: User): Html {
  return html`<input type="text" autocomplete="username" value="${username}" readonly hidden>`;
}
