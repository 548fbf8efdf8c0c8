import { type ClaimedMail, isUserHarborError, type OutboxMail, sendMail } from "@userharbor/core";
import { isRefused } from "./_is_refused.ts";
import { retrySeconds } from "./_retry_seconds.ts";
import { standingOf } from "./_standing.ts";
import { withinSeconds } from "./_within_seconds.ts";
import type { MailFate } from "./outbox_event.ts";
import type { CheckedOptions } from "./worker_options.ts";

/** What came of an attempt, before the queue is told. */
export interface Outcome {
  readonly fate: MailFate;
  readonly reason?: string;
  /** Null: it could not be opened. */
  readonly mail: OutboxMail | null;
  /** What the sender rejected with, or why the mail could not be opened. */
  readonly error?: unknown;
  /** For a mail that is tried again. */
  readonly dueAt?: Date;
}

/** A share of the lease is for telling the queue what came of it. */
const SHARE_FOR_SENDING = 0.9;

/** Renewed mails say by whom, so that a mail server that never comes back is not written to for ever. */
const RENEWED = /^outbox:(\d)$/;
const MAX_RENEWALS = 9;

/** Tries to deliver a mail, once. Rejects only when the store does. */
export async function attempt(options: CheckedOptions, { record, attempt }: ClaimedMail): Promise<Outcome> {
  const { outbox, store, emailSender, clock, maxAttempts, leaseSeconds } = options;
  let mail: OutboxMail;
  try {
    mail = await outbox.open(record);
  } catch (error) {
    return { fate: "buried", reason: "unreadable", mail: null, error };
  }
  // It may be what ended the processes that tried before.
  if (attempt > maxAttempts) return { fate: "buried", reason: "attempts_exhausted", mail };
  const standing = await standingOf(store, { mail, now: clock() });
  if (standing.state === "moot") return { fate: "withdrawn", reason: standing.reason, mail };
  if (standing.state === "lost") return { fate: "buried", reason: "token_expired", mail };
  if (standing.state === "expired") return await renew(options, { mail, attempt });
  try {
    // The whole mail, so that it is the same at each attempt, token included.
    const keyed = { ...mail, message: { ...mail.message, idempotencyKey: record.id } } as OutboxMail;
    const isSent = await withinSeconds(leaseSeconds * SHARE_FOR_SENDING, sendMail(emailSender, keyed));
    return isSent
      ? { fate: "delivered", mail }
      : { fate: "withdrawn", reason: "not_sent_by_this_sender", mail };
  } catch (error) {
    if (isRefused(error)) return { fate: "buried", reason: "refused", mail, error };
    if (attempt >= maxAttempts) return { fate: "buried", reason: "attempts_exhausted", mail, error };
    return { fate: "postponed", reason: "not_sent", mail, error, dueAt: nextAfter(options, attempt) };
  }
}

/**
 * Has the harbor make another token, by its own rules and limits, and another mail with it. This one is looked at again
 * later: then its token has gone, or the harbor could not do it and is asked once more.
 */
async function renew(
  options: CheckedOptions,
  { mail, attempt }: { readonly mail: OutboxMail; readonly attempt: number },
): Promise<Outcome> {
  const { harbor, store, maxAttempts } = options;
  const reason = "token_expired";
  const { email, locale } = mail.message;
  const renewals = Number(RENEWED.exec(mail.actor ?? "")?.[1] ?? 0);
  const isAsked = mail.kind === "verification" || mail.kind === "password_reset" ||
    mail.kind === "invitation";
  if (!isAsked || renewals >= MAX_RENEWALS || attempt >= maxAttempts) return { fate: "buried", reason, mail };
  // Who asks by an address gets what its holder gets, and that may be somebody else by now.
  const holder = await store.getUserByEmail(email);
  if (holder?.id !== mail.userId) return { fate: "withdrawn", reason: "address_left", mail };
  const context = { actor: `outbox:${renewals + 1}`, ...(locale === undefined ? {} : { locale }) };
  const dueAt = nextAfter(options, attempt);
  try {
    if (mail.kind === "verification") await harbor.resendVerification(email, context);
    else await harbor.sendPasswordReset(email, context);
  } catch (error) {
    // After a long outage there are more such mails than a client may ask for at once.
    if (!isUserHarborError(error) || error.code !== "rate_limited") throw error;
    return { fate: "postponed", reason: error.code, mail, error, dueAt };
  }
  return { fate: "renewed", reason, mail, dueAt };
}

function nextAfter({ clock }: CheckedOptions, attempt: number): Date {
  return new Date(clock().getTime() + retrySeconds(attempt) * 1_000);
}
