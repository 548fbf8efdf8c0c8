import type { RequestContext } from "../events.ts";
import type { UserMessage } from "../interfaces.ts";

/** The part every mail shares: the stored address, never a submitted one, and the language to write in. */
export function mailTo(
  { username, email }: UserMessage,
  context: RequestContext | undefined,
): UserMessage {
  return context?.locale === undefined ? { username, email } : { username, email, locale: context.locale };
}
