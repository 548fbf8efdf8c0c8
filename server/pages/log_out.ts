import type { ErrorCode } from "@userharbor/core";
import type { Desk } from "./desk.ts";
import { readForm } from "./read_form.ts";
import { unlessRefused } from "./unless_refused.ts";
import type { PageRoute } from "./visit.ts";

/** The session had ended before. */
const ENDED: readonly ErrorCode[] = ["invalid_session_token"];

/**
 * Ends this session. Somebody whose session had ended already is told the same: it is what was wanted.
 *
 * @param desk what pages work with
 */
export function logOut({ harbor, paths, cookie, goOn }: Desk): PageRoute {
  return {
    post: async ({ request, sessionToken, context }) => {
      await readForm(request, []);
      if (sessionToken !== null) await unlessRefused(harbor.logout(sessionToken, context), ENDED);
      return goOn({ to: paths.logIn, notice: "logged_out", cookie: cookie.clear() });
    },
  };
}

/**
 * Ends every session of the account. Only a live session can: without one nobody is told that it happened.
 *
 * @param desk what pages work with
 */
export function logOutEverywhere({ harbor, paths, cookie, goOn, askToLogIn }: Desk): PageRoute {
  return {
    post: async (visit) => {
      await readForm(visit.request, []);
      const { sessionToken, context } = visit;
      if (sessionToken === null) return askToLogIn(visit);
      const ending = harbor.logoutAll(sessionToken, context).then(() => true);
      if (await unlessRefused(ending, ENDED) === null) return askToLogIn(visit);
      return goOn({ to: paths.logIn, notice: "logged_out_everywhere", cookie: cookie.clear() });
    },
  };
}
