/** Every table whose rows name the account that they belong to. */
export const REFERRING_TABLES: readonly string[] = [
  "userharbor_sessions",
  "userharbor_email_verifications",
  "userharbor_password_resets",
  "userharbor_user_roles",
];
