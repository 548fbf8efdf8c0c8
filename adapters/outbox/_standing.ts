import type { OutboxMail, UserToken } from "@userharbor/core";
import type { MailReaders } from "./worker_options.ts";

/** Whether a mail is still to be sent, and why not. */
export type Standing =
  | { readonly state: "due" }
  | { readonly state: "expired" }
  | { readonly state: "lost" }
  | { readonly state: "moot"; readonly reason: "token_gone" | "address_left" | "no_owner" };

/**
 * A purge leaves what has expired for a day. Later nobody can tell a token that was never seen from one that was
 * replaced, by another mail or by the renewal of this one: so that is for people to judge.
 */
const PURGE_GRACE_MS = 86_400_000;

/** Looks whether what a mail says is still so: its token there, the mailbox the account's. */
export async function standingOf(
  store: MailReaders,
  { mail, now }: { readonly mail: OutboxMail; readonly now: Date },
): Promise<Standing> {
  const { kind, message, tokenHash = "", userId } = mail;
  switch (kind) {
    case "address_in_use": {
      const owner = await store.getUserByEmail(message.email);
      return owner?.verified && !owner.disabled ? { state: "due" } : { state: "moot", reason: "no_owner" };
    }
    case "verification":
    case "email_change":
      return standingOfToken(await store.getEmailVerification(tokenHash), { ...message, now });
    case "password_reset":
    case "invitation": {
      const standing = standingOfToken(await store.getPasswordReset(tokenHash), { ...message, now });
      if (standing.state !== "due") return standing;
      // In a mailbox that the account has left, the token would be a way back.
      const holder = await store.getUserByEmail(message.email);
      return holder?.id === userId ? standing : { state: "moot", reason: "address_left" };
    }
    default:
      return { state: "due" };
  }
}

function standingOfToken(
  token: UserToken | null,
  { expiresAt, now }: { readonly expiresAt: Date; readonly now: Date },
): Standing {
  if (token !== null) return { state: token.expiresAt.getTime() <= now.getTime() ? "expired" : "due" };
  const isPurged = now.getTime() - expiresAt.getTime() >= PURGE_GRACE_MS;
  return isPurged ? { state: "lost" } : { state: "moot", reason: "token_gone" };
}
