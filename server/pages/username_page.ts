import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Gives the account another name, against the password.
 *
 * @param desk what pages work with
 */
export function usernamePage(
  { harbor, paths, goOn, askToLogIn }: Desk,
): FormPage<"new_username" | "password"> {
  return {
    path: paths.username,
    title: "Change the username",
    audience: "member",
    above: html`<p>You stay logged in. The old name is free for anybody then.</p>`,
    fields: [
      { name: "new_username", purpose: "username", label: "New username" },
      { name: "password", purpose: "current-password", label: "Password" },
    ],
    button: "Change the username",
    below: html`<p class="after"><a href="${paths.account}">Back to your account</a></p>`,
    blames: {
      invalid_username: { field: "new_username" },
      username_taken: { field: "new_username" },
      invalid_credentials: { field: "password", say: "wrong_password" },
    },
    async submit({ new_username: newUsername, password }, visit) {
      const { sessionToken, context } = visit;
      if (sessionToken === null) return askToLogIn(visit);
      await harbor.changeUsername({ sessionToken, password, newUsername }, context);
      return goOn({ to: paths.account, notice: "username_changed" });
    },
  };
}
