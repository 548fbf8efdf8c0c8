import type { ErrorCode, UserHarborError } from "@userharbor/core";

/** What a person can do wrong before the harbor is asked. */
export type MissingCode = "missing_username" | "missing_login_name" | "missing_email" | "missing_password";

/** What the sentences below say where a general one would not do. */
export type SpecialCode =
  | "wrong_password"
  | "long_password"
  | "malformed_password"
  | "common_password"
  | "telling_password"
  | "breached_password";

const NOT_HERE = "This cannot be done here.";

/** What a page says to each refusal. Complete by its type: a code without a sentence does not compile. */
const SENTENCES: Readonly<Record<ErrorCode | MissingCode | SpecialCode, string>> = {
  missing_username: "Enter a username.",
  missing_login_name: "Enter your username or your e-mail address.",
  missing_email: "Enter an e-mail address.",
  missing_password: "Enter a password.",

  invalid_username:
    "Choose a username of 3 to 64 letters (a to z), digits, hyphens, underscores or full stops.",
  username_taken: "This username is taken. Choose another one.",
  invalid_email: "Enter a whole e-mail address, such as name@example.org.",
  email_taken: "This e-mail address is taken.",
  weak_password: "Choose a longer password: at least 15 characters.",
  long_password: "Choose a shorter password: at most 256 characters.",
  malformed_password: "Choose a password without broken characters.",
  common_password: "Choose another password: too many people use this one.",
  telling_password: "Choose another password: this one contains your name, your address, or ours.",
  breached_password: "Choose another password: this one is known from a breach.",
  wrong_password: "This is not your current password.",
  invalid_credentials: "The username or the password is wrong.",
  unverified_user:
    "Your e-mail address is not verified yet. Open the link in the mail you got, or ask for a new one below.",
  invalid_verification_token: "This link does not work any more. Ask for a new one.",
  invalid_password_reset_token: "This link does not work any more. Ask for a new one.",
  invalid_email_change_token: "This link does not work any more. Ask for a new one.",
  invalid_session_token: "You are not logged in any more.",
  reauthentication_required: "Enter your password again.",
  password_change_required: "Change your password first.",
  unknown_session: "This session has ended already.",
  rate_limited: "There were too many attempts. Wait a little, then try again.",
  overloaded: "There is too much to do at the moment. Wait a little, then try again.",

  permission_denied: NOT_HERE,
  unknown_user: NOT_HERE,
  invalid_role: NOT_HERE,
  role_already_exists: NOT_HERE,
  unknown_role: NOT_HERE,
  invalid_permission: NOT_HERE,
  permission_already_exists: NOT_HERE,
  unknown_permission: NOT_HERE,
};

const OF_REASON: Readonly<Record<string, SpecialCode>> = {
  too_long: "long_password",
  malformed: "malformed_password",
  common: "common_password",
  context: "telling_password",
  breached: "breached_password",
};

/**
 * What to say to a code.
 *
 * @param code of a refusal, or of what is missing
 */
export function sentenceFor(code: ErrorCode | MissingCode | SpecialCode): string {
  // Another version of the core may know codes that this one does not.
  return Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : NOT_HERE;
}

/**
 * What to say to a refusal; never what its message or its cause says.
 *
 * @param error the refusal
 */
export function sentenceOf({ code, reason = "" }: UserHarborError): string {
  const special = code === "weak_password" && Object.hasOwn(OF_REASON, reason)
    ? OF_REASON[reason]
    : undefined;
  return sentenceFor(special ?? code);
}
