import type { Desk } from "./desk.ts";
import { readForm } from "./read_form.ts";
import { unlessRefused } from "./unless_refused.ts";
import type { PageRoute } from "./visit.ts";

/**
 * Ends one session by its public id. Of one that had ended already the same is told: it is what was wanted.
 *
 * @param desk what pages work with
 */
export function endSession({ harbor, paths, goOn, askToLogIn }: Desk): PageRoute {
  return {
    post: async (visit) => {
      const { session_id: sessionId } = await readForm(visit.request, ["session_id"]);
      const { sessionToken, context } = visit;
      if (sessionToken === null) return askToLogIn(visit);
      // Whoever is not logged in any more hears so from the page that comes next.
      await unlessRefused(harbor.sessions.revoke({ sessionToken, sessionId }, context), [
        "unknown_session",
        "invalid_session_token",
      ]);
      return goOn({ to: paths.sessions, notice: "other_session_ended" });
    },
  };
}

/**
 * Ends every session but this one. Only a live session can: without one nobody is told that it happened.
 *
 * @param desk what pages work with
 */
export function endOtherSessions({ harbor, paths, goOn, askToLogIn }: Desk): PageRoute {
  return {
    post: async (visit) => {
      await readForm(visit.request, []);
      const { sessionToken, context } = visit;
      if (sessionToken === null) return askToLogIn(visit);
      const ending = harbor.sessions.revokeOthers(sessionToken, context).then(() => true);
      if (await unlessRefused(ending, ["invalid_session_token"]) === null) return askToLogIn(visit);
      return goOn({ to: paths.sessions, notice: "other_sessions_ended" });
    },
  };
}
