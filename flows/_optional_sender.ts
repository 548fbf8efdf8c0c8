import type { EmailSender } from "../interfaces.ts";

/** The members that a sender may lack, and that an operation cannot do without. */
type NeededMethod = "sendEmailChange";

/**
 * A member that a sender may lack, when a feature that needs it is used; to be called on that sender.
 *
 * @throws {TypeError} naming the missing method
 */
export function requireSenderMethod<Name extends NeededMethod>(
  sender: EmailSender,
  name: Name,
): NonNullable<EmailSender[Name]> {
  const method = sender[name];
  if (method === undefined) throw new TypeError(`Cannot do this with the sender: it has no ${name}()`);
  return method;
}
