import type { RequestContext } from "../events.ts";
import type { User, UserToken } from "../interfaces.ts";
import { makeToken } from "../primitives/tokens.ts";
import type { Harbor } from "./_harbor.ts";
import { mailTo, type PlannedMail } from "./_mail.ts";

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
  /** An invitation goes to whom an account was made for, who never asked for it. Default: `password_reset`. */
  readonly kind?: "password_reset" | "invitation";
  readonly user: User;
  readonly context: RequestContext | undefined;
}

/** What brings the token to the account. */
export function resetMail(
  { kind = "password_reset", user, resetToken, reset: { tokenHash, expiresAt }, context }: ResetMail,
): PlannedMail {
  const message = { ...mailTo(user, context), resetToken, expiresAt };
  return { kind, message, tokenHash, context, user };
}
