import type { ErrorCode } from "../../mod.ts";

/** What a caller of the model is told: `ok`, or why not. */
export type Told = "ok" | ErrorCode;

/** What the model cannot know beforehand: the random tokens that a real operation handed out. */
export interface HandedOut {
  /** Of the session that was opened. */
  readonly sessionToken?: string | undefined;
  /** Of the mail that was sent. */
  readonly mailedToken?: string | undefined;
  /** Whether others acted meanwhile. */
  readonly atOnce?: boolean;
}

/** A mail that has to be sent. */
export interface OwedMail {
  readonly kind: string;
  readonly to: string;
}

/** What a command comes to. */
export interface Verdict {
  readonly told: Told;
  readonly mails: readonly OwedMail[];
}

/** All that can be seen from outside. */
export interface Seen {
  readonly accounts: readonly {
    readonly name: string;
    readonly email: string;
    readonly holds: boolean;
    readonly verified: boolean;
    readonly roles: readonly string[];
  }[];
  readonly roles: readonly string[];
  /** Those that open something, whose they are, and until when. */
  readonly sessions: readonly string[];
  /** Mailed ones that work, whose they are, and until when. */
  readonly tokens: readonly string[];
}

interface Account {
  name: string;
  email: string;
  holds: boolean;
  verified: boolean;
  password: string;
  readonly registeredAt: number;
  readonly roles: Set<string>;
}

interface Token {
  readonly kind: "verification" | "reset" | "email_change";
  readonly account: Account;
  readonly email: string;
  readonly expiresAt: number;
}

interface Session {
  readonly account: Account;
  readonly openedAt: number;
  expiresAt: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The figures of the contract, written out once more. */
const VERIFICATION_LASTS = DAY;
const RESET_LASTS = HOUR;
const EMAIL_CHANGE_LASTS = HOUR;
const SESSION_LASTS = 30 * DAY;
const SESSION_SLIDES_BELOW = 7 * DAY;
const SESSION_LASTS_AT_MOST = 90 * DAY;
const UNVERIFIED_LASTS = 7 * DAY;

const OK: Verdict = { told: "ok", mails: [] };

/**
 * What the contract says, one command after the other, without tables, guards or transactions: the simplest thing
 * that could be right. Accounts that lapsed and tokens that expired are simply not there.
 */
export class AccountModel {
  now: number;
  readonly #accounts: Set<Account> = new Set();
  readonly #tokens: Map<string, Token> = new Map();
  readonly #sessions: Map<string, Session> = new Map();
  readonly #roles: Set<string> = new Set();

  constructor(now: number) {
    this.now = now;
  }

  /** Another one in the same state. */
  copy(): AccountModel {
    const copy = new AccountModel(this.now);
    const twins = new Map([...this.#accounts].map((each) => [each, { ...each, roles: new Set(each.roles) }]));
    const twinOf = (account: Account) => twins.get(account) ?? account;
    for (const twin of twins.values()) copy.#accounts.add(twin);
    for (const [value, each] of this.#tokens) {
      copy.#tokens.set(value, { ...each, account: twinOf(each.account) });
    }
    for (const [value, each] of this.#sessions) {
      copy.#sessions.set(value, { ...each, account: twinOf(each.account) });
    }
    for (const role of this.#roles) copy.#roles.add(role);
    return copy;
  }

  /** All that can be seen from outside, for comparison. */
  seen(): Seen {
    const accounts = [...this.#accounts].filter((each) => this.#isThere(each));
    return {
      accounts: accounts.map(({ name, email, holds, verified, roles }) => ({
        name,
        email,
        holds,
        verified,
        roles: [...roles].toSorted(),
      })).toSorted((one, other) => one.name < other.name ? -1 : 1),
      roles: [...this.#roles].toSorted(),
      sessions: [...this.#sessions].filter(([, each]) => this.#isOpen(each)).map((
        [token, { account, expiresAt }],
      ) => `${token} ${account.name} ${expiresAt}`).toSorted(),
      tokens: [...this.#tokens].filter(([value, each]) => !value.startsWith("nobody") && this.#isAlive(each))
        .map(([value, { account, expiresAt }]) => `${value} ${account.name} ${expiresAt}`).toSorted(),
    };
  }

  register(
    { name, email, password }: { name: string; email: string; password: string },
    { mailedToken, atOnce = false }: HandedOut,
  ): Verdict {
    if (this.#named(name) !== undefined) return refused("username_taken");
    const holder = this.#holding(email);
    const account: Account = {
      name,
      email,
      holds: false,
      verified: false,
      password,
      registeredAt: this.now,
      roles: new Set(),
    };
    this.#accounts.add(account);
    // An owner who was seen may have left since.
    const sawOwner = atOnce && mailedToken === undefined;
    if (holder?.verified || sawOwner) return mails({ kind: "address_in_use", to: email });
    if (holder !== undefined) holder.holds = false;
    account.holds = true;
    return this.#mail(
      { kind: "verification", account, email, expiresAt: this.now + VERIFICATION_LASTS },
      mailedToken,
    );
  }

  verifyEmail(value: string): Verdict {
    const token = this.#alive(value, "verification");
    if (token === undefined || !this.#takeAddress(token.account, token.email)) {
      return refused("invalid_verification_token");
    }
    this.#tokens.delete(value);
    return mails({ kind: "email_verified", to: token.email });
  }

  resendVerification(email: string, { mailedToken }: HandedOut): Verdict {
    const account = this.#holding(email);
    if (account === undefined || account.verified) return OK;
    return this.#mail(
      { kind: "verification", account, email, expiresAt: this.now + VERIFICATION_LASTS },
      mailedToken,
    );
  }

  login({ name, password }: { name: string; password: string }, { sessionToken }: HandedOut): Verdict {
    const holder = name.includes("@") ? this.#holding(name) : undefined;
    const account = holder?.verified ? holder : this.#named(name);
    if (account?.password !== password) return refused("invalid_credentials");
    return account.verified ? this.#open(account, sessionToken) : refused("unverified_user");
  }

  verifySession(value: string): Verdict {
    const session = this.#openSession(value);
    if (session === undefined) return refused("invalid_session_token");
    if (session.expiresAt - this.now < SESSION_SLIDES_BELOW) {
      const slid = Math.min(this.now + SESSION_LASTS, session.openedAt + SESSION_LASTS_AT_MOST);
      session.expiresAt = Math.max(session.expiresAt, slid);
    }
    return OK;
  }

  requireRole({ session, role }: { session: string; role: string }): Verdict {
    const verdict = this.verifySession(session);
    if (verdict.told !== "ok") return verdict;
    return this.#openSession(session)?.account.roles.has(role) ? OK : refused("permission_denied");
  }

  logout(value: string): Verdict {
    if (this.#openSession(value) === undefined) return refused("invalid_session_token");
    this.#sessions.delete(value);
    return OK;
  }

  logoutAll(value: string): Verdict {
    const session = this.#openSession(value);
    if (session === undefined) return refused("invalid_session_token");
    this.#endSessions(session.account);
    return OK;
  }

  revokeOthers(value: string): Verdict {
    const session = this.#openSession(value);
    if (session === undefined) return refused("invalid_session_token");
    this.#endSessions(session.account);
    this.#sessions.set(value, session);
    return OK;
  }

  reauthenticate(
    { session, password }: { session: string; password: string },
    handedOut: HandedOut,
  ): Verdict {
    const earlier = this.#openSession(session);
    if (earlier === undefined) return refused("invalid_session_token");
    if (earlier.account.password !== password) return refused("invalid_credentials");
    this.#sessions.delete(session);
    return this.#open(earlier.account, handedOut.sessionToken);
  }

  sendPasswordReset(email: string, { mailedToken }: HandedOut): Verdict {
    const account = this.#holding(email);
    if (account === undefined) return OK;
    return this.#mail({ kind: "reset", account, email, expiresAt: this.now + RESET_LASTS }, mailedToken);
  }

  /** The account moves away while its token is made: an earlier one is replaced, and nobody is told the new one. */
  sendPasswordResetToNobody(email: string): Verdict {
    this.sendPasswordReset(email, { mailedToken: `nobody's ${this.#tokens.size}` });
    return OK;
  }

  resetPassword({ token: value, password }: { token: string; password: string }): Verdict {
    const token = this.#alive(value, "reset");
    if (token === undefined) return refused("invalid_password_reset_token");
    const { account } = token;
    const wasVerified = account.verified;
    if (!wasVerified && !this.#takeAddress(account, account.email)) {
      return refused("invalid_password_reset_token");
    }
    account.password = password;
    this.#endSessions(account);
    this.#endTokens(account);
    const to = account.email;
    const changed = { kind: "password_changed", to };
    return wasVerified ? mails(changed) : mails({ kind: "email_verified", to }, changed);
  }

  changePassword(
    { session, password, newPassword }: { session: string; password: string; newPassword: string },
    { sessionToken }: HandedOut,
  ): Verdict {
    const account = this.#openSession(session)?.account;
    if (account === undefined) return refused("invalid_session_token");
    if (account.password !== password) return refused("invalid_credentials");
    account.password = newPassword;
    this.#endSessions(account);
    this.#endTokens(account);
    this.#open(account, sessionToken);
    return mails({ kind: "password_changed", to: account.email });
  }

  deleteAccount({ session, password }: { session: string; password: string }): Verdict {
    const account = this.#openSession(session)?.account;
    if (account === undefined) return refused("invalid_session_token");
    if (account.password !== password) return refused("invalid_credentials");
    this.#accounts.delete(account);
    return mails({ kind: "account_deleted", to: account.email });
  }

  changeEmail(
    { session, password, email }: { session: string; password: string; email: string },
    { mailedToken, atOnce = false }: HandedOut,
  ): Verdict {
    const account = this.#openSession(session)?.account;
    if (account === undefined) return refused("invalid_session_token");
    if (account.password !== password) return refused("invalid_credentials");
    const holder = this.#holding(email);
    const token: Token = { kind: "email_change", account, email, expiresAt: this.now + EMAIL_CHANGE_LASTS };
    const sawOwner = atOnce && mailedToken === undefined;
    if (!holder?.verified && !sawOwner) return this.#mail(token, mailedToken);
    this.#mail(token, `nobody's ${this.#tokens.size}`);
    return holder === account ? OK : mails({ kind: "address_in_use", to: email });
  }

  confirmEmailChange(value: string): Verdict {
    const token = this.#alive(value, "email_change");
    const earlier = token?.account.email ?? "";
    if (token === undefined || token.email === earlier || !this.#takeAddress(token.account, token.email)) {
      return refused("invalid_email_change_token");
    }
    this.#endTokens(token.account);
    return mails({ kind: "email_changed", to: earlier }, { kind: "email_verified", to: token.email });
  }

  changeUsername({ session, password, name }: { session: string; password: string; name: string }): Verdict {
    const account = this.#openSession(session)?.account;
    if (account === undefined) return refused("invalid_session_token");
    if (account.password !== password) return refused("invalid_credentials");
    const namesake = this.#named(name);
    if (namesake !== undefined && namesake !== account) return refused("username_taken");
    if (name === account.name) return OK;
    account.name = name;
    return mails({ kind: "username_changed", to: account.email });
  }

  createRole(role: string): Verdict {
    if (this.#roles.has(role)) return refused("role_already_exists");
    this.#roles.add(role);
    return OK;
  }

  deleteRole(role: string): Verdict {
    if (!this.#roles.delete(role)) return refused("unknown_role");
    for (const { roles } of this.#accounts) roles.delete(role);
    return OK;
  }

  grantRole({ name, role }: { name: string; role: string }): Verdict {
    const account = this.#named(name);
    if (account === undefined) return refused("unknown_user");
    if (!this.#roles.has(role)) return refused("unknown_role");
    account.roles.add(role);
    return OK;
  }

  revokeRole({ name, role }: { name: string; role: string }): Verdict {
    const account = this.#named(name);
    if (account === undefined) return refused("unknown_user");
    if (!this.#roles.has(role)) return refused("unknown_role");
    account.roles.delete(role);
    return OK;
  }

  #isThere(account: Account): boolean {
    return this.#accounts.has(account) &&
      (account.verified || this.now < account.registeredAt + UNVERIFIED_LASTS);
  }

  #isOpen({ account, expiresAt }: Session): boolean {
    return this.#isThere(account) && this.now < expiresAt;
  }

  #isAlive({ account, expiresAt }: Token): boolean {
    return this.#isThere(account) && this.now < expiresAt;
  }

  #named(name: string): Account | undefined {
    const key = name.toLowerCase();
    return [...this.#accounts].find((each) => this.#isThere(each) && each.name.toLowerCase() === key);
  }

  #holding(email: string): Account | undefined {
    return [...this.#accounts].find((each) => this.#isThere(each) && each.holds && each.email === email);
  }

  #openSession(value: string): Session | undefined {
    const session = this.#sessions.get(value);
    return session !== undefined && this.#isOpen(session) ? session : undefined;
  }

  #alive(value: string, kind: Token["kind"]): Token | undefined {
    const token = this.#tokens.get(value);
    return token?.kind === kind && this.#isAlive(token) ? token : undefined;
  }

  #open(account: Account, sessionToken: string | undefined): Verdict {
    const expiresAt = this.now + SESSION_LASTS;
    this.#sessions.set(sessionToken ?? "none was opened", { account, openedAt: this.now, expiresAt });
    return OK;
  }

  /** An account has one reset token, and one that proves an address. */
  #mail(token: Token, value: string | undefined): Verdict {
    const isReset = token.kind === "reset";
    for (const [earlier, { account, kind }] of this.#tokens) {
      if (account === token.account && (kind === "reset") === isReset) this.#tokens.delete(earlier);
    }
    this.#tokens.set(value ?? "none was mailed", token);
    return mails({ kind: isReset ? "password_reset" : token.kind, to: token.email });
  }

  /** False: somebody owns it. */
  #takeAddress(account: Account, email: string): boolean {
    const holder = this.#holding(email);
    if (holder !== undefined && holder !== account) {
      if (holder.verified) return false;
      holder.holds = false;
    }
    account.email = email;
    account.holds = true;
    account.verified = true;
    return true;
  }

  #endSessions(account: Account): void {
    for (const [value, session] of this.#sessions) {
      if (session.account === account) this.#sessions.delete(value);
    }
  }

  #endTokens(account: Account): void {
    for (const [value, token] of this.#tokens) if (token.account === account) this.#tokens.delete(value);
  }
}

function refused(told: Told): Verdict {
  return { told, mails: [] };
}

function mails(...owed: readonly OwedMail[]): Verdict {
  return { told: "ok", mails: owed };
}
