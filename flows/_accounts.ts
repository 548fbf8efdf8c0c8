import type { HiddenReason } from "../events.ts";
import type { User, UserGuard } from "../interfaces.ts";
import { canonicalEmail } from "../primitives/canonical_email.ts";
import { canonicalUsername } from "../primitives/canonical_username.ts";
import type { Harbor } from "./_harbor.ts";
import type { OperationTrace } from "./_operation_trace.ts";

/** Whether an account was left unverified for so long that everybody treats it as absent. */
export function isLapsed({ clock, unverifiedTtlMs }: Harbor, user: User): boolean {
  if (user.verified || user.createdAt === undefined) return false;
  return !(clock().getTime() < user.createdAt.getTime() + unverifiedTtlMs);
}

/** Why nobody acts for an account, with a session or a mailed token: it was disabled, or it lapsed. */
export function inactivityOf(harbor: Harbor, user: User): HiddenReason | undefined {
  if (user.disabled) return "account_disabled";
  return isLapsed(harbor, user) ? "account_lapsed" : undefined;
}

/** What every write that somebody makes for an account is guarded by; a store without flags disables none. */
export function whileEnabled({ store }: Harbor): Pick<UserGuard, "disabled"> {
  return store.setUserFlags === undefined ? {} : { disabled: false };
}

/** The account with this username, or null for none, a lapsed one or a malformed name. */
export async function findUser<U extends User>(
  harbor: Harbor<U>,
  { username, trace }: { readonly username: unknown; readonly trace: OperationTrace },
): Promise<U | null> {
  const usernameKey = canonicalUsername(username);
  if (usernameKey === null) return null;
  return presentOrNull(harbor, { user: await harbor.store.getUserByUsername(usernameKey), trace });
}

/** The account holding this address, or null for none, a lapsed one or a malformed address. */
export async function findHolder<U extends User>(
  harbor: Harbor<U>,
  { email, trace }: { readonly email: unknown; readonly trace: OperationTrace },
): Promise<U | null> {
  const address = canonicalEmail(email);
  if (address === null) return null;
  return presentOrNull(harbor, { user: await harbor.store.getUserByEmail(address), trace });
}

/** Tells the trace whose account it is; never a name that was only typed, for people type passwords there. */
function presentOrNull<U extends User>(
  harbor: Harbor,
  { user, trace }: { readonly user: U | null; readonly trace: OperationTrace },
): U | null {
  if (user === null || !isLapsed(harbor, trace.about(user))) return user;
  trace.because("account_lapsed");
  return null;
}

/** The account that a mailed token acts for, or null for one that is gone, disabled or lapsed. */
export async function findActiveUser<U extends User>(
  harbor: Harbor<U>,
  { username, trace }: { readonly username: string; readonly trace: OperationTrace },
): Promise<U | null> {
  const user = await findUser(harbor, { username, trace });
  if (!user?.disabled) return user;
  trace.because("account_disabled");
  return null;
}
