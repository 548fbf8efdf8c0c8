import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Asks for a mail to reset the password. The answer does not tell whether there is such an account.
 *
 * @param desk what pages work with
 */
export function forgotPage({ harbor, paths, goOn }: Desk): FormPage<"email"> {
  return {
    path: paths.forgot,
    title: "Forgot your password?",
    above: html`<p>Enter the address of your account, and get a mail with a link to set a new password.</p>`,
    fields: [{ name: "email", purpose: "email", label: "E-mail address" }],
    button: "Send the mail",
    below: html`<p class="after"><a href="${paths.logIn}">Back to log in</a></p>`,
    async submit({ email }, { context }) {
      await harbor.sendPasswordReset(email, context);
      return goOn({ to: paths.forgot, notice: "reset_sent", email });
    },
  };
}
