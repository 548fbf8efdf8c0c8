import type { EmailSender, HarborMail, MailKind, UserMessage } from "../interfaces.ts";

/**
 * Sends a mail by the method that is named after its kind; an invitation also as a password reset mail.
 *
 * @param sender who sends it
 * @param mail which, and what it says
 * @returns false when this sender has no such method, which is optional for some
 * @throws whatever the sender rejects with
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sendMail } from "@userharbor/core";
 * import { RecordingEmailSender } from "@userharbor/core/testing";
 *
 * const sender = new RecordingEmailSender();
 * const message = { username: "ada", email: "ada@example.org" };
 * assert.equal(await sendMail(sender, { kind: "password_changed", message }), true);
 * assert.deepEqual(sender.sent, [{ kind: "password_changed", to: "ada@example.org", username: "ada" }]);
 * ```
 */
export async function sendMail(sender: EmailSender, { kind, message }: HarborMail): Promise<boolean> {
  const method = methodOf(sender, kind) ??
    (kind === "invitation" ? methodOf(sender, "password_reset") : undefined);
  if (method === undefined) return false;
  await method.call(sender, message);
  return true;
}

/** `password_reset` is sent by `sendPasswordReset`. */
function methodOf(
  sender: EmailSender,
  kind: MailKind,
): ((message: UserMessage) => Promise<void>) | undefined {
  const name = kind.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
  return sender[`send${name}` as keyof EmailSender] as ReturnType<typeof methodOf>;
}
