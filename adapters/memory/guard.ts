import type { UserGuard } from "@userharbor/core";
import type { Account } from "./tables.ts";

/**
 * Whether a write may happen: the account exists and is what the guard says.
 *
 * Checked and written in one synchronous call, so nothing can come between the two.
 *
 * @param account the stored row, if there is one
 * @param guard what must hold; absent: only that the account exists
 * @returns true for an existing account that matches
 */
export function matches(account: Account | undefined, guard: UserGuard = {}): account is Account {
  return account !== undefined &&
    (guard.userId === undefined || guard.userId === account.user.id) &&
    (guard.passwordHash === undefined || guard.passwordHash === account.passwordHash) &&
    (guard.verified === undefined || guard.verified === account.user.verified) &&
    (guard.disabled === undefined || guard.disabled === (account.user.disabled ?? false));
}
