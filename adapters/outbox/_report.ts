import type { ClaimedMail } from "@userharbor/core";
import type { Outcome } from "./_attempt.ts";
import type { OutboxEvent } from "./outbox_event.ts";
import type { CheckedOptions } from "./worker_options.ts";

/** What an attempt came to, or what kept the worker from any. */
type Report =
  | { readonly claimed: ClaimedMail; readonly outcome: Outcome }
  | { readonly claimed?: undefined; readonly error: unknown };

/** Tells the application, without a word of the mail or of the error but its name. */
export function report({ onEvent, clock }: CheckedOptions, reported: Report): void {
  if (onEvent === undefined) return;
  const at = clock();
  try {
    const answer: unknown = onEvent(
      reported.claimed === undefined
        ? { name: "outbox", outcome: "failed", at, errorName: nameOf(reported.error) }
        : eventOf(reported, at),
    );
    // A listener may be async although nobody waits for it; its rejection must not end the process.
    if (answer instanceof Promise) answer.catch(() => {});
  } catch {
    // The mail is sent or it is not: a listener's mistake alters neither.
  }
}

function eventOf(
  { claimed: { record, attempt }, outcome }: Extract<Report, { claimed: ClaimedMail }>,
  at: Date,
): OutboxEvent {
  const { fate, reason, mail, error, dueAt } = outcome;
  return {
    name: mail === null ? "outbox" : `mail.${mail.kind}`,
    outcome: fate === "postponed" || fate === "buried" ? "failed" : "succeeded",
    at,
    ...(error === undefined ? {} : { errorName: nameOf(error) }),
    ...(mail?.userId === undefined ? {} : { userId: mail.userId }),
    delivery: {
      mailId: record.id,
      attempt,
      fate,
      ...(reason === undefined ? {} : { reason }),
      ...(dueAt === undefined ? {} : { dueAt }),
    },
  };
}

/** As in a harbor's events: short enough for no secret. */
function nameOf(error: unknown): string {
  const { name }: { readonly name?: unknown } = Object(error);
  return typeof name === "string" && /^[A-Za-z]{1,40}$/.test(name) ? name : "Error";
}
