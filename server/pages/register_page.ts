import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Opens an account. What comes next does not tell whether the address belongs to somebody.
 *
 * @param desk what pages work with
 */
export function registerPage({ harbor, paths, goOn }: Desk): FormPage<"username" | "email" | "password"> {
  return {
    path: paths.register,
    title: "Register",
    audience: "guest",
    fields: [
      { name: "username", purpose: "username", label: "Username" },
      { name: "email", purpose: "email", label: "E-mail address" },
      { name: "password", purpose: "new-password", label: "Password" },
    ],
    button: "Register",
    below: html`<p class="after">Registered before? <a href="${paths.logIn}">Log in</a></p>`,
    blames: {
      invalid_username: { field: "username" },
      username_taken: { field: "username" },
      invalid_email: { field: "email" },
      weak_password: { field: "password" },
    },
    async submit(values, { context }) {
      await harbor.register(values, context);
      return goOn({ to: paths.checkMail, notice: "registered", email: values.email });
    },
  };
}
