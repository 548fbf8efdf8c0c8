import { Argon2PasswordHasher } from "@userharbor/argon2";
import { UserHarbor } from "@userharbor/core";
import { RecordingEmailSender } from "@userharbor/core/testing";
import { type SqlDriver, SqlUserStore } from "@userharbor/sql";
import assert from "node:assert/strict";
import type { PythonPeer } from "./_python_peer.ts";

/** Python's `secret_key`, our `tokenSecret`. */
export const SECRET = "a secret that both sides have";

/** Both sides on one database. */
export interface Peers {
  readonly python: PythonPeer;
  readonly harbor: UserHarbor;
  readonly sender: RecordingEmailSender;
  readonly driver: SqlDriver;
}

/** UserHarbor beside a Python that is there. */
export function peersOn(python: PythonPeer, driver: SqlDriver): Peers {
  const sender = new RecordingEmailSender();
  const harbor = new UserHarbor({
    store: new SqlUserStore(driver),
    emailSender: sender,
    passwordHasher: new Argon2PasswordHasher(),
    tokenSecret: SECRET,
  });
  return { python, harbor, sender, driver };
}

/** How one side does what both can do; each in the same words. */
export interface Side {
  /** Registers, and answers the mailed token. */
  register(username: string, password: string): Promise<string>;
  verifyEmail(token: string): Promise<void>;
  /** Answers the session token. */
  login(username: string, password: string): Promise<string>;
  isLive(sessionToken: string): Promise<boolean>;
  whoIs(sessionToken: string): Promise<string>;
  logout(sessionToken: string): Promise<void>;
  logoutAll(sessionToken: string): Promise<void>;
  /** Answers the mailed token. */
  sendPasswordReset(username: string): Promise<string>;
  resetPassword(token: string, password: string): Promise<void>;
  changePassword(sessionToken: string, passwords: readonly [old: string, next: string]): Promise<void>;
  deleteAccount(sessionToken: string, password: string): Promise<void>;
  createRole(role: string, permission: string): Promise<void>;
  deleteRole(role: string): Promise<void>;
  grantRole(username: string, role: string): Promise<void>;
  revokeRole(username: string, role: string): Promise<void>;
  holds(sessionToken: string, permission: string): Promise<boolean>;
}

/** Where the mail of an account of these tests goes. */
export const addressOf = (username: string) => `${username.toLowerCase()}@example.org`;

/** By UserHarbor for Python; what it refuses has the same code as ours. */
export function pythonSide({ python }: Peers): Side {
  const call = (name: string, args: Record<string, string>) => python.call(name, args);
  const mailed = async (name: string, args: Record<string, string>) => {
    const { mails } = await call(name, args);
    return mails[0]?.token ?? assert.fail(`${name} mailed no token`);
  };
  return {
    register: (username, password) => mailed("register", { username, email: addressOf(username), password }),
    verifyEmail: async (verification_token) => void await call("verify_email", { verification_token }),
    login: async (username, password) => String((await call("login", { username, password })).result),
    isLive: async (session_token) => (await call("verify_session", { session_token })).result === true,
    whoIs: async (session_token) => {
      const { result } = await call("get_current_user", { session_token });
      return (result as { readonly username: string }).username;
    },
    logout: async (session_token) => void await call("logout", { session_token }),
    logoutAll: async (session_token) => void await call("logout_all", { session_token }),
    sendPasswordReset: (username) => mailed("send_password_reset", { email: addressOf(username) }),
    resetPassword: async (reset_token, new_password) =>
      void await call("reset_password", { reset_token, new_password }),
    changePassword: async (session_token, [old_password, new_password]) =>
      void await call("change_password", { session_token, old_password, new_password }),
    deleteAccount: async (session_token, password) =>
      void await call("delete_account", { session_token, password }),
    createRole: async (role, permission) => {
      await call("roles.create", { role });
      await call("permissions.create", { permission });
      await call("roles.grant_permission", { role, permission });
    },
    deleteRole: async (role) => void await call("roles.delete", { role }),
    grantRole: async (username, role) => void await call("grant_role", { username, role }),
    revokeRole: async (username, role) => void await call("revoke_role", { username, role }),
    holds: async (session_token, permission) =>
      (await call("has_permission", { session_token, permission })).result === true,
  };
}

/** By UserHarbor. */
export function ourSide({ harbor, sender }: Peers): Side {
  return {
    register: async (username, password) => {
      await harbor.register({ username, email: addressOf(username), password });
      await harbor.settled();
      return sender.tokenFor("verification", addressOf(username));
    },
    verifyEmail: (token) => harbor.verifyEmail(token),
    login: async (username, password) => (await harbor.login({ username, password })).sessionToken,
    isLive: (sessionToken) => harbor.verifySession(sessionToken),
    whoIs: async (sessionToken) => (await harbor.getCurrentUser(sessionToken)).username,
    logout: (sessionToken) => harbor.logout(sessionToken),
    logoutAll: (sessionToken) => harbor.logoutAll(sessionToken),
    sendPasswordReset: async (username) => {
      await harbor.sendPasswordReset(addressOf(username));
      await harbor.settled();
      return sender.tokenFor("password_reset", addressOf(username));
    },
    resetPassword: (resetToken, newPassword) => harbor.resetPassword({ resetToken, newPassword }),
    changePassword: async (sessionToken, [oldPassword, newPassword]) =>
      void await harbor.changePassword({ sessionToken, oldPassword, newPassword }),
    deleteAccount: (sessionToken, password) => harbor.deleteAccount({ sessionToken, password }),
    createRole: async (role, permission) => {
      await harbor.roles.create(role);
      await harbor.permissions.create(permission);
      await harbor.roles.grantPermission(role, permission);
    },
    deleteRole: (role) => harbor.roles.delete(role),
    grantRole: (username, role) => harbor.grantRole(username, role),
    revokeRole: (username, role) => harbor.revokeRole(username, role),
    holds: (sessionToken, permission) => harbor.hasPermission(sessionToken, permission),
  };
}
