import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Changes the password of who is logged in; this browser gets the fresh session.
 *
 * @param desk what pages work with
 */
export function passwordPage(
  { harbor, paths, cookie, goOn, askToLogIn }: Desk,
): FormPage<"old_password" | "new_password"> {
  return {
    path: paths.password,
    title: "Change the password",
    audience: "member",
    isForPasswordDue: true,
    above: html`<p>This logs you out wherever else you are logged in.</p>`,
    fields: [
      { name: "old_password", purpose: "current-password", label: "Current password" },
      { name: "new_password", purpose: "new-password", label: "New password" },
    ],
    button: "Change the password",
    below: html`<p class="after"><a href="${paths.account}">Back to your account</a></p>`,
    blames: {
      invalid_credentials: { field: "old_password", say: "wrong_password" },
      weak_password: { field: "new_password" },
    },
    async submit({ old_password: oldPassword, new_password: newPassword }, visit) {
      const { sessionToken, context } = visit;
      if (sessionToken === null) return askToLogIn(visit);
      const opened = await harbor.changePassword({ sessionToken, oldPassword, newPassword }, context);
      return goOn({
        to: paths.account,
        notice: "password_changed",
        cookie: cookie.set(opened.sessionToken),
      });
    },
  };
}
