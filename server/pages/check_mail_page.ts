import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Asks for another verification mail. The answer does not tell whether anybody waits for one.
 *
 * @param desk what pages work with
 */
export function checkMailPage({ harbor, paths, goOn }: Desk): FormPage<"email"> {
  return {
    path: paths.checkMail,
    title: "Verify your address",
    above:
      html`<p>Open the link in the newest mail you got; the earlier ones no longer work. No mail? Look where
unwanted mail goes, or have it sent again.</p>`,
    fields: [{ name: "email", purpose: "email", label: "E-mail address" }],
    button: "Send the mail again",
    below: html`<p class="after">Verified already? <a href="${paths.logIn}">Log in</a></p>`,
    async submit({ email }, { context }) {
      await harbor.resendVerification(email, context);
      return goOn({ to: paths.checkMail, notice: "verification_sent", email });
    },
  };
}
