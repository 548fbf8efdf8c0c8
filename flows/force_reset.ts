import type { User, UserStore } from "../interfaces.ts";
import { canonicalUsername } from "../primitives/canonical_username.ts";
import { makeToken } from "../primitives/tokens.ts";
import { findUser, whileEnabled } from "./_accounts.ts";
import { changeTogether } from "./_change.ts";
import { endCredentials } from "./_end_credentials.ts";
import { refuseGoneUser, refuseUnknownUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mintPasswordReset, resetMail } from "./_password_reset.ts";

/**
 * Makes the present password useless, ends every session and mailed token, and mails a token that sets a new one.
 *
 * For an account whose password somebody else may know. A disabled account, and one that holds no address, gets no
 * mail.
 *
 * @throws {UserHarborError} `unknown_user`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.4.6 and 7.4.3}
 */
export async function forceReset<U extends User>(
  harbor: Harbor<U>,
  { input, context, trace }: Call<string>,
): Promise<void> {
  const { id: userId, username } = await findUser(harbor, { username: input, trace }) ?? refuseUnknownUser();
  const passwordHash = await harbor.passwordHasher.hash(makeToken());
  const minted = await mintPasswordReset(harbor, { username, ttlMs: harbor.passwordResetTtlMs });
  await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      if (!await tx.setPasswordHash(username, passwordHash, { userId })) refuseGoneUser(trace);
      await endCredentials(tx, username);
      const user = await findAddressee(tx, input);
      const guard = { userId, ...whileEnabled(harbor) };
      const isStored = user !== null && await tx.setPasswordReset(minted.reset, guard);
      return { addressee: isStored ? user : null };
    },
    mails: ({ addressee: user }) => user === null ? [] : [resetMail({ ...minted, user, context })],
  });
}

/** The account as it is now, if mail to its address reaches it. */
async function findAddressee(tx: UserStore, username: string): Promise<User | null> {
  const user = await tx.getUserByUsername(canonicalUsername(username) ?? "");
  if (user === null || user.disabled) return null;
  return (await tx.getUserByEmail(user.email))?.id === user.id ? user : null;
}
