import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import type { MailedForm } from "./serve_mailed_form.ts";

/**
 * Sets a new password against the token of a mail.
 *
 * @param desk what pages work with
 * @param forgot where to get another mail
 */
export function resetPage(
  { harbor, paths, goOn }: Desk,
  forgot: FormPage,
): MailedForm<"token" | "new_password"> {
  return {
    path: paths.reset,
    title: "Set a new password",
    fields: [
      { name: "token", purpose: "token", label: "" },
      { name: "new_password", purpose: "new-password", label: "New password" },
    ],
    button: "Set the password",
    blames: { weak_password: { field: "new_password" } },
    remedy: { code: "invalid_password_reset_token", form: forgot, where: "instead" },
    async submit({ token: resetToken, new_password: newPassword }, { context }) {
      await harbor.resetPassword({ resetToken, newPassword }, context);
      return goOn({ to: paths.logIn, notice: "password_reset" });
    },
  };
}
