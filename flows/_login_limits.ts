import type { RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";
import { type AttemptEnding, withinBudgets } from "./_attempts.ts";
import { clientBudget } from "./_client_limits.ts";
import type { Harbor } from "./_harbor.ts";
import { type TypedName, typedNameBudget } from "./_password_attempts.ts";

interface LimitedLogin<Result> {
  readonly typed: TypedName;
  readonly context: RequestContext | undefined;
  /** Looks up, verifies, opens a session. */
  readonly work: () => Promise<Result>;
}

/**
 * Lets a login go on while its client, and whoever typed the same name before, have tried less often than the limits
 * allow.
 *
 * Judged before anybody is looked up, so the answer depends on nothing but what was asked before. A success gives
 * back what it took and no more: an account of one's own wins no further guesses at somebody else's, and from outside
 * nobody sees that its owner logged in.
 *
 * @throws {UserHarborError} `rate_limited`
 */
export async function withinLoginLimits<Result, U extends User>(
  harbor: Harbor<U>,
  { typed, context, work }: LimitedLogin<Result>,
): Promise<Result> {
  return await withinBudgets(harbor, {
    budgets: [
      { budget: clientBudget(harbor, { limit: "loginsPerClient", context }), counts: isServed },
      { budget: clientBudget(harbor, { limit: "failedLoginsPerClient", context }), counts: isFailedGuess },
      { budget: typedNameBudget(harbor, typed.key), counts: isFailedGuess },
    ],
    at: typed.at,
    work,
  });
}

function isServed(ending: AttemptEnding): boolean {
  return ending !== "not_served";
}

function isFailedGuess(ending: AttemptEnding): boolean {
  return ending === "failed_guess";
}
