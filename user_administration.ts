import type { RequestContext } from "./events.ts";
import type { AddedAccount } from "./flows/_added_account.ts";
import type { Harbor } from "./flows/_harbor.ts";
import { operationsOf, readsOf } from "./flows/_operation.ts";
import { createUser, type CreateUserInput } from "./flows/create_user.ts";
import { deleteUser } from "./flows/delete_user.ts";
import { disableUser } from "./flows/disable_user.ts";
import { enableUser } from "./flows/enable_user.ts";
import { forceReset } from "./flows/force_reset.ts";
import { getUser } from "./flows/get_user.ts";
import { importUser, type ImportUserInput } from "./flows/import_user.ts";
import { listUsers, type ListUsersInput, type UserPage } from "./flows/list_users.ts";
import { requirePasswordChange } from "./flows/require_password_change.ts";
import { revokeUserSessions } from "./flows/revoke_user_sessions.ts";
import type { User } from "./interfaces.ts";

/**
 * What trusted code does to accounts without a session of theirs; reached as `harbor.users`.
 *
 * None of these asks who is calling: guard them with `requirePermission` or `requireRole`. Tell who that was in
 * `context.actor`, and every event says so. Nothing here sets a password that stays: it is for the person to choose.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UserHarbor } from "@userharbor/core";
 * import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
 * import { MemoryUserStore } from "@userharbor/memory";
 *
 * const emailSender = new RecordingEmailSender();
 * const passwordHasher = new FastPasswordHasher(); // for tests only
 * const harbor = new UserHarbor({ store: new MemoryUserStore(), emailSender, passwordHasher });
 * const context = { actor: "admin-7" };
 *
 * await harbor.users.create({ username: "ada", email: "ada@example.org" }, context);
 * await harbor.settled();
 * const resetToken = emailSender.tokenFor("invitation", "ada@example.org");
 * const password = "seven quiet otters at dawn";
 * await harbor.resetPassword({ resetToken, newPassword: password });
 * const { sessionToken } = await harbor.login({ username: "ada", password });
 *
 * await harbor.users.disable("ada", context);
 * assert.equal(await harbor.verifySession(sessionToken), false);
 * ```
 */
export interface Users<U extends User = User> {
  /**
   * Makes an account. Without a password its address is sent the token that sets one: as an invitation, or as a reset
   * where the sender has no `sendInvitation`. A given one is temporary, and has to be changed before anything else.
   *
   * @throws {UserHarborError} `invalid_username`, `invalid_email`, `weak_password`, `username_taken`, `email_taken`
   * @throws {TypeError} when `verified` is no boolean, or there is a password and the store has no `setUserFlags`
   */
  create(input: CreateUserInput, context?: RequestContext): Promise<AddedAccount<U>>;
  /**
   * Takes over an account with the hash of its password, which the next login replaces. No mail is sent.
   *
   * @throws {UserHarborError} `invalid_username`, `invalid_email`, `username_taken`, `email_taken`
   * @throws {TypeError} when `passwordHash`, `verified` or `createdAt` has the wrong type
   * @throws {RangeError} when `passwordHash` is not 1 to 512 printable ASCII characters, or `createdAt` no instant
   */
  import(input: ImportUserInput, context?: RequestContext): Promise<AddedAccount<U>>;
  /** The account of this name, disabled or not; null for none, and for one that lapsed. */
  get(username: string, context?: RequestContext): Promise<U | null>;
  /**
   * One page of accounts in the order of their names; with `startsWith` those whose name or address does.
   *
   * @throws {TypeError} when an input has the wrong type, or the store has no `listUsers`
   * @throws {RangeError} when `limit` is not from 1 to 500, or `cursor` is none that an earlier page gave
   */
  list(input?: ListUsersInput, context?: RequestContext): Promise<UserPage<U>>;
  /**
   * Switches an account off: its sessions and mailed tokens end, nobody logs in, and no mail goes to it.
   *
   * @throws {UserHarborError} `unknown_user`
   * @throws {TypeError} when the store has no `setUserFlags`
   */
  disable(username: string, context?: RequestContext): Promise<void>;
  /**
   * Switches a disabled account on again; what ended with it does not come back.
   *
   * @throws {UserHarborError} `unknown_user`
   * @throws {TypeError} when the store has no `setUserFlags`
   */
  enable(username: string, context?: RequestContext): Promise<void>;
  /**
   * Demands another password: until then every session of the account is good for changing it, and for leaving.
   *
   * @throws {UserHarborError} `unknown_user`
   * @throws {TypeError} when the store has no `setUserFlags`
   */
  requirePasswordChange(username: string, context?: RequestContext): Promise<void>;
  /**
   * Makes the present password useless, ends every session and mailed token, and mails a token that sets a new one.
   *
   * @throws {UserHarborError} `unknown_user`
   */
  forceReset(username: string, context?: RequestContext): Promise<void>;
  /**
   * Ends every session of an account.
   *
   * @throws {UserHarborError} `unknown_user`
   */
  revokeSessions(username: string, context?: RequestContext): Promise<void>;
  /**
   * Removes an account with its sessions, tokens and grants, and tells its owner.
   *
   * @throws {UserHarborError} `unknown_user`
   */
  delete(username: string, context?: RequestContext): Promise<void>;
}

/** Binds the operations on accounts to one harbor. */
export function bindUsers<U extends User>(harbor: Harbor<U>): Users<U> {
  const operate = operationsOf(harbor);
  const read = readsOf(harbor);
  return Object.freeze<Users<U>>({
    create: operate("users.create", createUser<U>),
    import: operate("users.import", importUser<U>),
    get: read("users.get", getUser<U>),
    list: (input = {}, context) => read("users.list", listUsers<U>)(input, context),
    disable: operate("users.disable", disableUser),
    enable: operate("users.enable", enableUser),
    requirePasswordChange: operate("users.require_password_change", requirePasswordChange),
    forceReset: operate("users.force_reset", forceReset),
    revokeSessions: operate("users.revoke_sessions", revokeUserSessions),
    delete: operate("users.delete", deleteUser),
  });
}
