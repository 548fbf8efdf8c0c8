import type { ErrorCode } from "./errors.ts";

/**
 * Where a call came from, as the application knows it. Never trusted; stored only with `sessionClientRetentionSeconds`
 * and with `auditTrail`. Each text is cut to its length and freed of controls.
 */
export interface RequestContext {
  /** The client's address, for throttles and events; 64 characters at most. */
  readonly address?: string;
  /** What the client calls itself; 512 characters at most. */
  readonly userAgent?: string;
  /** BCP 47 tag of the language the person reads; goes with every mail; 35 characters at most. */
  readonly locale?: string;
  /** Who acts, where that is not the person: an id of the application's own, 255 characters at most. */
  readonly actor?: string;
}

/**
 * What an event tells and the caller was not told: the answer must not show who has an account, nor which of two
 * secrets was wrong. For operators alone.
 *
 * A token may be malformed; unknown, which one that was used is, too; expired; or used by another call at the same
 * moment. `ended_meanwhile`: what the operation began with was gone, or disabled, when it was to write. Credentials
 * are malformed when they could be nobody's. `address_in_use`: an owned address was asked for, and answered like any
 * other. `address_unverified`: a login by an address that nobody proved. `no_change`: it went well because there was
 * nothing to do.
 */
export type HiddenReason =
  | "malformed_token"
  | "unknown_token"
  | "expired_token"
  | "used_token"
  | "ended_meanwhile"
  | "malformed_credentials"
  | "unknown_user"
  | "wrong_password"
  | "password_changed_meanwhile"
  | "attempts_exhausted"
  | "account_disabled"
  | "account_lapsed"
  | "password_change_required"
  | "already_verified"
  | "address_in_use"
  | "address_unverified"
  | "no_change";

/** What a person, or the application, asked for. */
export type OperationName =
  | "register"
  | "verify_email"
  | "resend_verification"
  | "login"
  | "verify_session"
  | "get_current_user"
  | "logout"
  | "logout_all"
  | "send_password_reset"
  | "reset_password"
  | "change_password"
  | "change_email"
  | "confirm_email_change"
  | "change_username"
  | "delete_account"
  | "grant_role"
  | "revoke_role"
  | "get_roles"
  | "get_permissions"
  | "has_role"
  | "has_permission"
  | "require_role"
  | "require_permission"
  | "sessions.list"
  | "sessions.revoke"
  | "sessions.revoke_others"
  | "sessions.reauthenticate"
  | "sessions.require_fresh"
  | "users.create"
  | "users.import"
  | "users.get"
  | "users.list"
  | "users.disable"
  | "users.enable"
  | "users.require_password_change"
  | "users.force_reset"
  | "users.revoke_sessions"
  | "users.delete"
  | "purge_expired"
  | "diagnose"
  | "roles.create"
  | "roles.delete"
  | "roles.list"
  | "roles.grant_permission"
  | "roles.revoke_permission"
  | "roles.permissions"
  | "permissions.create"
  | "permissions.delete"
  | "permissions.list";

/** What goes on behind an operation and may fail without anybody being told but by an event. */
export type BackgroundWorkName =
  | "mail.verification"
  | "mail.password_reset"
  | "mail.email_verified"
  | "mail.password_changed"
  | "mail.account_deleted"
  | "mail.address_in_use"
  | "mail.email_change"
  | "mail.email_changed"
  | "mail.username_changed"
  | "mail.invitation"
  | "rehash"
  | "session_refresh"
  | "audit_record"
  | "outbox"
  | "throttle";

/**
 * Something that happened. Holds no token, password or address of a mailbox.
 *
 * Every operation makes one; background work makes one only when it fails.
 */
export interface HarborEvent {
  /** Which operation or background work. */
  readonly name: OperationName | BackgroundWorkName;
  /** `refused`: by a rule, see `code`. `failed`: by an error that is none of ours, such as a database's. */
  readonly outcome: "succeeded" | "refused" | "failed";
  /** When it ended, by the harbor's clock. */
  readonly at: Date;
  /** Why it was refused. */
  readonly code?: ErrorCode;
  /** The `name` of the error it failed with; its message might hold secrets of the database or mail server. */
  readonly errorName?: string;
  /** Whose account it was about, once that was known. */
  readonly userId?: string;
  /** The name of that account, in the spelling the person chose; never one that was only typed. */
  readonly username?: string;
  /** The role that was to be made, given, asked for; well-formed. */
  readonly role?: string;
  /** The permission that was to be made, given, asked for; well-formed. */
  readonly permission?: string;
  /** What the caller was not told. */
  readonly reason?: HiddenReason;
  /** What the application told about the caller. */
  readonly context?: RequestContext;
}
