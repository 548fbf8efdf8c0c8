import { isUserHarborError } from "@userharbor/core";
import type { Desk } from "./desk.ts";
import { PageRefusal } from "./page_refusal.ts";
import { readForm } from "./read_form.ts";
import type { PageRoute } from "./visit.ts";

/**
 * Ends this session. Somebody whose session had ended already is told the same: it is what was wanted.
 *
 * @param desk what pages work with
 */
export function logOut({ harbor, paths, cookie, goOn }: Desk): PageRoute {
  return {
    post: async ({ request, sessionToken, context }) => {
      await readForm(request, []);
      if (sessionToken !== null) await succeeds(harbor.logout(sessionToken, context));
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
      if (sessionToken === null || !await succeeds(harbor.logoutAll(sessionToken, context))) {
        return askToLogIn(visit);
      }
      return goOn({ to: paths.logIn, notice: "logged_out_everywhere", cookie: cookie.clear() });
    },
  };
}

/** False: the session had ended before. */
async function succeeds(operation: Promise<void>): Promise<boolean> {
  try {
    await operation;
    return true;
  } catch (error) {
    if (isUserHarborError(error) && error.code === "invalid_session_token") return false;
    throw new PageRefusal("unavailable", error);
  }
}
