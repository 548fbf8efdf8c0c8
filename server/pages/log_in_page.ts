import { isUserHarborError } from "@userharbor/core";
import type { Desk } from "./desk.ts";
import type { FormPage } from "./form_page.ts";
import { html } from "./html.ts";

/**
 * Opens a session; one that this browser had before ends.
 *
 * @param desk what pages work with
 * @param checkMail where to get another verification mail
 */
export function logInPage(
  { harbor, paths, cookie, goOn }: Desk,
  checkMail: FormPage,
): FormPage<"username" | "password"> {
  return {
    path: paths.logIn,
    title: "Log in",
    audience: "guest",
    fields: [
      { name: "username", purpose: "login-name", label: "Username or e-mail address" },
      { name: "password", purpose: "current-password", label: "Password" },
    ],
    button: "Log in",
    below: html`<p class="after"><a href="${paths.forgot}">Forgot your password?</a></p>
<p>New here? <a href="${paths.register}">Register</a></p>`,
    remedy: { code: "unverified_user", form: checkMail, where: "below" },
    async submit(values, { context, sessionToken: earlier }) {
      const { sessionToken } = await harbor.login(values, context);
      if (earlier !== null) await harbor.logout(earlier, context).catch(ignoreEnded);
      return goOn({ to: paths.account, cookie: cookie.set(sessionToken) });
    },
  };
}

function ignoreEnded(error: unknown): void {
  if (!isUserHarborError(error)) throw error;
}
