import {
  type CreateUserRequest,
  type EmailVerification,
  type NewSession,
  type PurgeRequest,
  type Session,
  type User,
  type UserGuard,
  UserHarborError,
  type UserStore,
  type UserToken,
} from "@userharbor/core";
import {
  type Account,
  add,
  type Data,
  displaceHolder,
  find,
  findSession,
  holderOf,
  isBefore,
  type Match,
  remove,
  roleOf,
} from "./json_accounts.ts";
import { JsonFile } from "./json_file.ts";

type MailedToken = "verification" | "reset";

/**
 * Keeps accounts in one JSON file, for one process and a few hundred people: every call reads the whole list, and
 * every write replaces the whole file.
 */
export class JsonFileUserStore implements UserStore {
  readonly transactions: "any" = "any";
  readonly #file: JsonFile<Data>;

  private constructor(file: JsonFile<Data>) {
    this.#file = file;
  }

  static open(path: string): JsonFileUserStore {
    return new JsonFileUserStore(JsonFile.open<Data>(path, { accounts: [], roles: [], permissions: [] }));
  }

  transaction<T>(work: (store: UserStore) => Promise<T>): Promise<T> {
    return this.#file.transaction((handle) => work(new JsonFileUserStore(handle)));
  }

  createUser(request: CreateUserRequest): Promise<void> {
    return this.#file.write((data) => {
      const { id, username, usernameKey = username.toLowerCase(), email, holdsEmail = true } = request;
      const { passwordHash, verificationTokenHash: tokenHash, expiresAt } = request;
      const isTaken = (other: Account) =>
        other.usernameKey === usernameKey || other.user.username === username;
      if (data.accounts.some(isTaken)) {
        throw new UserHarborError("username_taken", "Cannot create the account: the username is taken");
      }
      if (holdsEmail) displaceHolder(data, { username, email });
      const created = request.createdAt === undefined ? {} : { createdAt: new Date(request.createdAt) };
      const verification = tokenHash === undefined || expiresAt === undefined
        ? null
        : { username, tokenHash, expiresAt: new Date(expiresAt), ...created };
      const user = { id, username, email, verified: false, ...created };
      const nothingYet = { reset: null, sessions: [], roles: [] };
      data.accounts.push({ user, usernameKey, holdsEmail, passwordHash, verification, ...nothingYet });
    });
  }

  setUserVerified(username: string, email?: string, guard?: UserGuard): Promise<boolean> {
    return this.#file.write((data) => {
      const account = find(data, { username, ...guard });
      if (account === undefined || (email === undefined && !account.holdsEmail)) return false;
      const user = { ...account.user, email: email ?? account.user.email, verified: true };
      displaceHolder(data, user);
      Object.assign(account, { user, holdsEmail: true });
      return true;
    });
  }

  deleteUser(username: string, guard?: UserGuard): Promise<boolean> {
    return this.#file.write((data) => remove(data.accounts, find(data, { username, ...guard })));
  }

  getUserByUsername(key: string): Promise<User | null> {
    return this.#file.read(({ accounts }) =>
      accounts.find(({ usernameKey }) => usernameKey === key)?.user ?? null
    );
  }

  getUserByEmail(email: string): Promise<User | null> {
    return this.#file.read((data) => holderOf(data, email)?.user ?? null);
  }

  getPasswordHash(username: string): Promise<string | null> {
    return this.#file.read((data) => find(data, { username })?.passwordHash ?? null);
  }

  setPasswordHash(username: string, passwordHash: string, guard?: UserGuard): Promise<boolean> {
    return this.#change({ username, ...guard }, { passwordHash });
  }

  getEmailVerification(tokenHash: string): Promise<EmailVerification | null> {
    return this.#getToken("verification", tokenHash);
  }

  setEmailVerification(verification: EmailVerification, guard?: UserGuard): Promise<boolean> {
    return this.#change({ ...guard, username: verification.username }, { verification });
  }

  removeEmailVerification(tokenHash: string): Promise<boolean> {
    return this.#removeToken("verification", tokenHash);
  }

  async removeEmailVerificationForUser(username: string): Promise<void> {
    await this.#change({ username }, { verification: null });
  }

  getSession(tokenHash: string): Promise<Session | null> {
    return this.#file.read((data) => {
      const { account, session } = findSession(data, tokenHash);
      return account === undefined || session === undefined ? null : { ...session, user: account.user };
    });
  }

  addSession(session: NewSession, guard?: UserGuard): Promise<boolean> {
    // Where it was opened is left out: who keeps it has to forget it again in `purgeExpired`.
    const { client: _, ...copy } = structuredClone(session);
    return this.#file.write((data) => {
      const account = find(data, { ...guard, username: session.username });
      if (account === undefined || findSession(data, session.tokenHash).session !== undefined) return false;
      return account.sessions.push(copy) > 0;
    });
  }

  removeSession(tokenHash: string): Promise<boolean> {
    return this.#file.write((data) => {
      const { account, session } = findSession(data, tokenHash);
      return remove(account?.sessions ?? [], session);
    });
  }

  async removeAllSessions(username: string): Promise<void> {
    await this.#change({ username }, { sessions: [] });
  }

  refreshSession(tokenHash: string, expiresAt: Date, ifExpiresAt?: Date): Promise<boolean> {
    const later = new Date(expiresAt);
    return this.#file.write((data) => {
      const { session } = findSession(data, tokenHash);
      if (session === undefined || session.expiresAt >= later) return false;
      // Two Dates of one instant are not `===`.
      if (ifExpiresAt !== undefined && session.expiresAt.getTime() !== ifExpiresAt.getTime()) return false;
      Object.assign(session, { expiresAt: later });
      return true;
    });
  }

  getPasswordReset(tokenHash: string): Promise<UserToken | null> {
    return this.#getToken("reset", tokenHash);
  }

  setPasswordReset(reset: UserToken, guard?: UserGuard): Promise<boolean> {
    return this.#change({ ...guard, username: reset.username }, { reset });
  }

  removePasswordReset(tokenHash: string): Promise<boolean> {
    return this.#removeToken("reset", tokenHash);
  }

  async removePasswordResetForUser(username: string): Promise<void> {
    await this.#change({ username }, { reset: null });
  }

  createRole(role: string): Promise<boolean> {
    return this.#file.write((data) =>
      roleOf(data, role) === undefined && data.roles.push({ name: role, permissions: [] }) > 0
    );
  }

  deleteRole(role: string): Promise<boolean> {
    return this.#file.write((data) => {
      for (const account of data.accounts) remove(account.roles, role);
      return remove(data.roles, roleOf(data, role));
    });
  }

  roleExists(role: string): Promise<boolean> {
    return this.#file.read((data) => roleOf(data, role) !== undefined);
  }

  listRoles(): Promise<Set<string>> {
    return this.#file.read(({ roles }) => new Set(roles.map(({ name }) => name)));
  }

  grantRoleToUser(username: string, role: string): Promise<boolean> {
    return this.#file.write((data) =>
      roleOf(data, role) !== undefined && add(find(data, { username })?.roles, role)
    );
  }

  revokeRoleFromUser(username: string, role: string): Promise<boolean> {
    return this.#file.write((data) => remove(find(data, { username })?.roles ?? [], role));
  }

  getUserRoles(username: string): Promise<Set<string>> {
    return this.#file.read((data) => new Set(find(data, { username })?.roles));
  }

  createPermission(permission: string): Promise<boolean> {
    return this.#file.write(({ permissions }) =>
      !permissions.includes(permission) && add(permissions, permission)
    );
  }

  deletePermission(permission: string): Promise<boolean> {
    return this.#file.write(({ roles, permissions }) => {
      for (const role of roles) remove(role.permissions, permission);
      return remove(permissions, permission);
    });
  }

  permissionExists(permission: string): Promise<boolean> {
    return this.#file.read(({ permissions }) => permissions.includes(permission));
  }

  listPermissions(): Promise<Set<string>> {
    return this.#file.read(({ permissions }) => new Set(permissions));
  }

  grantPermissionToRole(role: string, permission: string): Promise<boolean> {
    return this.#file.write((data) =>
      data.permissions.includes(permission) && add(roleOf(data, role)?.permissions, permission)
    );
  }

  revokePermissionFromRole(role: string, permission: string): Promise<boolean> {
    return this.#file.write((data) => remove(roleOf(data, role)?.permissions ?? [], permission));
  }

  getRolePermissions(role: string): Promise<Set<string>> {
    return this.#file.read((data) => new Set(roleOf(data, role)?.permissions));
  }

  getUserPermissions(username: string): Promise<Set<string>> {
    return this.#file.read((data) => {
      const roles = find(data, { username })?.roles ?? [];
      return new Set(roles.flatMap((role) => roleOf(data, role)?.permissions ?? []));
    });
  }

  purgeExpired({ before, unverifiedBefore, limit }: PurgeRequest): Promise<number> {
    return this.#file.write((data) => {
      let purged = 0;
      const stays = (isDead: boolean) => {
        if (!isDead || purged === limit) return true;
        purged++;
        return false;
      };
      data.accounts = data.accounts.filter(({ user: { verified, createdAt } }) =>
        stays(!verified && isBefore(createdAt, unverifiedBefore))
      );
      for (const account of data.accounts) {
        const { verification, reset, sessions } = account;
        account.sessions = sessions.filter(({ expiresAt }) => stays(isBefore(expiresAt, before)));
        if (!stays(isBefore(verification?.expiresAt, before))) account.verification = null;
        if (!stays(isBefore(reset?.expiresAt, before))) account.reset = null;
      }
      return purged;
    });
  }

  /** Changes one account while the guard holds for it. */
  #change(match: Match, changed: Partial<Account>): Promise<boolean> {
    const copy = structuredClone(changed);
    return this.#file.write((data) => {
      const account = find(data, match);
      if (account !== undefined) Object.assign(account, copy);
      return account !== undefined;
    });
  }

  #getToken(kind: MailedToken, tokenHash: string): Promise<UserToken | null> {
    return this.#file.read(({ accounts }) =>
      accounts.find((account) => account[kind]?.tokenHash === tokenHash)?.[kind] ?? null
    );
  }

  /** Found and removed in one step: that is what makes a token single-use. */
  #removeToken(kind: MailedToken, tokenHash: string): Promise<boolean> {
    return this.#file.write(({ accounts }) => {
      const account = accounts.find((each) => each[kind]?.tokenHash === tokenHash);
      if (account !== undefined) account[kind] = null;
      return account !== undefined;
    });
  }
}
