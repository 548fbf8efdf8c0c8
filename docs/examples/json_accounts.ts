import {
  type EmailVerification,
  type NewSession,
  type User,
  type UserGuard,
  UserHarborError,
  type UserToken,
} from "@userharbor/core";

/** One account with all that refers to it: whatever removes the account removes that, too. */
export interface Account {
  user: User;
  readonly usernameKey: string;
  holdsEmail: boolean;
  passwordHash: string;
  verification: EmailVerification | null;
  reset: UserToken | null;
  sessions: NewSession[];
  roles: string[];
}

/** The file. Lists rather than objects by name: "constructor" is a fine name for a role. */
export interface Data {
  accounts: Account[];
  roles: Role[];
  permissions: string[];
}

export interface Role {
  readonly name: string;
  readonly permissions: string[];
}

export interface Match extends UserGuard {
  readonly username: string;
}

/** The account, if there is one and it is what the guard says. */
export function find(
  { accounts }: Data,
  { username, userId, passwordHash, verified }: Match,
): Account | undefined {
  return accounts.find(({ user, passwordHash: storedHash }) =>
    user.username === username && user.id === (userId ?? user.id) &&
    storedHash === (passwordHash ?? storedHash) && user.verified === (verified ?? user.verified)
  );
}

export function findSession(
  { accounts }: Data,
  tokenHash: string,
): { account?: Account; session?: NewSession } {
  for (const account of accounts) {
    const session = account.sessions.find((each) => each.tokenHash === tokenHash);
    if (session !== undefined) return { account, session };
  }
  return {};
}

export function holderOf({ accounts }: Data, email: string): Account | undefined {
  return accounts.find(({ user, holdsEmail }) => holdsEmail && user.email === email);
}

export function roleOf({ roles }: Data, name: string): Role | undefined {
  return roles.find((role) => role.name === name);
}

/** Whoever else holds the address gives it up, unless verification has made it theirs. */
export function displaceHolder(data: Data, { username, email }: Pick<User, "username" | "email">): void {
  const holder = holderOf(data, email);
  if (holder === undefined || holder.user.username === username) return;
  if (holder.user.verified) {
    throw new UserHarborError("email_taken", "Cannot take the address: a verified account holds it");
  }
  holder.holdsEmail = false;
}

export function isBefore(instant: Date | undefined, limit: Date | undefined): boolean {
  return instant !== undefined && limit !== undefined && instant < limit;
}

/** Whether it is there afterwards. */
export function add(names: string[] | undefined, name: string): boolean {
  if (names?.includes(name) === false) names.push(name);
  return names !== undefined;
}

/** Whether it was there. */
export function remove<T>(list: T[], item: T | undefined): boolean {
  const index = item === undefined ? -1 : list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}
