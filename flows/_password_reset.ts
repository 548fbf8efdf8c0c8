import type { RequestContext } from "../events.ts";
import type { User, UserToken } from "../interfaces.ts";
import { makeToken } from "../primitives/tokens.ts";
import type { Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";

/** A token that sets a new password, not yet stored, and what is to be stored of it. */
export interface MintedReset {
  readonly resetToken: string;
  readonly reset: UserToken;
}

/** Makes a token that sets a new password. */
export async function mintPasswordReset(
  harbor: Harbor,
  { username, ttlMs }: { readonly username: string; readonly ttlMs: number },
): Promise<MintedReset> {
  const resetToken = makeToken();
  const createdAt = harbor.clock();
  const expiresAt = new Date(createdAt.getTime() + ttlMs);
  const tokenHash = await harbor.tokenHasher.hash(resetToken);
  return { resetToken, reset: { username, tokenHash, createdAt, expiresAt } };
}

interface ResetMail extends MintedReset {
  readonly user: User;
  readonly context: RequestContext | undefined;
}

/** Mails a token that was stored. */
export async function mailPasswordReset(
  { emailSender }: Harbor,
  { user, resetToken, reset: { expiresAt }, context }: ResetMail,
): Promise<void> {
  await emailSender.sendPasswordReset({ ...mailTo(user, context), resetToken, expiresAt });
}

/** Mails such a token to whom an account was made for, who never asked for it. */
export async function mailInvitation(
  { emailSender }: Harbor,
  { user, resetToken, reset: { expiresAt }, context }: ResetMail,
): Promise<void> {
  const message = { ...mailTo(user, context), resetToken, expiresAt };
  if (emailSender.sendInvitation === undefined) await emailSender.sendPasswordReset(message);
  else await emailSender.sendInvitation(message);
}
