import { type Route, withoutSession, withSession } from "./route.ts";

/** What people do about their account: open it, prove it, change it, delete it. */
export const ACCOUNT_ROUTES: readonly Route[] = [
  withoutSession("/register", {
    fields: ["username", "email", "password"],
    status: 201,
    run: (harbor, { fields, context }) => harbor.register(fields, context),
    answer: () => ({ body: { detail: "User registered" } }),
  }),
  withoutSession("/verify-email", {
    fields: ["token"],
    run: (harbor, { fields, context }) => harbor.verifyEmail(fields.token, context),
    answer: () => ({ body: { detail: "Email verified" } }),
  }),
  withoutSession("/resend-verification", {
    fields: ["email"],
    run: (harbor, { fields, context }) => harbor.resendVerification(fields.email, context),
    answer: () => ({ body: { detail: "Verification email sent" } }),
  }),
  withoutSession("/password-reset/request", {
    fields: ["email"],
    run: (harbor, { fields, context }) => harbor.sendPasswordReset(fields.email, context),
    answer: () => ({ body: { detail: "Password reset email sent" } }),
  }),
  withoutSession("/password-reset/confirm", {
    fields: ["token", "new_password"],
    run: (harbor, { fields, context }) =>
      harbor.resetPassword({ resetToken: fields.token, newPassword: fields.new_password }, context),
    answer: () => ({ body: { detail: "Password reset" } }),
  }),
  withSession("/password/change", {
    fields: ["old_password", "new_password"],
    run: (harbor, { fields, sessionToken, context }) => {
      const { old_password: oldPassword, new_password: newPassword } = fields;
      return harbor.changePassword({ sessionToken, oldPassword, newPassword }, context);
    },
    answer: (opened, sessions) => sessions.opened(opened, { detail: "Password changed" }),
  }),
  withSession("/email/change", {
    fields: ["password", "new_email"],
    run: (harbor, { fields, sessionToken, context }) => {
      const { password, new_email: newEmail } = fields;
      return harbor.changeEmail({ sessionToken, password, newEmail }, context);
    },
    answer: () => ({ body: { detail: "Confirmation email sent" } }),
  }),
  withoutSession("/email/change/confirm", {
    fields: ["token"],
    run: (harbor, { fields, context }) => harbor.confirmEmailChange(fields.token, context),
    answer: () => ({ body: { detail: "Email changed" } }),
  }),
  withSession("/username/change", {
    fields: ["password", "new_username"],
    run: (harbor, { fields, sessionToken, context }) => {
      const { password, new_username: newUsername } = fields;
      return harbor.changeUsername({ sessionToken, password, newUsername }, context);
    },
    answer: () => ({ body: { detail: "Username changed" } }),
  }),
  withSession("/account", {
    method: "DELETE",
    fields: ["password"],
    run: (harbor, { fields, sessionToken, context }) =>
      harbor.deleteAccount({ sessionToken, password: fields.password }, context),
    answer: (_, sessions) => sessions.ended({ detail: "Account deleted" }),
  }),
];
