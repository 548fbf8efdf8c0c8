import type { UserStore } from "../interfaces.ts";

/** Ends whatever an earlier password allowed: every session and every mailed token of the account. */
export async function endCredentials(tx: UserStore, username: string): Promise<void> {
  await tx.removeAllSessions(username);
  await endMailedTokens(tx, username);
}

/** Ends whatever was mailed to the account so far. */
export async function endMailedTokens(tx: UserStore, username: string): Promise<void> {
  await tx.removeEmailVerificationForUser(username);
  await tx.removePasswordResetForUser(username);
}
