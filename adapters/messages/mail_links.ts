/** Where the links of mails lead: paths below the base URL. */
export interface MailLinkPaths {
  /** The page that verifies an address. Default: `/verify?token={token}`. */
  readonly verification?: string;
  /** The page that sets a new password. Default: `/reset?token={token}`. */
  readonly passwordReset?: string;
  /** The page that confirms a new address. Default: `/confirm-email?token={token}`. */
  readonly emailChange?: string;
  /** The page that asks for a mail to set a new password. Default: `/forgot`. */
  readonly askForPassword?: string;
}
