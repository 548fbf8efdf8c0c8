/**
 * The ports: what a store, a sender of mail and a password hasher do, and the records that cross them.
 *
 * Types only. A store is handed token hashes and password hashes, never a token or a password.
 */

/** An account, as a store returns it. Stores may return more fields; they reach the application untouched. */
export interface User {
  /** Opaque, immutable, made by the core, never used twice. */
  readonly id: string;
  /** The spelling the person chose. */
  readonly username: string;
  /** Canonical address; for an account that holds no address, the one it asked for. */
  readonly email: string;
  /** Whether the person proved that the address is theirs. */
  readonly verified: boolean;
  /** When the account was registered; an unverified account without it never lapses. */
  readonly createdAt?: Date;
  /** True: nobody logs in, no session opens, no mailed token works. Absent: false. */
  readonly disabled?: boolean;
  /** True: a session of the account does nothing but change the password. Absent: false. */
  readonly mustChangePassword?: boolean;
}

/** What trusted code switches on and off; a flag left out stays as it is. */
export interface UserFlags {
  /** See {@link User.disabled}. */
  readonly disabled?: boolean;
  /** See {@link User.mustChangePassword}. */
  readonly mustChangePassword?: boolean;
}

/** What every stored token is: only its hash is kept. */
export interface UserToken {
  /** The spelling the person chose, as `User.username`. */
  readonly username: string;
  /** SHA-256, or HMAC-SHA-256, of the token: 64 lower-case hex digits. */
  readonly tokenHash: string;
  /** Refused from this instant on. */
  readonly expiresAt: Date;
  /** When the token was made. */
  readonly createdAt?: Date;
}

/** A mailed token that proves an address. */
export interface EmailVerification extends UserToken {
  /** The address it proves; absent: the user's own. */
  readonly email?: string;
}

/** A session to be stored. */
export interface NewSession extends UserToken {
  /** Names the session in lists; neither the token nor its hash. */
  readonly id?: string;
  /** Where it was opened, if the application keeps that; a store without room for it leaves it out whole. */
  readonly client?: SessionClient;
}

/** Where a session was opened, as the application told; never trusted. */
export interface SessionClient {
  /** The client's address, 64 characters at most. */
  readonly address?: string;
  /** What the client called itself, 512 characters at most. */
  readonly userAgent?: string;
}

/** A stored session with the account it belongs to. */
export interface Session<U extends User = User> extends NewSession {
  /** The account, read in the same call. */
  readonly user: U;
}

/** A new account and its first verification token, or the account alone. */
export interface CreateUserRequest {
  /** See {@link User.id}. */
  readonly id: string;
  /** The spelling the person chose. */
  readonly username: string;
  /** What makes the name unique; absent: the username in lower case. */
  readonly usernameKey?: string;
  /** Canonical address. */
  readonly email: string;
  /** False: the address is only asked for and stays with the verified account that holds it. Absent: true. */
  readonly holdsEmail?: boolean;
  /** Self-describing hash made by a {@link PasswordHasher}. */
  readonly passwordHash: string;
  /** With `expiresAt`: the first verification token. Without: no token is stored. */
  readonly verificationTokenHash?: string;
  /** When the first verification token ends. */
  readonly expiresAt?: Date;
  /** When the account, and its first token, were made. */
  readonly createdAt?: Date;
}

/**
 * What must hold for a write to happen, judged on the newest committed row and in one conflict scope with
 * whatever changes that row.
 */
export interface UserGuard {
  /** The account still is this one, not a newcomer under a name used again. */
  readonly userId?: string;
  /** The account still has this password hash. */
  readonly passwordHash?: string;
  /** The account still is, or still is not, verified. */
  readonly verified?: boolean;
  /** The account still is, or still is not, disabled; for stores with `setUserFlags`. */
  readonly disabled?: boolean;
}

/** A new name for an account. */
export interface UserRenaming {
  /** The spelling the person chose. */
  readonly username: string;
  /** What makes the name unique. */
  readonly usernameKey: string;
}

/** One page of accounts, in the order of their canonical names. */
export interface ListUsersRequest {
  /** Accounts whose canonical name, or held address, starts with this; canonical itself. Absent: all. */
  readonly startsWith?: string;
  /** Accounts whose canonical name comes after this one, by code point. Absent: from the first. */
  readonly afterUsernameKey?: string;
  /** At most this many. */
  readonly limit: number;
}

/** Something that is to commit with a change, or not at all. */
export interface StoreRecord {
  /** Unique among records. */
  readonly id: string;
  /** What reads it later: `event` for the audit trail, `mail` for an outbox. */
  readonly kind: string;
  /** When it was made. */
  readonly createdAt: Date;
  /** The account it is about, if any; it outlives the account. */
  readonly userId?: string;
  /** JSON, without secrets. */
  readonly body: string;
}

/** How far `transaction(work)` reaches: any rows, the rows of one user, or nowhere (prototypes only). */
export type TransactionReach = "any" | "one-user" | "none";

/** Accounts and the transaction they change in. */
export interface UserAccountStore<U extends User = User> {
  /** How far `transaction(work)` reaches. */
  readonly transactions: TransactionReach;
  /**
   * Commits when `work` resolves, rolls everything back when it rejects. `work` may run more than once; any
   * rejection inside dooms the transaction, even one that `work` caught.
   */
  transaction<T>(work: (store: UserStore<U>) => Promise<T>): Promise<T>;
  /**
   * Stores the account and its first token, or neither. Rejects with `username_taken`, or with `email_taken`
   * when a verified account holds the address (both: `username_taken`); an unverified holder is displaced.
   */
  createUser(request: CreateUserRequest): Promise<void>;
  /**
   * Marks the account verified. With `email` it takes the address too, displacing an unverified holder, and
   * rejects with `email_taken` when a verified account holds it. Without: false for an account that holds none.
   */
  setUserVerified(username: string, email?: string, guard?: UserGuard): Promise<boolean>;
  /** Removes the account, then everything that refers to it. */
  deleteUser(username: string, guard?: UserGuard): Promise<boolean>;
  /** Takes the canonical key, as {@link CreateUserRequest.usernameKey}. */
  getUserByUsername(usernameKey: string): Promise<U | null>;
  /** The holder of the address: its owner, else the one unverified account holding it. */
  getUserByEmail(email: string): Promise<U | null>;
  /** The stored password hash, or null for a missing account. */
  getPasswordHash(username: string): Promise<string | null>;
  /** Replaces the password hash. */
  setPasswordHash(username: string, passwordHash: string, guard?: UserGuard): Promise<boolean>;
  /**
   * Optional: gives the account another name, its tokens, sessions and roles along with it. Rejects with
   * `username_taken` when another account has the name; another spelling of the own name is none.
   */
  setUsername?(username: string, renaming: UserRenaming, guard?: UserGuard): Promise<boolean>;
  /** Optional: switches flags; true if the account exists and matches, whether or not anything changed. */
  setUserFlags?(username: string, flags: UserFlags, guard?: UserGuard): Promise<boolean>;
  /** Optional: one page of accounts, in the order of their canonical names by code point. */
  listUsers?(request: ListUsersRequest): Promise<readonly U[]>;
  /** Optional: keeps a record, in the transaction it is called in. */
  append?(record: StoreRecord): Promise<void>;
}

/**
 * Mailed tokens and sessions. Each `remove…` of one token is true for exactly one of any number of concurrent
 * callers; each `set…` replaces the user's earlier token and is false, writing nothing, for a missing user.
 */
export interface TokenStore<U extends User = User> {
  /** The verification with this token hash, expired or not. */
  getEmailVerification(tokenHash: string): Promise<EmailVerification | null>;
  /** Makes this the user's one verification token. */
  setEmailVerification(verification: EmailVerification, guard?: UserGuard): Promise<boolean>;
  /** True for the one caller that removed it. */
  removeEmailVerification(tokenHash: string): Promise<boolean>;
  /** Removes the user's verification token, if any. */
  removeEmailVerificationForUser(username: string): Promise<void>;
  /** The session with its user, expired or not; at most two dependent reads. */
  getSession(tokenHash: string): Promise<Session<U> | null>;
  /** False for a missing user, a failed guard or a token hash already stored. */
  addSession(session: NewSession, guard?: UserGuard): Promise<boolean>;
  /** True for the one caller that removed it. */
  removeSession(tokenHash: string): Promise<boolean>;
  /** Removes every session of the user. */
  removeAllSessions(username: string): Promise<void>;
  /** Moves the expiry of a session that still exists, and still has `ifExpiresAt`, to a later instant only. */
  refreshSession(tokenHash: string, expiresAt: Date, ifExpiresAt?: Date): Promise<boolean>;
  /**
   * Optional: every session of the user, expired or not; empty for a missing user. Those without `createdAt` come
   * first, then the oldest; those of one instant in the same order each time.
   */
  listSessions?(username: string): Promise<readonly NewSession[]>;
  /**
   * Optional: true for the one caller that removed the user's session of exactly this public id; false, removing
   * nothing, for an id of somebody else's session.
   */
  removeSessionById?(username: string, id: string): Promise<boolean>;
  /** The password reset with this token hash, expired or not. */
  getPasswordReset(tokenHash: string): Promise<UserToken | null>;
  /** Makes this the user's one reset token. */
  setPasswordReset(reset: UserToken, guard?: UserGuard): Promise<boolean>;
  /** True for the one caller that removed it. */
  removePasswordReset(tokenHash: string): Promise<boolean>;
  /** Removes the user's reset token, if any. */
  removePasswordResetForUser(username: string): Promise<void>;
}

/** Roles and who has them. Names arrive checked. */
export interface RoleStore {
  /** False: it exists. */
  createRole(role: string): Promise<boolean>;
  /** Removes the role, its grants and its permissions; false: absent. */
  deleteRole(role: string): Promise<boolean>;
  /** Whether the role exists. */
  roleExists(role: string): Promise<boolean>;
  /** Every role. */
  listRoles(): Promise<Set<string>>;
  /** True if the user has the role afterwards; false if the user or the role is missing. */
  grantRoleToUser(username: string, role: string): Promise<boolean>;
  /** False: the user did not have it. */
  revokeRoleFromUser(username: string, role: string): Promise<boolean>;
  /** The user's roles; empty for a missing user. */
  getUserRoles(username: string): Promise<Set<string>>;
}

/** Permissions and which roles carry them. Names arrive checked. */
export interface PermissionStore {
  /** False: it exists. */
  createPermission(permission: string): Promise<boolean>;
  /** Removes the permission from every role too; false: absent. */
  deletePermission(permission: string): Promise<boolean>;
  /** Whether the permission exists. */
  permissionExists(permission: string): Promise<boolean>;
  /** Every permission. */
  listPermissions(): Promise<Set<string>>;
  /** True if the role carries the permission afterwards; false if either is missing. */
  grantPermissionToRole(role: string, permission: string): Promise<boolean>;
  /** False: the role did not carry it. */
  revokePermissionFromRole(role: string, permission: string): Promise<boolean>;
  /** The role's permissions; empty for a missing role. */
  getRolePermissions(role: string): Promise<Set<string>>;
  /** The union over the user's roles; empty for a missing user. */
  getUserPermissions(username: string): Promise<Set<string>>;
}

/** Which rows a purge may remove. */
export interface PurgeRequest {
  /** Tokens and sessions that expired before this instant. */
  readonly before: Date;
  /** Unverified accounts created before this instant; absent: none. */
  readonly unverifiedBefore?: Date;
  /** Sessions opened before this instant forget their `client`; absent: none do. */
  readonly clientsBefore?: Date;
  /** At most this many rows in one call. */
  readonly limit: number;
}

/** Something an operator should know before people rely on an installation. */
export interface Finding {
  /** Stable, snake_case. */
  readonly code: string;
  /** `unsafe`: not fit for production. `advice`: safe, but could be better. */
  readonly level: "unsafe" | "advice";
  /** What is wrong, and what to do about it; without secrets. */
  readonly message: string;
}

/** Everything the core asks of a database: one object implements the four parts and the housekeeping. */
export interface UserStore<U extends User = User>
  extends UserAccountStore<U>, TokenStore<U>, RoleStore, PermissionStore {
  /** Removes dead rows, never a live one, and answers how many. */
  purgeExpired(request: PurgeRequest): Promise<number>;
  /** Optional: what an operator should know about this store, `now` being the application's time. */
  diagnose?(now: Date): Promise<readonly Finding[]>;
}

/** A mail to one account. `email` is the stored address, never a submitted one. */
export interface UserMessage {
  /** The spelling the person chose. */
  readonly username: string;
  /** The stored, canonical address to send to. */
  readonly email: string;
  /** BCP 47 tag of the language the person reads, if the application told. */
  readonly locale?: string;
  /** The same each time this mail is sent again, for services that then send it once. Absent: it is sent once. */
  readonly idempotencyKey?: string;
}

/** A mail with the token that proves the address. */
export interface VerificationMessage extends UserMessage {
  /** 43 characters of base64url. */
  readonly verificationToken: string;
  /** When the token ends. */
  readonly expiresAt: Date;
}

/** A mail with the token that sets a new password. */
export interface PasswordResetMessage extends UserMessage {
  /** 43 characters of base64url. */
  readonly resetToken: string;
  /** When the token ends. */
  readonly expiresAt: Date;
}

/** A mail to the new address, with the token that confirms it. */
export interface EmailChangeMessage extends UserMessage {
  /** 43 characters of base64url. */
  readonly emailChangeToken: string;
  /** When the token ends. */
  readonly expiresAt: Date;
}

/** A mail about a new name. */
export interface UsernameChangedMessage extends UserMessage {
  /** The name until now; `username` is the new one. */
  readonly earlierUsername: string;
}

/** Delivers mail and decides nothing. A rejection is reported as an event and never changes an answer. */
export interface EmailSender {
  /** Asks a newcomer to prove the address; the mail names the username. */
  sendVerification(message: VerificationMessage): Promise<void>;
  /** Sends the token that sets a new password. */
  sendPasswordReset(message: PasswordResetMessage): Promise<void>;
  /** Tells that the address is now proved. */
  sendEmailVerified(message: UserMessage): Promise<void>;
  /** Tells that the password was changed. */
  sendPasswordChanged(message: UserMessage): Promise<void>;
  /** Tells that the account is gone. */
  sendAccountDeleted(message: UserMessage): Promise<void>;
  /** Tells the owner that somebody tried to register the address. */
  sendAddressInUse?(message: UserMessage): Promise<void>;
  /** Asks whoever reads the new address to confirm it; `email` is that address. */
  sendEmailChange?(message: EmailChangeMessage): Promise<void>;
  /** Tells the earlier address that the account has another one now. */
  sendEmailChanged?(message: UserMessage): Promise<void>;
  /** Tells that the account has another name now. */
  sendUsernameChanged?(message: UsernameChangedMessage): Promise<void>;
  /** Invites whoever an account was made for to choose its password; absent: that is a password reset mail. */
  sendInvitation?(message: PasswordResetMessage): Promise<void>;
  /** What an operator should know about this sender. */
  diagnose?(): Promise<readonly Finding[]>;
}

/** The mails there are, and what each says; the method of {@link EmailSender} is named after the kind. */
export interface MailMessages {
  /** Asks a newcomer to prove the address. */
  readonly verification: VerificationMessage;
  /** Carries the token that sets a new password. */
  readonly password_reset: PasswordResetMessage;
  /** Tells that the address is now proved. */
  readonly email_verified: UserMessage;
  /** Tells that the password was changed. */
  readonly password_changed: UserMessage;
  /** Tells that the account is gone. */
  readonly account_deleted: UserMessage;
  /** Tells the owner that somebody asked for the address. */
  readonly address_in_use: UserMessage;
  /** Asks whoever reads the new address to confirm it. */
  readonly email_change: EmailChangeMessage;
  /** Tells the earlier address that the account has another one now. */
  readonly email_changed: UserMessage;
  /** Tells that the account has another name now. */
  readonly username_changed: UsernameChangedMessage;
  /** Invites whoever an account was made for to choose its password. */
  readonly invitation: PasswordResetMessage;
}

/** Which mail it is. */
export type MailKind = keyof MailMessages;

/** A mail of one kind. */
export interface MailOf<Kind extends MailKind> {
  /** Which mail it is. */
  readonly kind: Kind;
  /** What it says. */
  readonly message: MailMessages[Kind];
}

/** A mail of any kind. */
export type HarborMail = { readonly [Kind in MailKind]: MailOf<Kind> }[MailKind];

/** What tells, when a mail is delivered, whether it still is to be sent. */
export interface MailOrigin {
  /** When what it tells of happened. */
  readonly at: Date;
  /** The account it is about, where it goes to that account. */
  readonly userId?: string;
  /** What the store knows the token by that it carries. */
  readonly tokenHash?: string;
  /** See `RequestContext.actor`. */
  readonly actor?: string;
}

/** A mail as an outbox is handed it. */
export type OutboxMail = HarborMail & MailOrigin;

/**
 * Keeps mail in the transaction of the change that it tells of, so that neither is there without the other. Who
 * delivers it, and when, is no business of the core.
 */
export interface Outbox {
  /**
   * Makes the record that the store appends, of `kind` `mail`; whoever reads the store reads neither token nor address.
   * It only computes: it is called inside transactions, and again when one runs again.
   */
  seal(mail: OutboxMail): Promise<StoreRecord>;
  /** Optional: told, some time after the commit, that there is mail. */
  wake?(): void;
}

/** A mail that somebody has undertaken to deliver. */
export interface ClaimedMail {
  /** As it was appended. */
  readonly record: StoreRecord;
  /** 1 for the first who claimed it, and one more for each who did so since it was appended or revived. */
  readonly attempt: number;
  /** Another one for each claim; opaque. */
  readonly claim: string;
}

/**
 * The records of `kind` `mail` in a store, each to be delivered. It is due from `createdAt` on.
 *
 * What has been claimed is nobody else's until `leaseUntil`; then it is due again, since whoever had it is gone.
 * Postponing and burying are for the one who claimed it last: for anybody else they are false and change nothing.
 */
export interface OutboxQueue {
  /** Claims what is due at this instant, the longest due first, at most `limit`. */
  claim(request: ClaimMailRequest): Promise<readonly ClaimedMail[]>;
  /** Removes what was delivered, whoever has claimed it since; true for the one caller that removed it. */
  settle(mail: ClaimedMail): Promise<boolean>;
  /** Ends the claim; it is due again at that instant. */
  postpone(mail: ClaimedMail, dueAt: Date): Promise<boolean>;
  /** Gives it up: it is never due, but kept, with the reason, until it is revived or purged. */
  bury(mail: ClaimedMail, burial: MailBurial): Promise<boolean>;
  /** Makes what was buried due at this instant, as if never claimed, the earliest buried first; answers how many. */
  revive(request: { readonly at: Date; readonly limit: number }): Promise<number>;
  /** Removes what was buried before this instant, at most `limit`, and answers how many. */
  purgeBuried(request: { readonly before: Date; readonly limit: number }): Promise<number>;
}

/** What is to be claimed, and for how long. */
export interface ClaimMailRequest {
  /** The instant of the claim. */
  readonly at: Date;
  /** When the claim ends by itself. */
  readonly leaseUntil: Date;
  /** At most this many. */
  readonly limit: number;
}

/** Why a mail was given up. */
export interface MailBurial {
  /** When. */
  readonly at: Date;
  /** Stable, snake_case, 64 characters at most. */
  readonly reason: string;
}

/** Turns passwords into self-describing PHC strings, normalising to NFC inside. */
export interface PasswordHasher {
  /** A salted hash, different at each call. */
  hash(password: string): Promise<string>;
  /** Whether the password made this hash; false for a hash it cannot read. */
  verify(password: string, passwordHash: string): Promise<boolean>;
  /** Whether a parameter of this hash is below the configured one. */
  needsRehash(passwordHash: string): Promise<boolean>;
  /** Optional: what an operator should know about this hasher. */
  diagnose?(): Promise<readonly Finding[]>;
}

/** Pauses between attempts that grow: none for the first few, then doubling up to a limit. */
export interface AttemptBackoff {
  /** How many attempts come without a pause. */
  readonly freeAttempts: number;
  /** The pause after the first attempt beyond those, in seconds. */
  readonly firstSeconds: number;
  /** The longest pause, in seconds. */
  readonly maxSeconds: number;
}

/** A budget of attempts, and the one to be taken from it. */
export interface AttemptRequest {
  /** Names the budget: 1 to 255 printable ASCII characters. */
  readonly key: string;
  /** How many attempts the budget allows within its window. */
  readonly limit: number;
  /** How long the budget lasts from its first attempt on, in seconds; then it is whole again. */
  readonly windowSeconds: number;
  /** The instant of the attempt, by the harbor's clock. */
  readonly at: Date;
  /** Pauses within the budget; absent: none. */
  readonly backoff?: AttemptBackoff;
}

/** Whether an attempt may be made. */
export interface AttemptReservation {
  /** True: the attempt is counted. False: nothing is. */
  readonly allowed: boolean;
  /** When the next attempt may be made; null when it was allowed. */
  readonly retryAt: Date | null;
}

/**
 * Counts attempts. Calls of one key take effect one after the other, however many processes make them: of any
 * number of reservations at once exactly as many are allowed as the budget has left.
 *
 * It is never called inside a transaction of a store, so that a change rolled back stays counted.
 */
export interface Throttle {
  /** Takes one attempt from the budget, if there is one and no pause is running. */
  reserve(request: AttemptRequest): Promise<AttemptReservation>;
  /** Gives back one attempt that proved to be none, and ends the pause it began; nothing for an unknown key. */
  refund(key: string): Promise<void>;
  /** Forgets every attempt of the key. */
  clear(key: string): Promise<void>;
  /** Optional: removes budgets whose window ended before this instant, at most `limit`, and answers how many. */
  purgeExpired?(request: { readonly before: Date; readonly limit: number }): Promise<number>;
  /** Optional: what an operator should know about this throttle. */
  diagnose?(): Promise<readonly Finding[]>;
}
