import type { RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";
import { makeToken } from "../primitives/tokens.ts";
import {
  type AccountNames,
  addAccount,
  type AddedAccount,
  requireAccountNames,
  requireFreeNames,
} from "./_added_account.ts";
import { switchFlags } from "./_switch_flags.ts";
import { refuseGoneUser } from "./_grant_names.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import { requireStoreMethod } from "./_optional_store.ts";
import { requireAcceptablePassword } from "./_password_policy.ts";
import { mintPasswordReset, resetMail } from "./_password_reset.ts";

/** Whom trusted code makes an account for. */
export interface CreateUserInput {
  /** Judged as at registration. */
  readonly username: string;
  /** Where the mail goes. */
  readonly email: string;
  /** Whether the application knows that the address is theirs. Default: false. */
  readonly verified?: boolean;
  /** A temporary one, to be changed before anything else. Absent: the person chooses one, with a token by mail. */
  readonly password?: string;
}

/**
 * Makes an account for somebody; nobody but that person chooses the password that stays.
 *
 * Without a password the account gets one that nobody knows, and its address the token that sets one: an invitation,
 * which proves the address as well. A given password is temporary. Trusted code learns whether an address is taken;
 * do not pass that on to strangers.
 *
 * @throws {UserHarborError} `invalid_username`, `invalid_email`, `weak_password`, `username_taken`, `email_taken`
 * @throws {TypeError} when `verified` is no boolean, or there is a password and the store has no `setUserFlags`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.4.1 and 6.4.6}
 */
export async function createUser<U extends User>(
  harbor: Harbor<U>,
  { input, context, trace }: Call<CreateUserInput>,
): Promise<AddedAccount<U>> {
  const { password } = input;
  if (password !== undefined) requireStoreMethod(harbor.store, "setUserFlags");
  const names = await requireAccountNames(harbor, input);
  const { username, email } = names;
  if (password !== undefined) {
    await requireAcceptablePassword(harbor, { password, owner: { username, email } });
  }
  const earlier = await requireFreeNames(harbor, names);
  // A fresh token instead of nothing: a login must cost the same, and no password may match.
  const passwordHash = await harbor.passwordHasher.hash(password ?? makeToken());
  const addition = { names, earlier, passwordHash, context, trace };
  const user = password === undefined ? await invite(harbor, addition) : await entrust(harbor, addition);
  return { user };
}

interface NewUser extends Pick<Call<never>, "trace"> {
  readonly names: AccountNames;
  readonly earlier: readonly (User | null)[];
  readonly passwordHash: string;
  readonly context: RequestContext | undefined;
}

/** Nobody waits for an invitation, so it lasts as long as a mail that proves an address. */
async function invite<U extends User>(
  harbor: Harbor<U>,
  { names, earlier, passwordHash, context, trace }: NewUser,
): Promise<U> {
  const { username } = names;
  const minted = await mintPasswordReset(harbor, { username, ttlMs: harbor.emailVerificationTtlMs });
  return await addAccount(harbor, {
    names,
    earlier,
    account: { passwordHash, createdAt: harbor.clock() },
    trace,
    mails: (user) => [resetMail({ kind: "invitation", ...minted, user, context })],
    alsoWrite: async (tx, { id: userId }) => {
      if (!await tx.setPasswordReset(minted.reset, { userId })) refuseGoneUser(trace);
    },
  });
}

/** With a password that is to be changed first; an address that proves nothing yet gets its verification. */
async function entrust<U extends User>(
  harbor: Harbor<U>,
  { names, earlier, passwordHash, context, trace }: NewUser,
): Promise<U> {
  const verificationToken = makeToken();
  const createdAt = harbor.clock();
  const expiresAt = new Date(createdAt.getTime() + harbor.emailVerificationTtlMs);
  const tokenHash = await harbor.tokenHasher.hash(verificationToken);
  const verification = { verificationTokenHash: tokenHash, expiresAt };
  return await addAccount(harbor, {
    names,
    earlier,
    account: { passwordHash, createdAt, ...(names.verified ? {} : verification) },
    trace,
    alsoWrite: (tx, added) => switchFlags(tx, { user: added, flags: { mustChangePassword: true }, trace }),
    mails: (user) => {
      const message = { ...mailTo(user, context), verificationToken, expiresAt };
      return names.verified ? [] : [{ kind: "verification", message, tokenHash, context, user }];
    },
  });
}
