import type { RequestContext } from "./events.ts";
import type { Harbor } from "./flows/_harbor.ts";
import { type Operate, operationsOf, readsOf } from "./flows/_operation.ts";
import type { OpenedSession } from "./flows/_sessions.ts";
import { changeEmail, type ChangeEmailInput } from "./flows/change_email.ts";
import { changePassword, type ChangePasswordInput } from "./flows/change_password.ts";
import { changeUsername, type ChangeUsernameInput } from "./flows/change_username.ts";
import { confirmEmailChange } from "./flows/confirm_email_change.ts";
import { deleteAccount, type DeleteAccountInput } from "./flows/delete_account.ts";
import { diagnose } from "./flows/diagnose.ts";
import { getCurrentUser } from "./flows/get_current_user.ts";
import { login, type LoginInput } from "./flows/login.ts";
import { logout } from "./flows/logout.ts";
import { logoutAll } from "./flows/logout_all.ts";
import { getPermissions, hasPermission, requirePermission } from "./flows/permissions.ts";
import { purgeExpired, type PurgeExpiredInput } from "./flows/purge_expired.ts";
import { register, type RegisterInput } from "./flows/register.ts";
import { resendVerification } from "./flows/resend_verification.ts";
import { resetPassword, type ResetPasswordInput } from "./flows/reset_password.ts";
import { getRoles, grantRole, hasRole, requireRole, revokeRole } from "./flows/roles.ts";
import { sendPasswordReset } from "./flows/send_password_reset.ts";
import { verifyEmail } from "./flows/verify_email.ts";
import { verifySession } from "./flows/verify_session.ts";
import type { Finding, User } from "./interfaces.ts";
import { checkOptions, type UserHarborOptions } from "./options.ts";
import { bindPermissions, bindRoles, type Permissions, type Roles } from "./role_catalog.ts";
import { bindSessions, type Sessions } from "./session_overview.ts";
import { bindUsers, type Users } from "./user_administration.ts";

/**
 * Account management for one application: every operation, over the ports it was given.
 *
 * Cheap to construct and without side effects, so that edge runtimes may build one per request. Operations
 * refuse with a {@link UserHarborError}; what a database throws passes through untouched.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const emailSender = new RecordingEmailSender();
 * const passwordHasher = new FastPasswordHasher(); // for tests only; @userharbor/argon2 in earnest
 * const harbor = new UserHarbor({ store: new MemoryUserStore(), emailSender, passwordHasher });
 *
 * const password = "seven quiet otters at dawn";
 * await harbor.register({ username: "ada", email: "ada@example.org", password });
 * await harbor.settled();
 * await harbor.verifyEmail(emailSender.tokenFor("verification", "ada@example.org"));
 * const { sessionToken } = await harbor.login({ username: "Ada", password });
 * assert.equal((await harbor.getCurrentUser(sessionToken)).username, "ada");
 * ```
 */
export class UserHarbor<U extends User = User> {
  /** Roles, and the permissions they carry. */
  readonly roles: Roles;
  /** The permissions there are. */
  readonly permissions: Permissions;
  /** A person's sessions: where they are logged in, and how to end that. */
  readonly sessions: Sessions<U>;
  /** What trusted code does to accounts without a session of theirs. */
  readonly users: Users<U>;
  readonly #harbor: Harbor<U>;
  readonly #operate: Operate<U>;
  readonly #read: Operate<U>;

  /**
   * Checks the options, and does nothing else.
   *
   * @param options the three ports, and whatever should differ from the defaults
   * @throws {TypeError} for a missing port, an option of the wrong type, or one that does not exist
   * @throws {RangeError} for a number out of range; both name the option
   */
  constructor(options: UserHarborOptions<U>) {
    this.#harbor = checkOptions(options);
    this.#operate = operationsOf(this.#harbor);
    this.#read = readsOf(this.#harbor);
    this.roles = bindRoles(this.#harbor);
    this.permissions = bindPermissions(this.#harbor);
    this.sessions = bindSessions(this.#harbor);
    this.users = bindUsers(this.#harbor);
  }

  /**
   * Opens an unverified account and mails the token that proves its address; an owned address answers alike.
   *
   * @throws {UserHarborError} `invalid_username`, `invalid_email`, `weak_password`, `rate_limited`, `username_taken`
   */
  register(input: RegisterInput, context?: RequestContext): Promise<void> {
    return this.#operate("register", register)(input, context);
  }

  /** Makes an address its owner's. @throws {UserHarborError} `invalid_verification_token` */
  verifyEmail(verificationToken: string, context?: RequestContext): Promise<void> {
    return this.#operate("verify_email", verifyEmail)(verificationToken, context);
  }

  /** Mails a new verification token; the same answer, or `rate_limited`, whether or not such an account waits. */
  resendVerification(email: string, context?: RequestContext): Promise<void> {
    return this.#operate("resend_verification", resendVerification)(email, context);
  }

  /**
   * Opens a session. A username with an `@` is looked up as the address of a verified account.
   *
   * @throws {UserHarborError} `rate_limited`, `invalid_credentials`; `unverified_user` once the password matched
   */
  login(input: LoginInput, context?: RequestContext): Promise<OpenedSession<U>> {
    return this.#operate("login", login<U>)(input, context);
  }

  /** Tells whether a session token opens a live session; moves its expiry on when that is due. */
  verifySession(sessionToken: string, context?: RequestContext): Promise<boolean> {
    return this.#read("verify_session", verifySession)(sessionToken, context);
  }

  /**
   * The account whose session a token opens; moves the session's expiry on when that is due.
   *
   * @throws {UserHarborError} `invalid_session_token`, then `password_change_required`
   */
  getCurrentUser(sessionToken: string, context?: RequestContext): Promise<U> {
    return this.#read("get_current_user", getCurrentUser<U>)(sessionToken, context);
  }

  /** Ends one session. @throws {UserHarborError} `invalid_session_token`, also for the later of two at once */
  logout(sessionToken: string, context?: RequestContext): Promise<void> {
    return this.#operate("logout", logout)(sessionToken, context);
  }

  /**
   * Ends every session of the account, this one included.
   *
   * @throws {UserHarborError} `invalid_session_token`, also for the later of two at once
   */
  logoutAll(sessionToken: string, context?: RequestContext): Promise<void> {
    return this.#operate("logout_all", logoutAll)(sessionToken, context);
  }

  /** Mails a token that sets a new password; the same answer, or `rate_limited`, for an address nobody has. */
  sendPasswordReset(email: string, context?: RequestContext): Promise<void> {
    return this.#operate("send_password_reset", sendPasswordReset)(email, context);
  }

  /**
   * Sets a new password against a mailed token, verifies the account, and ends its sessions and other tokens.
   *
   * @throws {UserHarborError} `invalid_password_reset_token`; `weak_password`, after which the token still works
   */
  resetPassword(input: ResetPasswordInput, context?: RequestContext): Promise<void> {
    return this.#operate("reset_password", resetPassword)(input, context);
  }

  /**
   * Replaces the password and opens a fresh session; every earlier session and outstanding token ends.
   *
   * @throws {UserHarborError} `invalid_session_token`, `rate_limited`, `invalid_credentials`, `weak_password`, in order
   */
  changePassword(input: ChangePasswordInput, context?: RequestContext): Promise<OpenedSession<U>> {
    return this.#operate("change_password", changePassword<U>)(input, context);
  }

  /**
   * Mails a token to the new address; the account has the old one until `confirmEmailChange` is given it.
   *
   * @throws {UserHarborError} as `deleteAccount`, with `invalid_email` in the end
   */
  changeEmail(input: ChangeEmailInput, context?: RequestContext): Promise<void> {
    return this.#operate("change_email", changeEmail)(input, context);
  }

  /**
   * Moves the account to the address that the token was mailed to; the earlier one is told.
   *
   * @throws {UserHarborError} `invalid_email_change_token`
   */
  confirmEmailChange(emailChangeToken: string, context?: RequestContext): Promise<void> {
    return this.#operate("confirm_email_change", confirmEmailChange)(emailChangeToken, context);
  }

  /**
   * Gives the account another name.
   *
   * @throws {UserHarborError} as `deleteAccount`, with `invalid_username`, `username_taken` in the end
   */
  changeUsername(input: ChangeUsernameInput, context?: RequestContext): Promise<void> {
    return this.#operate("change_username", changeUsername)(input, context);
  }

  /**
   * Removes the account with its sessions, tokens and grants.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `rate_limited`,
   * `invalid_credentials`
   */
  deleteAccount(input: DeleteAccountInput, context?: RequestContext): Promise<void> {
    return this.#operate("delete_account", deleteAccount)(input, context);
  }

  /**
   * Gives an account a role; giving it twice changes nothing.
   *
   * @throws {UserHarborError} `invalid_role`, `unknown_user`, `unknown_role`
   */
  grantRole(username: string, role: string, context?: RequestContext): Promise<void> {
    return this.#operate("grant_role", grantRole)({ username, role }, context);
  }

  /**
   * Takes a role from an account; taking what it does not have changes nothing.
   *
   * @throws {UserHarborError} `invalid_role`, `unknown_user`, `unknown_role`
   */
  revokeRole(username: string, role: string, context?: RequestContext): Promise<void> {
    return this.#operate("revoke_role", revokeRole)({ username, role }, context);
  }

  /** The roles of an account. @throws {UserHarborError} `unknown_user` */
  getRoles(username: string, context?: RequestContext): Promise<Set<string>> {
    return this.#read("get_roles", getRoles)(username, context);
  }

  /** What an account may do: the union over its roles. @throws {UserHarborError} `unknown_user` */
  getPermissions(username: string, context?: RequestContext): Promise<Set<string>> {
    return this.#read("get_permissions", getPermissions)(username, context);
  }

  /**
   * Whether the account behind a session has a role; false for a bad session.
   *
   * @throws {UserHarborError} `invalid_role` for a malformed name, once the session is known to be good
   */
  hasRole(sessionToken: string, role: string, context?: RequestContext): Promise<boolean> {
    return this.#read("has_role", hasRole)({ sessionToken, role }, context);
  }

  /**
   * Whether the account behind a session has a permission; false for a bad session.
   *
   * @throws {UserHarborError} `invalid_permission` for a malformed name, once the session is known to be good
   */
  hasPermission(sessionToken: string, permission: string, context?: RequestContext): Promise<boolean> {
    return this.#read("has_permission", hasPermission)({ sessionToken, permission }, context);
  }

  /**
   * The account behind a session, if it has a role.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `invalid_role`, `permission_denied`
   */
  requireRole(sessionToken: string, role: string, context?: RequestContext): Promise<U> {
    return this.#read("require_role", requireRole<U>)({ sessionToken, role }, context);
  }

  /**
   * The account behind a session, if it has a permission.
   *
   * @throws {UserHarborError} `invalid_session_token`, `password_change_required`, `invalid_permission`,
   * `permission_denied`
   */
  requirePermission(sessionToken: string, permission: string, context?: RequestContext): Promise<U> {
    return this.#read("require_permission", requirePermission<U>)({ sessionToken, permission }, context);
  }

  /**
   * Removes one batch of what is over: tokens, sessions, lapsed accounts, attempts, and what was kept of clients.
   *
   * @returns how many rows; 0 once nothing is left. `schedulePurge` calls it again and again
   * @throws {RangeError} when `limit` or `graceSeconds` is out of range
   */
  purgeExpired(input: PurgeExpiredInput = {}): Promise<number> {
    return this.#operate("purge_expired", purgeExpired)(input);
  }

  /**
   * What an operator should know before people rely on this installation, the unsafe first; empty: nothing.
   *
   * @returns findings without secrets; a port that cannot answer is one of them
   */
  diagnose(): Promise<readonly Finding[]> {
    return this.#read("diagnose", diagnose)(undefined);
  }

  /** Resolves when no mail, and nothing else that answers do not wait for, is pending. */
  settled(): Promise<void> {
    return this.#harbor.background.settled();
  }
}
