import type { CreateUserRequest, User, UserStore, UserToken } from "../../interfaces.ts";

/**
 * The wall clock, in whole seconds: a store may sweep natively what expired more than a day ago, so fixtures
 * stay within the hours around now.
 */
const START_MS = Math.floor(Date.now() / 1000) * 1000;

/** The instant so many seconds after the start of the run; negative is before. */
export function at(seconds: number): Date {
  return new Date(START_MS + Math.round(seconds * 1000));
}

/** A token hash; neighbours differ in their last digits only. */
export function hash(number: number): string {
  return number.toString(16).padStart(64, "0");
}

/** An unverified account that holds `<username>@example.org`, without a token and without `createdAt`. */
export function person(username: string, changes: Partial<CreateUserRequest> = {}): CreateUserRequest {
  const usernameKey = username.toLowerCase();
  return {
    id: crypto.randomUUID(),
    username,
    usernameKey,
    email: `${usernameKey}@example.org`,
    passwordHash: `$fake$${username}`,
    ...changes,
  };
}

/** Any kind of token, live for an hour. */
export function token(username: string, tokenHash: string): UserToken {
  return { username, tokenHash, expiresAt: at(3600), createdAt: at(0) };
}

/** Stores an unverified account. */
export async function addUser(
  store: UserStore,
  user: string | CreateUserRequest,
): Promise<CreateUserRequest> {
  const request = typeof user === "string" ? person(user) : user;
  await store.createUser(request);
  return request;
}

/** Stores a verified account that owns its address. */
export async function addVerifiedUser(
  store: UserStore,
  user: string | CreateUserRequest,
): Promise<CreateUserRequest> {
  const request = await addUser(store, user);
  await store.setUserVerified(request.username, request.email);
  return request;
}

/** An account with one token of each kind: `hash(first)` proves, `first + 1` is a session, `first + 2` resets. */
export interface FurnishedUser {
  /** The account's name, and its key. */
  readonly username: string;
  /** The number of its first token hash. */
  readonly first: number;
}

/** Stores a verified account with a token of each kind, the role `editor` and so the permission `posts.edit`. */
export async function furnish(
  store: UserStore,
  { username, first }: FurnishedUser,
): Promise<CreateUserRequest> {
  const request = await addVerifiedUser(store, username);
  await store.setEmailVerification(token(username, hash(first)));
  await store.addSession(token(username, hash(first + 1)));
  await store.setPasswordReset(token(username, hash(first + 2)));
  await store.createRole("editor");
  await store.createPermission("posts.edit");
  await store.grantPermissionToRole("editor", "posts.edit");
  await store.grantRoleToUser(username, "editor");
  return request;
}

/** All that is stored about one furnished account. */
export interface UserRecord {
  readonly user: User | null;
  readonly passwordHash: string | null;
  readonly verification: UserToken | null;
  readonly session: UserToken | null;
  readonly reset: UserToken | null;
  readonly roles: Set<string>;
  readonly permissions: Set<string>;
}

/** Reads all that is stored about one furnished account. */
export async function recordOf(store: UserStore, { username, first }: FurnishedUser): Promise<UserRecord> {
  return {
    user: await store.getUserByUsername(username),
    passwordHash: await store.getPasswordHash(username),
    verification: await store.getEmailVerification(hash(first)),
    session: await store.getSession(hash(first + 1)),
    reset: await store.getPasswordReset(hash(first + 2)),
    roles: await store.getUserRoles(username),
    permissions: await store.getUserPermissions(username),
  };
}

/** What `recordOf` reads of nobody. */
export const NO_RECORD: UserRecord = {
  user: null,
  passwordHash: null,
  verification: null,
  session: null,
  reset: null,
  roles: new Set(),
  permissions: new Set(),
};

/** The fields every store returns, without those it adds. */
export interface UserFields {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly verified: boolean;
  readonly createdAt: Date | undefined;
}

/** The fields every store returns; null stays null. */
export function fieldsOf(user: User | null): UserFields | null {
  if (user === null) return null;
  const { id, username, email, verified, createdAt } = user;
  return { id, username, email, verified, createdAt };
}
