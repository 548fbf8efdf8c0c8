import { type Connection, isSameSiteRequest } from "@userharbor/http";
import { accountPage } from "./account_page.ts";
import { checkMailPage } from "./check_mail_page.ts";
import { confirmEmailPage } from "./confirm_email_page.ts";
import { deletionPage } from "./deletion_page.ts";
import { type Desk, openDesk } from "./desk.ts";
import { emailPage } from "./email_page.ts";
import { endOtherSessions, endSession } from "./end_sessions.ts";
import { forgotPage } from "./forgot_page.ts";
import type { FormPage } from "./form_page.ts";
import { logInPage } from "./log_in_page.ts";
import { logOut, logOutEverywhere } from "./log_out.ts";
import type { PagesHarbor, PagesOptions } from "./page_options.ts";
import { PageRefusal } from "./page_refusal.ts";
import { isPasswordDue } from "./is_password_due.ts";
import { passwordPage } from "./password_page.ts";
import { refusalPage } from "./refusal_page.ts";
import { registerPage } from "./register_page.ts";
import { resetPage } from "./reset_page.ts";
import { serveForm } from "./serve_form.ts";
import { serveMailedForm } from "./serve_mailed_form.ts";
import { sessionsPage } from "./sessions_page.ts";
import { startPage } from "./start_page.ts";
import { usernamePage } from "./username_page.ts";
import { verifyPage } from "./verify_page.ts";
import type { PageRoute } from "./visit.ts";

/**
 * Makes the pages on which people keep their accounts: rendered on the server, without any script.
 *
 * They call the harbor's operations and know nothing of its store. GET changes nothing; everything else must come
 * from a page of the same origin. The function never rejects, and no page tells what an error says.
 *
 * @param harbor the accounts
 * @param options where the pages are, and what they show
 * @returns the answer to a request; null for one at a path that is none of the pages'
 */
export function createPages(
  harbor: PagesHarbor,
  options: PagesOptions,
): (request: Request, connection?: Connection) => Promise<Response | null> {
  const desk = openDesk(harbor, options);
  const routes = makeRoutes(desk, options);

  async function answer(route: PageRoute, { request, connection }: Arrival): Promise<Response> {
    const isRead = request.method === "GET" || request.method === "HEAD";
    const serve = isRead ? route.get : request.method === "POST" ? route.post : undefined;
    if (serve === undefined) return await refuse("method_not_allowed", allowedBy(route));
    if (!isSameSiteRequest(request, options.cookie.origin)) return await refuse("foreign");
    return await serve(desk.receive(request, connection));
  }

  function refuse(
    code: PageRefusal["code"],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return desk.show({ ...refusalPage(code, desk.paths.start), headers: new Headers(headers) });
  }

  function report(error: unknown): void {
    try {
      options.onError?.(error);
    } catch {
      // The answer is due, whatever becomes of the log.
    }
  }

  return async (request, connection = {}) => {
    const route = routes.get(new URL(request.url).pathname);
    if (route === undefined) return null;
    try {
      return await answer(route, { request, connection });
    } catch (error) {
      const cause = error instanceof PageRefusal ? error.cause : error;
      if (isPasswordDue(cause)) return desk.goOn({ to: desk.paths.password, notice: "password_due" });
      const code = error instanceof PageRefusal ? error.code : "internal_error";
      if (code === "unavailable" || code === "internal_error") report(cause);
      return await refuse(code);
    }
  };
}

interface Arrival {
  readonly request: Request;
  readonly connection: Connection;
}

function makeRoutes(desk: Desk, options: PagesOptions): ReadonlyMap<string, PageRoute> {
  const { paths } = desk;
  const checkMail = checkMailPage(desk);
  const forgot = forgotPage(desk);
  const verify = verifyPage(desk, checkMail);
  const reset = resetPage(desk, forgot);
  const email = emailPage(desk);
  const confirmEmail = confirmEmailPage(desk, email);
  const forms: readonly FormPage[] = [
    registerPage(desk),
    logInPage(desk, checkMail),
    checkMail,
    forgot,
    passwordPage(desk),
    email,
    usernamePage(desk),
    deletionPage(desk),
  ];
  return new Map([
    ...forms.map((form) => [form.path, serveForm(desk, form)] as const),
    [verify.path, serveMailedForm(desk, verify)],
    [reset.path, serveMailedForm(desk, reset)],
    [confirmEmail.path, serveMailedForm(desk, confirmEmail)],
    [paths.start, startPage(desk, options)],
    [paths.account, accountPage(desk)],
    [paths.sessions, sessionsPage(desk)],
    [paths.endSession, endSession(desk)],
    [paths.endOtherSessions, endOtherSessions(desk)],
    [paths.logOut, logOut(desk)],
    [paths.logOutEverywhere, logOutEverywhere(desk)],
  ]);
}

function allowedBy({ get, post }: PageRoute): Readonly<Record<string, string>> {
  const methods = [...(get === undefined ? [] : ["GET", "HEAD"]), ...(post === undefined ? [] : ["POST"])];
  return { allow: methods.join(", ") };
}
