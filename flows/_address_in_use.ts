import type { RequestContext } from "../events.ts";
import type { User } from "../interfaces.ts";
import type { Harbor } from "./_harbor.ts";
import { admitMail, mailTo, type PlannedMail } from "./_mail.ts";
import type { LimitedMail } from "./_mail_limits.ts";

interface AskedAddress {
  /** Null: nobody owns it any more. */
  readonly owner: User | null;
  readonly limited: LimitedMail;
  readonly context: RequestContext | undefined;
}

/** What tells the owner of an address that somebody else asked for it, if the owner still is there by then. */
export async function noticeToOwner<U extends User>(
  harbor: Harbor<U>,
  { owner, limited, context }: AskedAddress,
): Promise<readonly PlannedMail[]> {
  if (owner === null) return [];
  const isDue = async () => {
    if (harbor.emailSender.sendAddressInUse === undefined) return false;
    const holder = await harbor.store.getUserByEmail(owner.email);
    return holder !== null && holder.verified && !holder.disabled;
  };
  return await admitMail(harbor, {
    kind: "address_in_use",
    message: mailTo(owner, context),
    context,
    limited,
    isDue,
  });
}
