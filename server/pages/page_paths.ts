/** Where each page is. */
export interface PagePaths {
  /** What this is, and the way in. */
  readonly start: string;
  /** Opens an account. */
  readonly register: string;
  /** Asks for another verification mail. */
  readonly checkMail: string;
  /** Where the link in a verification mail leads. */
  readonly verify: string;
  /** Opens a session. */
  readonly logIn: string;
  /** Ends this session; takes no GET. */
  readonly logOut: string;
  /** Ends every session; takes no GET. */
  readonly logOutEverywhere: string;
  /** Who is logged in. */
  readonly account: string;
  /** Changes the password of who is logged in. */
  readonly password: string;
  /** Changes the address of who is logged in. */
  readonly email: string;
  /** Where the link in the mail to a new address leads. */
  readonly confirmEmail: string;
  /** Changes the name of who is logged in. */
  readonly username: string;
  /** Where the account of who is logged in has sessions. */
  readonly sessions: string;
  /** Ends one of them; takes no GET. */
  readonly endSession: string;
  /** Ends all of them but this one; takes no GET. */
  readonly endOtherSessions: string;
  /** Deletes the account of who is logged in. */
  readonly deletion: string;
  /** Asks for a mail to reset the password. */
  readonly forgot: string;
  /** Where the link in that mail leads. */
  readonly reset: string;
}

/**
 * Where each page is, below a base path.
 *
 * @param basePath empty, or as `/accounts`
 */
export function pagePaths(basePath = ""): PagePaths {
  return {
    start: basePath === "" ? "/" : basePath,
    register: `${basePath}/register`,
    checkMail: `${basePath}/check-mail`,
    verify: `${basePath}/verify`,
    logIn: `${basePath}/login`,
    logOut: `${basePath}/logout`,
    logOutEverywhere: `${basePath}/logout-everywhere`,
    account: `${basePath}/account`,
    password: `${basePath}/account/password`,
    email: `${basePath}/account/email`,
    confirmEmail: `${basePath}/confirm-email`,
    username: `${basePath}/account/username`,
    sessions: `${basePath}/account/sessions`,
    endSession: `${basePath}/account/sessions/end`,
    endOtherSessions: `${basePath}/account/sessions/end-others`,
    deletion: `${basePath}/account/delete`,
    forgot: `${basePath}/forgot`,
    reset: `${basePath}/reset`,
  };
}
