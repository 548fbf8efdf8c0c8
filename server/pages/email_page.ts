import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Has a mail sent to a new address, against the password. What comes next does not tell whether the address belongs
 * to somebody.
 *
 * @param desk what pages work with
 */
export function emailPage({ harbor, paths, goOn, askToLogIn }: Desk): FormPage<"new_email" | "password"> {
  return {
    path: paths.email,
    title: "Change the e-mail address",
    audience: "member",
    above:
      html`<p>A mail with a link goes to the new address. Until you open the link, your account keeps the old one.</p>`,
    fields: [
      { name: "new_email", purpose: "email", label: "New e-mail address" },
      { name: "password", purpose: "current-password", label: "Password" },
    ],
    button: "Send the mail",
    below: html`<p class="after"><a href="${paths.account}">Back to your account</a></p>`,
    blames: {
      invalid_email: { field: "new_email" },
      invalid_credentials: { field: "password", say: "wrong_password" },
    },
    async submit({ new_email: newEmail, password }, visit) {
      const { sessionToken, context } = visit;
      if (sessionToken === null) return askToLogIn(visit);
      await harbor.changeEmail({ sessionToken, password, newEmail }, context);
      return goOn({ to: paths.account, notice: "email_change_sent" });
    },
  };
}
