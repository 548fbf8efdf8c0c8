import { UserHarborError } from "../errors.ts";
import type { RequestContext } from "../events.ts";
import type { Session, User } from "../interfaces.ts";
import { canonicalEmail } from "../primitives/canonical_email.ts";
import { makeToken } from "../primitives/tokens.ts";
import { noticeToOwner } from "./_address_in_use.ts";
import { changeTogether } from "./_change.ts";
import { requireClientAttempt } from "./_client_limits.ts";
import type { Call, Harbor } from "./_harbor.ts";
import { admitMail, mailTo, type PlannedMail } from "./_mail.ts";
import type { OperationTrace } from "./_operation_trace.ts";
import { requireSenderMethod } from "./_optional_sender.ts";
import { type MatchedHash, writeUnderPassword } from "./_password_check.ts";
import { requireSession, requireStillOpen } from "./_sessions.ts";

/** A live session, the password of its account, and where its mail is to go from now on. */
export interface ChangeEmailInput {
  /** 43 characters of base64url. */
  readonly sessionToken: string;
  /** The current password. */
  readonly password: string;
  /** Where the confirmation goes. */
  readonly newEmail: string;
}

/**
 * Mails a token to the new address; the account takes it once the token is confirmed, and keeps the old one until
 * then.
 *
 * An address that somebody owns answers alike and costs the same: an earlier request is superseded either way, only
 * that no token comes of it, and the owner is told. The account's own address takes an earlier request back, and no
 * mail is sent.
 *
 * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `rate_limited`,
 * `invalid_credentials`, `invalid_email`, judged in this order
 * @throws {TypeError} when the sender has no `sendEmailChange`
 * @see {@link https://github.com/OWASP/ASVS | OWASP ASVS 5.0, 6.3.7, 6.3.8 and 7.5.1}
 */
export async function changeEmail<U extends User>(
  harbor: Harbor<U>,
  { input: { sessionToken, password, newEmail }, context, trace }: Call<ChangeEmailInput>,
): Promise<void> {
  requireSenderMethod(harbor.emailSender, "sendEmailChange");
  const session = await requireSession(harbor, { sessionToken, trace });
  const { user } = session;
  await requireClientAttempt(harbor, { limit: "mailRequestsPerClient", context });
  await writeUnderPassword(harbor, {
    user,
    password,
    trace,
    write: (guard) => storeRequest(harbor, { session, newEmail, guard, context, trace }),
  });
}

interface EmailChange {
  readonly session: Session;
  readonly newEmail: string;
  readonly guard: MatchedHash;
  readonly context: RequestContext | undefined;
  readonly trace: OperationTrace;
}

/** Stores the address in one statement with the token that proves it; null when the guard refuses. */
async function storeRequest(
  harbor: Harbor,
  { session, newEmail, guard, context, trace }: EmailChange,
): Promise<object | null> {
  const { user } = session;
  const email = canonicalEmail(newEmail);
  if (email === null) {
    throw new UserHarborError("invalid_email", "Cannot change the address: this is not an e-mail address");
  }
  const holder = await harbor.store.getUserByEmail(email);
  const owner = holder?.verified ? holder : null;

  const emailChangeToken = makeToken();
  const tokenHash = await harbor.tokenHasher.hash(emailChangeToken);
  const createdAt = harbor.clock();
  // An earlier token that lived on, or a write less, would tell that the address is owned: so there is a row for it,
  // which ends as it begins.
  const expiresAt = new Date(createdAt.getTime() + (owner === null ? harbor.emailChangeTtlMs : 0));
  const verification = { username: user.username, email, tokenHash, createdAt, expiresAt };
  const asked: PlannedMail = {
    kind: "email_change",
    message: { ...mailTo({ username: user.username, email }, context), emailChangeToken, expiresAt },
    tokenHash,
    context,
    user,
    limited: { email },
  };
  const mails = owner?.id === user.id
    ? []
    : owner === null
    ? await admitMail(harbor, asked)
    : await noticeToOwner(harbor, { owner, limited: { email }, context });
  return await changeTogether(harbor, {
    trace,
    work: async (tx) => {
      if (!await tx.setEmailVerification(verification, { ...guard, verified: true })) return null;
      const current = await requireStillOpen(tx, { session, trace });
      // An earlier request for this address may have been confirmed meanwhile.
      const ownerNow = current.email === email ? current : owner;
      if (owner === null && ownerNow !== null) await tx.removeEmailVerification(tokenHash);
      if (ownerNow !== null) trace.because(ownerNow.id === user.id ? "no_change" : "address_in_use");
      return { isOwn: ownerNow?.id === user.id };
    },
    mails: ({ isOwn }) => isOwn ? [] : mails,
  });
}
