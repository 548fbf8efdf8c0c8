import type { User } from "../interfaces.ts";
import { change } from "./_change.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import { writeUnderPassword } from "./_password_check.ts";
import { requireSession } from "./_sessions.ts";

/** A live session and the password of its account. */
export interface DeleteAccountInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** The current password. */
  readonly password: string;
}

/**
 * Removes the account with its sessions, tokens and grants; whoever takes the name later inherits nothing.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `rate_limited`,
 * `invalid_credentials`, judged in this order
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 7.4.2 and 7.5.1}
 */
export async function deleteAccount<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, password }, context, trace }: Call<DeleteAccountInput>,
): Promise<void> {
  const { user } = await requireSession(harbor, { sessionToken, trace });
  await writeUnderPassword(harbor, {
    user,
    password,
    trace,
    write: async (guard) =>
      await change(harbor, { trace, work: (store) => store.deleteUser(user.username, guard) }) || null,
  });
  harbor.background.start(
    { name: "mail.account_deleted", context, user },
    () => harbor.emailSender.sendAccountDeleted(mailTo(user, context)),
  );
}
