import type { User } from "../interfaces.ts";
import { canonicalEmail } from "../primitives/canonical_email.ts";
import { canonicalUsername } from "../primitives/canonical_username.ts";
import type { Harbor } from "./_harbor.ts";

/** Whether an account was left unverified for so long that everybody treats it as absent. */
export function isLapsed({ clock, unverifiedTtlMs }: Harbor, user: User): boolean {
  if (user.verified || user.createdAt === undefined) return false;
  return !(clock().getTime() < user.createdAt.getTime() + unverifiedTtlMs);
}

/** The account with this username, or null for none, a lapsed one or a malformed name. */
export async function findUser<U extends User>(harbor: Harbor<U>, username: unknown): Promise<U | null> {
  const usernameKey = canonicalUsername(username);
  if (usernameKey === null) return null;
  const user = await harbor.store.getUserByUsername(usernameKey);
  return user === null || isLapsed(harbor, user) ? null : user;
}

/** The account holding this address, or null for none, a lapsed one or a malformed address. */
export async function findHolder<U extends User>(harbor: Harbor<U>, email: unknown): Promise<U | null> {
  const address = canonicalEmail(email);
  if (address === null) return null;
  const user = await harbor.store.getUserByEmail(address);
  return user === null || isLapsed(harbor, user) ? null : user;
}
