/** What the page after a step tells about it. */
export interface Notice {
  /** What happened. */
  readonly sentence: string;
  /** Whether a mail may be on its way. */
  readonly mail?: boolean;
}

/** Which step. */
export type NoticeName =
  | "registered"
  | "verification_sent"
  | "verified"
  | "reset_sent"
  | "password_reset"
  | "password_changed"
  | "email_change_sent"
  | "email_changed"
  | "username_changed"
  | "other_session_ended"
  | "other_sessions_ended"
  | "logged_out"
  | "logged_out_everywhere"
  | "session_ended"
  | "login_needed"
  | "password_due"
  | "account_deleted";

/** What each step leaves to be told. */
export const NOTICES: Readonly<Record<NoticeName, Notice>> = {
  registered: {
    sentence: "Your account is made, and a mail is on its way. Open the link in it to verify your address.",
    mail: true,
  },
  verification_sent: {
    sentence: "If an account with this address waits to be verified, a new mail is on its way.",
    mail: true,
  },
  verified: { sentence: "Your e-mail address is verified. You can log in now." },
  reset_sent: {
    sentence: "If there is an account with this address, a mail with a link is on its way.",
    mail: true,
  },
  password_reset: {
    sentence: "Your new password is set, and you are logged out everywhere. Log in with it.",
  },
  password_changed: {
    sentence: "Your password is changed, and you are logged out everywhere else.",
  },
  email_change_sent: {
    sentence:
      "If no other account has the new address, a mail is on its way there. Until you open the link in it, everything stays as it is.",
    mail: true,
  },
  email_changed: { sentence: "Your account has its new e-mail address." },
  username_changed: { sentence: "Your username is changed. Log in under the new one from now on." },
  other_session_ended: { sentence: "That session is ended." },
  other_sessions_ended: { sentence: "You are logged out everywhere else." },
  logged_out: { sentence: "You are logged out." },
  logged_out_everywhere: { sentence: "You are logged out everywhere." },
  session_ended: { sentence: "You are not logged in any more. Log in again to go on." },
  login_needed: { sentence: "Log in first." },
  password_due: { sentence: "Choose a password of your own first." },
  account_deleted: { sentence: "Your account is deleted." },
};
