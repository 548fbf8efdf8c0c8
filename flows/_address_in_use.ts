import type { RequestContext } from "../events.ts";
import type { Harbor } from "./_harbor.ts";
import { mailTo } from "./_mail.ts";
import { requireMailAttempt } from "./_mail_limits.ts";

interface AskedAddress {
  readonly email: string;
  readonly context: RequestContext | undefined;
}

/** Tells the owner of an address, once the answer is out, that somebody else asked for it. */
export function tellOwner(harbor: Harbor, { email, context }: AskedAddress): void {
  harbor.background.start({ name: "mail.address_in_use", context }, async () => {
    const owner = await harbor.store.getUserByEmail(email);
    if (!owner?.verified || owner.disabled || harbor.emailSender.sendAddressInUse === undefined) return;
    await requireMailAttempt(harbor, { email });
    await harbor.emailSender.sendAddressInUse(mailTo(owner, context));
  });
}
