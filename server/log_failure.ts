import type { BackgroundWorkName, HarborEvent } from "@userharbor/core";

/** What fails behind an answer, so that nobody is told but here. */
const BEHIND_ANSWERS: ReadonlySet<string> = new Set<BackgroundWorkName>([
  "mail.verification",
  "mail.password_reset",
  "mail.email_verified",
  "mail.password_changed",
  "mail.account_deleted",
  "mail.address_in_use",
  "mail.email_change",
  "mail.email_changed",
  "mail.username_changed",
  "mail.invitation",
  "rehash",
  "session_refresh",
  "throttle",
]);

/** Writes a line when something failed of which no answer tells: what it was, and no more of the error than its name. */
export function logFailure({ name, outcome, errorName }: HarborEvent): void {
  if (outcome === "failed" && BEHIND_ANSWERS.has(name)) console.error(`Failed: ${name} (${errorName})`);
}
