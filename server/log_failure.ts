import type { BackgroundWorkName } from "@userharbor/core";
import type { OutboxEvent } from "@userharbor/outbox";

/** What fails behind an answer, so that nobody is told but here. */
const BEHIND_ANSWERS: Readonly<Record<BackgroundWorkName, true>> = {
  "mail.verification": true,
  "mail.password_reset": true,
  "mail.email_verified": true,
  "mail.password_changed": true,
  "mail.account_deleted": true,
  "mail.address_in_use": true,
  "mail.email_change": true,
  "mail.email_changed": true,
  "mail.username_changed": true,
  "mail.invitation": true,
  outbox: true,
  rehash: true,
  session_refresh: true,
  audit_record: true,
  throttle: true,
};

/** Writes a line when something failed of which no answer tells: what it was, and no more of the error than its name. */
export function logFailure({ name, outcome, errorName, delivery }: OutboxEvent): void {
  if (outcome === "failed" && Object.hasOwn(BEHIND_ANSWERS, name)) {
    const end = delivery?.fate === "buried" ? "; this mail is given up" : "";
    console.error(`Failed: ${name} (${errorName ?? delivery?.reason})${end}`);
  }
}
