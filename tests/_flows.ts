import assert from "node:assert/strict";
import type { ErrorCode, UserHarbor, UserHarborOptions } from "../mod.ts";
import { emailOf, type Life, NEW_PASSWORD, PASSWORD } from "./_harness.ts";

const NEW_EMAIL = "ada@example.net";

/** What is done to a harbor. */
export type Operation = (harbor: UserHarbor) => Promise<unknown>;

/** An operation, and the situation in which all of it happens. */
export interface Flow {
  /** Brings the situation about, and says what is then done. */
  readonly prepare: (life: Life) => Promise<Operation>;
  /** What somebody is told who does it again after it took effect: `done`, or the code of the refusal. */
  readonly again: "done" | ErrorCode;
  /** What the harbor is made with, beside the ports. */
  readonly options?: Partial<UserHarborOptions>;
}

/** What a harbor does, each with everything that belongs to it. */
export const FLOWS: Readonly<Record<string, Flow>> = {
  register: { again: "username_taken", prepare: () => Promise.resolve(registerAda) },
  "register of an owned address": {
    again: "username_taken",
    async prepare(life) {
      await life.verified("bob");
      return (harbor) => harbor.register({ username: "ada", email: emailOf("bob"), password: PASSWORD });
    },
  },
  "register of an address that is held unverified": {
    again: "username_taken",
    async prepare(life) {
      await life.registered("bob");
      return (harbor) => harbor.register({ username: "ada", email: emailOf("bob"), password: PASSWORD });
    },
  },
  verifyEmail: {
    again: "invalid_verification_token",
    async prepare(life) {
      await life.registered("ada");
      const token = life.verificationToken("ada");
      return (harbor) => harbor.verifyEmail(token);
    },
  },
  resendVerification: {
    again: "done",
    async prepare(life) {
      await life.registered("ada");
      return (harbor) => harbor.resendVerification(emailOf("ada"));
    },
  },
  login: {
    again: "done",
    async prepare(life) {
      await life.verified("ada");
      return (harbor) => harbor.login({ username: "ada", password: PASSWORD });
    },
  },
  "login with a hash that is outdated": {
    again: "done",
    async prepare(life) {
      await life.verified("ada");
      life.passwordHasher.rounds++;
      return (harbor) => harbor.login({ username: emailOf("ada"), password: PASSWORD });
    },
  },
  "login where one session is allowed": {
    again: "done",
    options: { maxSessionsPerUser: 1 },
    async prepare(life) {
      await life.loggedIn("ada");
      return (harbor) => harbor.login({ username: "ada", password: PASSWORD });
    },
  },
  sendPasswordReset: {
    again: "done",
    async prepare(life) {
      await life.verified("ada");
      return (harbor) => harbor.sendPasswordReset(emailOf("ada"));
    },
  },
  resetPassword: {
    again: "invalid_password_reset_token",
    async prepare(life) {
      await life.loggedIn("ada");
      const resetToken = await life.resetToken("ada");
      return (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    },
  },
  "resetPassword of an unverified account": {
    again: "invalid_password_reset_token",
    async prepare(life) {
      await life.registered("ada");
      const resetToken = await life.resetToken("ada");
      return (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    },
  },
  changePassword: {
    again: "invalid_session_token",
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      await life.resetToken("ada");
      return (harbor) =>
        harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
    },
  },
  deleteAccount: {
    again: "invalid_session_token",
    prepare: withSession((token) => (harbor) =>
      harbor.deleteAccount({ sessionToken: token, password: PASSWORD })
    ),
  },
  changeEmail: {
    again: "done",
    prepare: withSession((sessionToken) => (harbor) =>
      harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: NEW_EMAIL })
    ),
  },
  "changeEmail to an owned address": {
    again: "done",
    async prepare(life) {
      await life.verified("bob");
      const { sessionToken } = await life.loggedIn("ada");
      await emailChangeToken(life, sessionToken);
      return (harbor) => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: emailOf("bob") });
    },
  },
  confirmEmailChange: {
    again: "invalid_email_change_token",
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      await life.resetToken("ada");
      const token = await emailChangeToken(life, sessionToken);
      return (harbor) => harbor.confirmEmailChange(token);
    },
  },
  changeUsername: {
    again: "done",
    prepare: withSession((sessionToken) => (harbor) =>
      harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" })
    ),
  },
  logout: {
    again: "invalid_session_token",
    prepare: withSession((token) => (harbor) => harbor.logout(token)),
  },
  logoutAll: {
    again: "invalid_session_token",
    prepare: withSession((token) => (harbor) => harbor.logoutAll(token)),
  },
  "sessions.list": {
    again: "done",
    prepare: withSession((token) => (harbor) => harbor.sessions.list(token)),
  },
  "sessions.revoke": {
    again: "invalid_session_token",
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      const [{ id: sessionId } = assert.fail()] = await life.harbor.sessions.list(sessionToken);
      return (harbor) => harbor.sessions.revoke({ sessionToken, sessionId });
    },
  },
  "sessions.revokeOthers": {
    again: "done",
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      for (let more = 0; more < 2; more++) await life.login("ada");
      return (harbor) => harbor.sessions.revokeOthers(sessionToken);
    },
  },
  "sessions.reauthenticate": {
    again: "invalid_session_token",
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      return (harbor) => harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD });
    },
  },
  getCurrentUser: {
    again: "done",
    prepare: withSession((token) => (harbor) => harbor.getCurrentUser(token)),
  },
  verifySession: { again: "done", prepare: withSession((token) => (harbor) => harbor.verifySession(token)) },
  requireRole: {
    again: "done",
    prepare: withSession((token) => (harbor) => harbor.requireRole(token, "admin")),
  },
  hasPermission: {
    again: "done",
    prepare: withSession((token) => (harbor) => harbor.hasPermission(token, "posts.edit")),
  },
  grantRole: { again: "done", prepare: withSession(() => (harbor) => harbor.grantRole("ada", "admin")) },
  revokeRole: { again: "done", prepare: withSession(() => (harbor) => harbor.revokeRole("ada", "admin")) },
  getRoles: { again: "done", prepare: withSession(() => (harbor) => harbor.getRoles("ada")) },
  "users.create, an invitation": {
    again: "username_taken",
    prepare: () =>
      Promise.resolve((harbor) => harbor.users.create({ username: "ada", email: emailOf("ada") })),
  },
  "users.create with a password": {
    again: "username_taken",
    prepare: () =>
      Promise.resolve((harbor) =>
        harbor.users.create({ username: "ada", email: emailOf("ada"), verified: true, password: PASSWORD })
      ),
  },
  "users.create with a password, for an address that is held unverified": {
    again: "username_taken",
    async prepare(life) {
      await life.registered("bob");
      return (harbor) => harbor.users.create({ username: "ada", email: emailOf("bob"), password: PASSWORD });
    },
  },
  "users.import": {
    again: "username_taken",
    async prepare(life) {
      const passwordHash = await life.passwordHasher.hash(PASSWORD);
      return (harbor) =>
        harbor.users.import({ username: "ada", email: emailOf("ada"), verified: true, passwordHash });
    },
  },
  "users.get": { again: "done", prepare: withSession(() => (harbor) => harbor.users.get("ada")) },
  "users.list": { again: "done", prepare: withSession(() => (harbor) => harbor.users.list()) },
  "users.disable": {
    again: "done",
    async prepare(life) {
      await life.loggedIn("ada");
      await life.resetToken("ada");
      return (harbor) => harbor.users.disable("ada");
    },
  },
  "users.enable": {
    again: "done",
    async prepare(life) {
      await life.verified("ada");
      await life.harbor.users.disable("ada");
      return (harbor) => harbor.users.enable("ada");
    },
  },
  "users.requirePasswordChange": {
    again: "done",
    prepare: withSession(() => (harbor) => harbor.users.requirePasswordChange("ada")),
  },
  "changePassword that was demanded": {
    again: "invalid_session_token",
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      await life.harbor.users.requirePasswordChange("ada");
      return (harbor) =>
        harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
    },
  },
  "users.forceReset": {
    again: "done",
    prepare: withSession(() => (harbor) => harbor.users.forceReset("ada")),
  },
  "users.revokeSessions": {
    again: "done",
    prepare: withSession(() => (harbor) => harbor.users.revokeSessions("ada")),
  },
  "users.delete": {
    again: "unknown_user",
    prepare: withSession(() => (harbor) => harbor.users.delete("ada")),
  },
  "roles.create": {
    again: "role_already_exists",
    prepare: withSession(() => (harbor) => harbor.roles.create("editor")),
  },
  "roles.delete": {
    again: "unknown_role",
    prepare: withSession(() => (harbor) => harbor.roles.delete("admin")),
  },
  "roles.grantPermission": {
    again: "done",
    async prepare(life) {
      await life.harbor.permissions.create("posts.edit");
      return (harbor) => harbor.roles.grantPermission("admin", "posts.edit");
    },
  },
  purgeExpired: {
    again: "done",
    async prepare(life) {
      await life.loggedIn("ada");
      life.advance(365 * 86_400);
      return (harbor) => harbor.purgeExpired();
    },
  },
};

function withSession(operation: (sessionToken: string) => Operation): Flow["prepare"] {
  return async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    await life.harbor.grantRole("ada", "admin");
    return operation(sessionToken);
  };
}

async function emailChangeToken({ harbor, emailSender }: Life, sessionToken: string): Promise<string> {
  await harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: NEW_EMAIL });
  await harbor.settled();
  return emailSender.tokenFor("email_change", NEW_EMAIL);
}

function registerAda(harbor: UserHarbor): Promise<void> {
  return harbor.register({ username: "ada", email: emailOf("ada"), password: PASSWORD });
}
