import { isUserHarborError, UserHarborError } from "../errors.ts";
import type { User } from "../interfaces.ts";
import type { Harbor } from "./_harbor.ts";
import type { AttemptLimitName } from "./_throttle_limits.ts";
import type { Attempt, Budget } from "./_throttling.ts";

/** How something ended that was counted before anybody knew; `not_served`: by an error that is no answer. */
export type AttemptEnding = "succeeded" | "failed_guess" | "refused" | "not_served";

/** What is to be taken, and when. */
interface Taking {
  /** Null: there is no limit. */
  readonly budget: Budget | null;
  readonly at: Date;
}

/** An attempt that nobody counts. */
const UNCOUNTED: Attempt = { retryAt: null, giveBack: async () => {}, forgetAll: async () => {} };

/** A day. What ends later than that is not worth waiting for. */
const MAX_RETRY_AFTER_SECONDS = 86_400;

/** The budget that somebody has under a limit; null: there is no such limit. */
export function budgetOf<U extends User>(
  { throttling }: Harbor<U>,
  { limit, owner }: { readonly limit: AttemptLimitName; readonly owner: string },
): Budget | null {
  const figures = throttling?.limits[limit] ?? null;
  return figures === null ? null : { name: limit, owner, ...figures };
}

/** Takes one attempt from a budget; whether that went well is for the caller to look at. */
export async function takeAttempt<U extends User>(
  { throttling }: Harbor<U>,
  { budget, at }: Taking,
): Promise<Attempt> {
  return throttling === null || budget === null ? UNCOUNTED : await throttling.take(budget, at);
}

/**
 * Takes one attempt from a budget.
 *
 * @throws {UserHarborError} `rate_limited` when there is none left, or a pause is running
 */
export async function requireAttempt<U extends User>(
  harbor: Harbor<U>,
  { budget, at }: Taking,
): Promise<Attempt> {
  const attempt = await takeAttempt(harbor, { budget, at });
  if (attempt.retryAt === null) return attempt;
  const seconds = Math.ceil((attempt.retryAt.getTime() - at.getTime()) / 1000);
  throw new UserHarborError("rate_limited", "Cannot proceed: there were too many attempts", {
    retryAfterSeconds: Math.min(Math.max(seconds, 1), MAX_RETRY_AFTER_SECONDS),
  });
}

/** A budget, and the endings for which its attempt stays counted. */
export interface CountedBudget {
  readonly budget: Budget | null;
  readonly counts: (ending: AttemptEnding) => boolean;
}

interface Counted<Result> {
  readonly budgets: readonly CountedBudget[];
  readonly at: Date;
  readonly work: () => Promise<Result>;
}

/**
 * Takes one attempt from each budget before the work begins, and gives back, when it has ended, what proved to be
 * no attempt.
 *
 * @throws {UserHarborError} `rate_limited` when one of them has none left
 */
export async function withinBudgets<Result, U extends User>(
  harbor: Harbor<U>,
  { budgets, at, work }: Counted<Result>,
): Promise<Result> {
  const taken: (CountedBudget & { readonly attempt: Attempt })[] = [];
  const settle = async (ending: AttemptEnding) => {
    await Promise.all(taken.map(({ attempt, counts }) => counts(ending) ? undefined : attempt.giveBack()));
  };
  let result: Result;
  try {
    for (const { budget, counts } of budgets) {
      taken.push({ budget, counts, attempt: await requireAttempt(harbor, { budget, at }) });
    }
    result = await work();
  } catch (error) {
    await settle(endingOfAttempt(error));
    throw error;
  }
  await settle("succeeded");
  return result;
}

/**
 * What an error makes of the attempt it ended.
 *
 * A database that fails, or a hasher that is too busy, is nobody's wrong guess.
 */
export function endingOfAttempt(error: unknown): Exclude<AttemptEnding, "succeeded"> {
  if (!isUserHarborError(error) || error.code === "overloaded") return "not_served";
  return error.code === "invalid_credentials" ? "failed_guess" : "refused";
}
