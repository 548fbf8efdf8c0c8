import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import type { MailedForm } from "./serve_mailed_form.ts";
import { html } from "./html.ts";

/**
 * Verifies an address, once somebody presses the button. It does not log in: whoever reads the mail may not be
 * whoever chose the password.
 *
 * @param desk what pages work with
 * @param checkMail where to get another mail
 */
export function verifyPage({ harbor, paths, goOn }: Desk, checkMail: FormPage): MailedForm<"token"> {
  return {
    path: paths.verify,
    title: "Verify your address",
    above:
      html`<p>Press the button if it was you who registered, under the username in the mail. If it was not,
close this page: without the button, nothing happens.</p>`,
    fields: [{ name: "token", purpose: "token", label: "" }],
    button: "Verify my address",
    remedy: { code: "invalid_verification_token", form: checkMail, where: "instead" },
    async submit({ token }, { context }) {
      await harbor.verifyEmail(token, context);
      return goOn({ to: paths.logIn, notice: "verified" });
    },
  };
}
