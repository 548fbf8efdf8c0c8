import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Deletes the account of who is logged in, against the password.
 *
 * @param desk what pages work with
 */
export function deletionPage({ harbor, paths, cookie, goOn, askToLogIn }: Desk): FormPage<"password"> {
  return {
    path: paths.deletion,
    title: "Delete the account",
    audience: "member",
    above: html`<p>This cannot be undone. To go on, enter your password.</p>`,
    fields: [{ name: "password", purpose: "current-password", label: "Password" }],
    button: "Delete the account",
    isDanger: true,
    below: html`<p class="after"><a href="${paths.account}">Keep it, and go back</a></p>`,
    blames: { invalid_credentials: { field: "password", say: "wrong_password" } },
    async submit({ password }, visit) {
      const { sessionToken, context } = visit;
      if (sessionToken === null) return askToLogIn(visit);
      await harbor.deleteAccount({ sessionToken, password }, context);
      return goOn({ to: paths.start, notice: "account_deleted", cookie: cookie.clear() });
    },
  };
}
