import type { User, UserStore } from "../interfaces.ts";

/**
 * Keeps an account under its name, for as long as the transaction is open: whoever renames or removes it waits, or
 * is told to try again.
 *
 * @returns false when it has been renamed or removed already
 */
export async function holdAccount(
  tx: UserStore,
  { id: userId, username, verified }: User,
): Promise<boolean> {
  // Writes what the row says already, since a read alone would keep nobody waiting. Sessions are of verified accounts.
  return !verified || await tx.setUserVerified(username, undefined, { userId, verified });
}
