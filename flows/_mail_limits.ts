import type { User } from "../interfaces.ts";
import { type AttemptEnding, budgetOf, withinBudgets } from "./_attempts.ts";
import type { Harbor } from "./_harbor.ts";
import type { AttemptLimitName } from "./_throttle_limits.ts";

/** What a mail is counted by. */
export interface LimitedMail {
  /** Canonical. */
  readonly email: string;
  /** The limit of this kind of mail for the account it is for; absent: there is none. */
  readonly account?: {
    readonly id: string;
    readonly limit: Extract<AttemptLimitName, `${string}PerAccount`>;
  };
}

/**
 * Counts a mail that a stranger may have asked for, before anything is minted for it.
 *
 * For work that no answer waits for: it ends in an event, and nobody who asks learns that a limit was reached, for
 * that would tell that there is an account.
 *
 * @throws {UserHarborError} `rate_limited`; then nothing was counted
 */
export async function requireMailAttempt<U extends User>(
  harbor: Harbor<U>,
  { email, account }: LimitedMail,
): Promise<void> {
  const budgets = [
    account === undefined ? null : budgetOf(harbor, { limit: account.limit, owner: account.id }),
    budgetOf(harbor, { limit: "mailsPerAddress", owner: email }),
  ];
  await withinBudgets(harbor, {
    budgets: budgets.map((budget) => ({ budget, counts: isSent })),
    at: harbor.clock(),
    work: async () => {},
  });
}

/** A mail refused by its second limit is not counted by the first. */
function isSent(ending: AttemptEnding): boolean {
  return ending === "succeeded";
}
