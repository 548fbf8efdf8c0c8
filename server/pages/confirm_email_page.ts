import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";
import type { MailedForm } from "./serve_mailed_form.ts";

/**
 * Moves an account to the address that the mail was sent to, once somebody presses the button. It neither needs a
 * session nor opens one: the mail may be read on another computer.
 *
 * @param desk what pages work with
 * @param email where to ask for another mail
 */
export function confirmEmailPage({ harbor, paths, goOn }: Desk, email: FormPage): MailedForm<"token"> {
  return {
    path: paths.confirmEmail,
    title: "Confirm your new address",
    above:
      html`<p>Press the button if it is your account: its username is in the mail. If it is not, close this page:
without the button, nothing happens.</p>`,
    fields: [{ name: "token", purpose: "token", label: "" }],
    button: "Confirm my new address",
    remedy: { code: "invalid_email_change_token", form: email, where: "instead" },
    async submit({ token }, { context }) {
      await harbor.confirmEmailChange(token, context);
      // Whoever is logged in here is led on to the account.
      return goOn({ to: paths.logIn, notice: "email_changed" });
    },
  };
}
