import type { ErrorCode, HiddenReason, OperationName, RequestContext, UserFlags } from "../mod.ts";
import { setFlags } from "./_flags.ts";
import {
  emailOf,
  type Life,
  NEW_PASSWORD,
  type Overrides,
  PASSWORD,
  UNKNOWN_TOKEN,
  untyped,
} from "./_harness.ts";
import { idOf } from "./_own_sessions.ts";

/** Where every call of a situation comes from. */
export const CONTEXT: RequestContext = {
  address: "192.0.2.1",
  userAgent: "test",
  locale: "de",
  actor: "desk 7",
};

/** What people type where a username belongs, and must not be kept. */
export const TYPED_PASSWORD = "hunter2-hunter2-hunter2";

const DAY = 86_400;
const NEW_EMAIL = "new@example.org";
const ROLE = "editor";
const PERMISSION = "posts.edit";

/** What an operation meets, and what its event says of it. */
export interface Situation {
  readonly operation: OperationName;
  readonly what: string;
  /** Absent: it succeeds. */
  readonly code?: ErrorCode;
  readonly reason?: HiddenReason;
  /** Whose account the event names; a mailed token that has expired gives the name alone. Absent: nobody's. */
  readonly about?: "ada" | "newcomer" | "ada by name";
  /** Which of the role and the permission the event names; absent: neither. */
  readonly names?: readonly ("role" | "permission")[];
  /** What the record says where the event, which came first, could not. */
  readonly recordedReason?: HiddenReason;
  readonly options?: Overrides;
  /** Brings the situation about, and answers with the call. */
  readonly prepare: (life: Life) => Promise<() => Promise<unknown>>;
}

type Details = Omit<Situation, "operation" | "what" | "prepare">;
type Prepare = Situation["prepare"];

function situation(operation: OperationName, what: string, details: Details, prepare: Prepare): Situation {
  return { operation, what, ...details, prepare };
}

/** Does something else when the next call of a method of the store is due. */
function meanwhile(
  life: Life,
  method: "transaction" | "getUserByUsername",
  action: () => Promise<unknown>,
): void {
  const { store } = life;
  const own = Object.getOwnPropertyDescriptor(store, method);
  const call = untyped<(argument: unknown) => Promise<unknown>>(store[method]).bind(store);
  Object.defineProperty(store, method, {
    configurable: true,
    value: async (argument: unknown) => {
      if (own === undefined) Reflect.deleteProperty(store, method);
      else Object.defineProperty(store, method, own);
      await action();
      return await call(argument);
    },
  });
}

// --- Registration -----------------------------------------------------------------------------------------------

function registering(username: string, email = emailOf(username), password = PASSWORD): Prepare {
  return (life) => Promise.resolve(() => life.harbor.register({ username, email, password }, CONTEXT));
}

function after(before: (life: Life) => Promise<unknown>, then: Prepare): Prepare {
  return async (life) => {
    await before(life);
    return await then(life);
  };
}

const REGISTRATION: readonly Situation[] = [
  situation("register", "a free name and address", { about: "newcomer" }, registering("newcomer")),
  situation(
    "register",
    "an owned address",
    { about: "newcomer", reason: "address_in_use" },
    after((life) => life.verified("ada"), registering("newcomer", emailOf("ada"))),
  ),
  situation(
    "register",
    "an address that gets its owner meanwhile",
    { about: "newcomer", reason: "address_in_use" },
    async (life) => {
      await life.registered("ada");
      meanwhile(life, "transaction", () => life.store.setUserVerified("ada"));
      return await registering("newcomer", emailOf("ada"))(life);
    },
  ),
  situation(
    "register",
    "a malformed name",
    { code: "invalid_username" },
    registering("a b", "a@example.org"),
  ),
  situation("register", "a malformed address", { code: "invalid_email" }, registering("newcomer", "nowhere")),
  situation(
    "register",
    "a weak password",
    { code: "weak_password" },
    registering("newcomer", undefined, "weak"),
  ),
  situation(
    "register",
    "a taken name",
    { code: "username_taken" },
    after((life) => life.registered("ada"), registering("ADA", "other@example.org")),
  ),
  situation("register", "a name taken meanwhile", { code: "username_taken" }, async (life) => {
    const id = crypto.randomUUID();
    const other = { id, username: "newcomer", email: emailOf("other"), passwordHash: "$fast$" };
    meanwhile(life, "transaction", () => life.store.createUser(other));
    return await registering("newcomer")(life);
  }),
];

// --- Mailed tokens ----------------------------------------------------------------------------------------------

interface MailedToken {
  readonly operation: "verify_email" | "reset_password" | "confirm_email_change";
  readonly code: ErrorCode;
  readonly ttlSeconds: number;
  /** Brings "ada" as far as needs be, and answers with a token of hers. */
  readonly mint: (life: Life) => Promise<string>;
  readonly use: (life: Life, token: string) => Promise<unknown>;
  readonly remove: (life: Life) => Promise<unknown>;
  /** The address it proves. */
  readonly email: string;
  /** Whether it is for accounts that are not verified yet, and so may lapse. */
  readonly mayLapse: boolean;
}

const MAILED: readonly MailedToken[] = [
  {
    operation: "verify_email",
    code: "invalid_verification_token",
    ttlSeconds: DAY,
    mint: async (life) => {
      await life.registered("ada");
      return life.verificationToken("ada");
    },
    use: (life, token) => life.harbor.verifyEmail(token, CONTEXT),
    remove: (life) => life.store.removeEmailVerificationForUser("ada"),
    email: emailOf("ada"),
    mayLapse: true,
  },
  {
    operation: "confirm_email_change",
    code: "invalid_email_change_token",
    ttlSeconds: 3_600,
    mint: async (life) => {
      const { sessionToken } = await life.loggedIn("ada");
      await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: NEW_EMAIL });
      await life.harbor.settled();
      return life.emailSender.tokenFor("email_change", NEW_EMAIL);
    },
    use: (life, token) => life.harbor.confirmEmailChange(token, CONTEXT),
    remove: (life) => life.store.removeEmailVerificationForUser("ada"),
    email: NEW_EMAIL,
    mayLapse: false,
  },
  {
    operation: "reset_password",
    code: "invalid_password_reset_token",
    ttlSeconds: 3_600,
    mint: async (life) => {
      await life.registered("ada");
      return await life.resetToken("ada");
    },
    use: (life, resetToken) => life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }, CONTEXT),
    remove: (life) => life.store.removePasswordResetForUser("ada"),
    email: emailOf("ada"),
    mayLapse: true,
  },
];

function mailedToken(
  { operation, code, ttlSeconds, mint, use, remove, email, mayLapse }: MailedToken,
): readonly Situation[] {
  const using = (before?: (life: Life) => unknown): Prepare => async (life) => {
    const token = await mint(life);
    await before?.(life);
    return () => use(life, token);
  };
  const foreign = (token: unknown): Prepare => (life) => Promise.resolve(() => use(life, untyped(token)));
  const refused = (what: string, details: Details, prepare: Prepare) =>
    situation(operation, what, { code, ...details }, prepare);
  return [
    situation(operation, "a good token", { about: "ada" }, using()),
    refused("a malformed token", { reason: "malformed_token" }, foreign("x")),
    refused("no token at all", { reason: "malformed_token" }, foreign(undefined)),
    refused("an unknown token", { reason: "unknown_token" }, foreign(UNKNOWN_TOKEN)),
    refused(
      "an expired token",
      { reason: "expired_token", about: "ada by name" },
      using((life) => life.advance(ttlSeconds)),
    ),
    refused("a token used earlier", { reason: "unknown_token" }, using(remove)),
    refused(
      "a token that another call is using",
      { reason: "used_token", about: "ada" },
      using((life) => meanwhile(life, "transaction", () => remove(life))),
    ),
    refused(
      "an account that went before it was looked up",
      { reason: "unknown_user", about: "ada by name" },
      using((life) => meanwhile(life, "getUserByUsername", () => life.store.deleteUser("ada"))),
    ),
    refused(
      "an account that went after it was looked up",
      { reason: "ended_meanwhile", about: "ada" },
      using((life) => meanwhile(life, "transaction", () => life.store.deleteUser("ada"))),
    ),
    refused(
      "a disabled account",
      { reason: "account_disabled", about: "ada" },
      using((life) => setFlags(life, "ada", { disabled: true })),
    ),
    refused(
      "an account disabled meanwhile",
      { reason: "ended_meanwhile", about: "ada" },
      using((life) => meanwhile(life, "transaction", () => setFlags(life, "ada", { disabled: true }))),
    ),
    ...(mayLapse
      ? [refused(
        "a lapsed account",
        { reason: "account_lapsed", about: "ada", options: { unverifiedTtlSeconds: 100 } },
        using((life) => life.advance(100)),
      )]
      : []),
    refused(
      "an address that got an owner",
      { reason: "address_in_use", about: "ada" },
      using(async (life) => {
        await life.harbor.register({ username: "owner", email, password: PASSWORD });
        await life.store.setUserVerified("owner");
      }),
    ),
  ];
}

const MAILED_TOKENS: readonly Situation[] = [
  ...MAILED.flatMap(mailedToken),
  situation(
    "verify_email",
    "an account verified since it was looked up",
    { code: "invalid_verification_token", reason: "ended_meanwhile", about: "ada" },
    async (life) => {
      await life.registered("ada");
      meanwhile(life, "transaction", () => life.store.setUserVerified("ada"));
      return () => life.harbor.verifyEmail(life.verificationToken("ada"), CONTEXT);
    },
  ),
  situation(
    "verify_email",
    "a token of an account that is verified",
    { code: "invalid_verification_token", reason: "already_verified", about: "ada" },
    async (life) => {
      await life.registered("ada");
      await life.store.setUserVerified("ada");
      return () => life.harbor.verifyEmail(life.verificationToken("ada"), CONTEXT);
    },
  ),
  situation(
    "confirm_email_change",
    "a token that verifies an account",
    { code: "invalid_email_change_token", reason: "unknown_token", about: "ada" },
    async (life) => {
      await life.registered("ada");
      return () => life.harbor.confirmEmailChange(life.verificationToken("ada"), CONTEXT);
    },
  ),
  situation("reset_password", "a weak password", { code: "weak_password", about: "ada" }, async (life) => {
    await life.verified("ada");
    const resetToken = await life.resetToken("ada");
    return () => life.harbor.resetPassword({ resetToken, newPassword: "weak" }, CONTEXT);
  }),
];

// --- What is asked for by address -------------------------------------------------------------------------------

function byAddress(
  operation: "resend_verification" | "send_password_reset",
  ask: (life: Life, email: string) => Promise<void>,
): readonly Situation[] {
  const asking = (email: string, before?: (life: Life) => unknown): Prepare => async (life) => {
    await life.registered("ada");
    await before?.(life);
    return () => ask(life, email);
  };
  const ada = emailOf("ada");
  return [
    situation(operation, "an account that waits", { about: "ada" }, asking(ada)),
    situation(
      operation,
      "an address that nobody has",
      { reason: "unknown_user" },
      asking("nobody@example.org"),
    ),
    situation(operation, "no address", { reason: "unknown_user" }, asking("nowhere")),
    situation(
      operation,
      "a lapsed account",
      { reason: "account_lapsed", about: "ada" },
      asking(ada, (life) => life.advance(7 * DAY)),
    ),
    situation(
      operation,
      "a disabled account",
      { reason: "account_disabled", about: "ada" },
      asking(ada, (life) => setFlags(life, "ada", { disabled: true })),
    ),
    situation(
      operation,
      "an account that goes before the token is made",
      { recordedReason: "ended_meanwhile", about: "ada" },
      asking(ada, (life) => meanwhile(life, "transaction", () => life.store.deleteUser("ada"))),
    ),
  ];
}

const BY_ADDRESS: readonly Situation[] = [
  ...byAddress("resend_verification", (life, email) => life.harbor.resendVerification(email, CONTEXT)),
  ...byAddress("send_password_reset", (life, email) => life.harbor.sendPasswordReset(email, CONTEXT)),
  situation(
    "resend_verification",
    "a verified account",
    { reason: "already_verified", about: "ada" },
    async (life) => {
      await life.verified("ada");
      return () => life.harbor.resendVerification(emailOf("ada"), CONTEXT);
    },
  ),
];

// --- Login ------------------------------------------------------------------------------------------------------

function loggingIn(username: unknown, password: unknown, before?: (life: Life) => unknown): Prepare {
  return async (life) => {
    await life.verified("ada");
    await before?.(life);
    return () => life.harbor.login(untyped({ username, password }), CONTEXT);
  };
}

/** What may happen to "ada" while her password is checked, whatever it is checked for. */
function whileChecking(life: Life, happens: (life: Life) => Promise<unknown>): void {
  meanwhile(life, "transaction", () => happens(life));
}

async function rehash({ store, passwordHasher }: Life, password: string): Promise<void> {
  await store.setPasswordHash("ada", await passwordHasher.hash(password));
}

const LOGIN: readonly Situation[] = [
  situation("login", "username and password", { about: "ada" }, loggingIn("ada", PASSWORD)),
  situation("login", "address and password", { about: "ada" }, loggingIn(emailOf("ada"), PASSWORD)),
  situation(
    "login",
    "a hash that is replaced meanwhile",
    { about: "ada" },
    loggingIn("ada", PASSWORD, (life) => whileChecking(life, (life) => rehash(life, PASSWORD))),
  ),
  ...([
    ["no name", { reason: "malformed_credentials" }, loggingIn(undefined, PASSWORD)],
    ["a name with white space", { reason: "malformed_credentials" }, loggingIn("a da", PASSWORD)],
    ["no password", { reason: "malformed_credentials" }, loggingIn("ada", undefined)],
    ["an unknown name", { reason: "unknown_user" }, loggingIn(TYPED_PASSWORD, PASSWORD)],
    ["an unknown address", { reason: "unknown_user" }, loggingIn("nobody@example.org", PASSWORD)],
    ["a wrong password", { reason: "wrong_password", about: "ada" }, loggingIn("ADA", NEW_PASSWORD)],
    [
      "the address of an unverified account",
      { reason: "address_unverified", about: "newcomer" },
      loggingIn(emailOf("newcomer"), PASSWORD, (life) => life.registered("newcomer")),
    ],
    [
      "a lapsed account",
      { reason: "account_lapsed", about: "newcomer" },
      loggingIn("newcomer", PASSWORD, async (life) => {
        await life.registered("newcomer");
        life.advance(7 * DAY);
      }),
    ],
    [
      "a disabled account",
      { reason: "account_disabled", about: "ada" },
      loggingIn("ada", PASSWORD, (life) => setFlags(life, "ada", { disabled: true })),
    ],
    [
      "an account that goes after the password was checked",
      { reason: "ended_meanwhile", about: "ada" },
      loggingIn("ada", PASSWORD, (life) => whileChecking(life, ({ store }) => store.deleteUser("ada"))),
    ],
    [
      "a password that is changed after it was checked",
      { reason: "password_changed_meanwhile", about: "ada" },
      loggingIn("ada", PASSWORD, (life) => whileChecking(life, (life) => rehash(life, NEW_PASSWORD))),
    ],
    [
      "a hash that is replaced twice meanwhile",
      { reason: "password_changed_meanwhile", about: "ada" },
      loggingIn("ada", PASSWORD, (life) =>
        whileChecking(life, async (life) => {
          await rehash(life, PASSWORD);
          whileChecking(life, (life) => rehash(life, PASSWORD));
        })),
    ],
  ] satisfies readonly [string, Details, Prepare][]).map(([what, details, prepare]) =>
    situation("login", what, { code: "invalid_credentials", ...details }, prepare)
  ),
  situation(
    "login",
    "an unverified account",
    { code: "unverified_user", about: "newcomer" },
    loggingIn("newcomer", PASSWORD, (life) => life.registered("newcomer")),
  ),
];

// --- Sessions ---------------------------------------------------------------------------------------------------

interface SessionUse {
  readonly operation: OperationName;
  readonly use: (life: Life, sessionToken: string) => Promise<unknown>;
  /** Answers false where the others refuse. */
  readonly yesOrNo?: boolean;
  /** What it says when nothing is in its way. */
  readonly good?: Details;
  /** Works although the password has to be changed first. */
  readonly worksAnyway?: boolean;
  /** Ends or replaces the session that asks, and so has to notice that somebody else did. */
  readonly writes?: boolean;
  /** Judged once the session is known to be good. */
  readonly names?: Details["names"];
}

const change = (sessionToken: string) => ({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });

const SESSION_USES: readonly SessionUse[] = [
  {
    operation: "verify_session",
    yesOrNo: true,
    use: ({ harbor }, token) => harbor.verifySession(token, CONTEXT),
  },
  { operation: "get_current_user", use: ({ harbor }, token) => harbor.getCurrentUser(token, CONTEXT) },
  {
    operation: "logout",
    worksAnyway: true,
    writes: true,
    use: ({ harbor }, token) => harbor.logout(token, CONTEXT),
  },
  {
    operation: "logout_all",
    worksAnyway: true,
    writes: true,
    use: ({ harbor }, token) => harbor.logoutAll(token, CONTEXT),
  },
  {
    operation: "change_password",
    worksAnyway: true,
    writes: true,
    use: ({ harbor }, token) => harbor.changePassword(change(token), CONTEXT),
  },
  {
    operation: "delete_account",
    use: ({ harbor }, sessionToken) => harbor.deleteAccount({ sessionToken, password: PASSWORD }, CONTEXT),
  },
  {
    operation: "change_email",
    use: ({ harbor }, sessionToken) =>
      harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: NEW_EMAIL }, CONTEXT),
  },
  {
    operation: "change_username",
    use: ({ harbor }, sessionToken) =>
      harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" }, CONTEXT),
  },
  {
    operation: "has_role",
    yesOrNo: true,
    names: ["role"],
    use: ({ harbor }, token) => harbor.hasRole(token, ROLE, CONTEXT),
  },
  {
    operation: "has_permission",
    yesOrNo: true,
    names: ["permission"],
    use: ({ harbor }, token) => harbor.hasPermission(token, PERMISSION, CONTEXT),
  },
  {
    operation: "require_role",
    names: ["role"],
    use: ({ harbor }, token) => harbor.requireRole(token, ROLE, CONTEXT),
  },
  {
    operation: "require_permission",
    names: ["permission"],
    use: ({ harbor }, token) => harbor.requirePermission(token, PERMISSION, CONTEXT),
  },
  { operation: "sessions.list", use: ({ harbor }, token) => harbor.sessions.list(token, CONTEXT) },
  {
    operation: "sessions.revoke",
    use: async ({ harbor, store }, sessionToken) => {
      const [{ id: sessionId = "" } = {}] = await store.listSessions?.("ada") ?? [];
      await harbor.sessions.revoke({ sessionToken, sessionId }, CONTEXT);
    },
  },
  {
    operation: "sessions.revoke_others",
    good: { reason: "no_change" },
    writes: true,
    use: ({ harbor }, token) => harbor.sessions.revokeOthers(token, CONTEXT),
  },
  {
    operation: "sessions.reauthenticate",
    writes: true,
    use: ({ harbor }, sessionToken) =>
      harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }, CONTEXT),
  },
  {
    operation: "sessions.require_fresh",
    use: ({ harbor }, sessionToken) => harbor.sessions.requireFresh({ sessionToken }, CONTEXT),
  },
];

function sessionUse(
  { operation, use, yesOrNo = false, good = {}, worksAnyway = false, writes = false, names = [] }: SessionUse,
): readonly Situation[] {
  const using = (before?: (life: Life) => unknown): Prepare => async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    await before?.(life);
    return () => use(life, sessionToken);
  };
  const foreign = (token: unknown): Prepare => (life) => Promise.resolve(() => use(life, untyped(token)));
  const refusal: Details = yesOrNo ? {} : { code: "invalid_session_token" };
  const refused = (what: string, details: Details, prepare: Prepare) =>
    situation(operation, what, { ...refusal, ...details }, prepare);
  const mustChange: Details = yesOrNo
    ? { reason: "password_change_required" }
    : { code: "password_change_required" };
  return [
    situation(operation, "a good session", { about: "ada", names, ...good }, async (life) => {
      const call = await using()(life);
      await entitleAda(life);
      return call;
    }),
    refused("a malformed token", { reason: "malformed_token" }, foreign("x")),
    refused("no token at all", { reason: "malformed_token" }, foreign(undefined)),
    refused("an unknown token", { reason: "unknown_token" }, foreign(UNKNOWN_TOKEN)),
    refused(
      "an expired session",
      { reason: "expired_token", about: "ada" },
      using((life) => life.advance(30 * DAY)),
    ),
    refused(
      "a session older than any",
      { reason: "expired_token", about: "ada" },
      using(async (life) => {
        life.advance(90 * DAY);
        const [{ tokenHash = "" } = {}] = await life.store.listSessions?.("ada") ?? [];
        await life.store.refreshSession(tokenHash, new Date(life.clock.now().getTime() + 1));
      }),
    ),
    refused(
      "a disabled account",
      { reason: "account_disabled", about: "ada" },
      using((life) => setFlags(life, "ada", { disabled: true })),
    ),
    refused("a lapsed account", { reason: "account_lapsed", about: "newcomer" }, async (life) => {
      await life.registered("newcomer");
      const createdAt = life.clock.now();
      const expiresAt = new Date(createdAt.getTime() + 8 * DAY * 1_000);
      const known = life.calls.length;
      await life.harbor.verifySession(UNKNOWN_TOKEN);
      const tokenHash = untyped<string>(life.calls.slice(known)[0]?.args[0]);
      await life.store.addSession({ username: "newcomer", tokenHash, createdAt, expiresAt });
      life.advance(7 * DAY);
      return () => use(life, UNKNOWN_TOKEN);
    }),
    ...(worksAnyway ? [] : [
      situation(
        operation,
        "a password that has to be changed first",
        { about: "ada", ...mustChange },
        using((life) => setFlags(life, "ada", { mustChangePassword: true })),
      ),
    ]),
    ...(writes
      ? [
        refused(
          "a session that is ended meanwhile",
          { reason: "ended_meanwhile", about: "ada" },
          using((life) => meanwhile(life, "transaction", () => life.store.removeAllSessions("ada"))),
        ),
      ]
      : []),
  ];
}

async function entitleAda({ harbor }: Life): Promise<void> {
  await harbor.roles.create(ROLE);
  await harbor.permissions.create(PERMISSION);
  await harbor.roles.grantPermission(ROLE, PERMISSION);
  await harbor.grantRole("ada", ROLE);
}

/** The operations that take a session and its password, or what else may be wrong once the session is good. */
const WITH_PASSWORD:
  readonly (readonly [OperationName, (life: Life, call: PasswordCall) => Promise<unknown>])[] = [
    [
      "change_password",
      ({ harbor }, { sessionToken, password }) =>
        harbor.changePassword({ ...change(sessionToken), oldPassword: password }, CONTEXT),
    ],
    ["change_email", ({ harbor }, call) => harbor.changeEmail({ ...call, newEmail: NEW_EMAIL }, CONTEXT)],
    [
      "change_username",
      ({ harbor }, call) => harbor.changeUsername({ ...call, newUsername: "eve" }, CONTEXT),
    ],
    ["delete_account", ({ harbor }, call) => harbor.deleteAccount(call, CONTEXT)],
    ["sessions.reauthenticate", ({ harbor }, call) => harbor.sessions.reauthenticate(call, CONTEXT)],
  ];

interface PasswordCall {
  readonly sessionToken: string;
  readonly password: string;
}

const PASSWORD_CHECKS: readonly Situation[] = WITH_PASSWORD.flatMap(([operation, use]) => {
  const using = (password: unknown, before?: (life: Life) => unknown): Prepare => async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    await before?.(life);
    return () => use(life, { sessionToken, password: untyped(password) });
  };
  const refused = (what: string, reason: HiddenReason, prepare: Prepare) =>
    situation(operation, what, { code: "invalid_credentials", reason, about: "ada" }, prepare);
  return [
    refused("no password", "malformed_credentials", using(undefined)),
    refused("a wrong password", "wrong_password", using(NEW_PASSWORD)),
    refused(
      "a password that is changed after it was checked",
      "password_changed_meanwhile",
      using(PASSWORD, (life) => whileChecking(life, (life) => rehash(life, NEW_PASSWORD))),
    ),
    refused(
      "an account that goes meanwhile",
      "ended_meanwhile",
      using(PASSWORD, (life) => whileChecking(life, ({ store }) => store.deleteUser("ada"))),
    ),
  ];
});

function changing(
  operation: "change_email" | "change_username",
  what: string,
  details: Details,
  to: string,
  before?: (life: Life) => unknown,
): Situation {
  return situation(operation, what, { about: "ada", ...details }, async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    await before?.(life);
    const call = { sessionToken, password: PASSWORD, newEmail: to, newUsername: to };
    return () =>
      operation === "change_email"
        ? life.harbor.changeEmail(call, CONTEXT)
        : life.harbor.changeUsername(call, CONTEXT);
  });
}

const IDENTITY: readonly Situation[] = [
  changing("change_email", "a malformed address", { code: "invalid_email" }, "nowhere"),
  changing("change_email", "its own address", { reason: "no_change" }, emailOf("ada")),
  changing(
    "change_email",
    "an owned address",
    { reason: "address_in_use" },
    emailOf("bob"),
    (life) => life.verified("bob"),
  ),
  changing("change_username", "a malformed name", { code: "invalid_username" }, "a b"),
  changing("change_username", "its own name", { reason: "no_change" }, "ada"),
  changing(
    "change_username",
    "a taken name",
    { code: "username_taken" },
    "BOB",
    (life) => life.verified("bob"),
  ),
  changing("change_username", "a name taken meanwhile", { code: "username_taken" }, "bob", (life) => {
    const bob = { id: crypto.randomUUID(), username: "bob", email: emailOf("bob"), passwordHash: "$fast$" };
    meanwhile(life, "transaction", () => life.store.createUser(bob));
  }),
];

const SESSIONS: readonly Situation[] = [
  ...SESSION_USES.flatMap(sessionUse),
  ...PASSWORD_CHECKS,
  situation("change_password", "a weak password", { code: "weak_password", about: "ada" }, async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    return () => life.harbor.changePassword({ ...change(sessionToken), newPassword: "weak" }, CONTEXT);
  }),
  situation("sessions.revoke", "no such session", { code: "unknown_session", about: "ada" }, async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    return () => life.harbor.sessions.revoke({ sessionToken, sessionId: "x" }, CONTEXT);
  }),
  situation(
    "sessions.revoke",
    "somebody else's session",
    { code: "unknown_session", about: "ada" },
    async (life) => {
      const { sessionToken } = await life.loggedIn("ada");
      const sessionId = await idOf(life, (await life.loggedIn("bob")).sessionToken);
      return () => life.harbor.sessions.revoke({ sessionToken, sessionId }, CONTEXT);
    },
  ),
  situation("sessions.revoke_others", "another session", { about: "ada" }, async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    await life.login("ada");
    return () => life.harbor.sessions.revokeOthers(sessionToken, CONTEXT);
  }),
  situation(
    "sessions.list",
    "a session that is ended meanwhile",
    { code: "invalid_session_token", reason: "ended_meanwhile", about: "ada" },
    async (life) => {
      const { sessionToken } = await life.loggedIn("ada");
      life.store.listSessions = () => Promise.resolve([]);
      return () => life.harbor.sessions.list(sessionToken, CONTEXT);
    },
  ),
  situation(
    "sessions.require_fresh",
    "a session opened long ago",
    { code: "reauthentication_required", about: "ada" },
    async (life) => {
      const { sessionToken } = await life.loggedIn("ada");
      life.advance(600);
      return () => life.harbor.sessions.requireFresh({ sessionToken }, CONTEXT);
    },
  ),
];

// --- Roles and permissions --------------------------------------------------------------------------------------

type Catalogue = readonly [
  operation: OperationName,
  what: string,
  details: Details,
  call: (life: Life) => Promise<unknown>,
  before?: (life: Life) => unknown,
];

/** What is asked for where the role and the permission exist, the role carries it, and "ada" is registered. */
const CATALOGUE: readonly Catalogue[] = [
  ["roles.create", "a new role", { names: ["role"] }, ({ harbor }) => harbor.roles.create("other", CONTEXT)],
  [
    "roles.create",
    "a role there is",
    { code: "role_already_exists", names: ["role"] },
    ({ harbor }) => harbor.roles.create(ROLE, CONTEXT),
  ],
  [
    "roles.create",
    "a malformed role",
    { code: "invalid_role" },
    ({ harbor }) => harbor.roles.create(TYPED_PASSWORD.toUpperCase(), CONTEXT),
  ],
  ["roles.delete", "a role", { names: ["role"] }, ({ harbor }) => harbor.roles.delete(ROLE, CONTEXT)],
  [
    "roles.delete",
    "no such role",
    { code: "unknown_role", names: ["role"] },
    ({ harbor }) => harbor.roles.delete("other", CONTEXT),
  ],
  [
    "roles.delete",
    "a malformed role",
    { code: "invalid_role" },
    ({ harbor }) => harbor.roles.delete("X", CONTEXT),
  ],
  ["roles.list", "some roles", {}, ({ harbor }) => harbor.roles.list(CONTEXT)],
  [
    "roles.permissions",
    "a role",
    { names: ["role"] },
    ({ harbor }) => harbor.roles.permissions(ROLE, CONTEXT),
  ],
  [
    "roles.permissions",
    "no such role",
    { code: "unknown_role", names: ["role"] },
    ({ harbor }) => harbor.roles.permissions("other", CONTEXT),
  ],
  [
    "roles.permissions",
    "a malformed role",
    { code: "invalid_role" },
    ({ harbor }) => harbor.roles.permissions("X", CONTEXT),
  ],
  [
    "roles.grant_permission",
    "a permission the role carries",
    { names: ["role", "permission"], reason: "no_change" },
    ({ harbor }) => harbor.roles.grantPermission(ROLE, PERMISSION, CONTEXT),
  ],
  ...(["grant", "revoke"] as const).flatMap((verb): readonly Catalogue[] => {
    const operation = `roles.${verb}_permission` as const;
    const call = ({ harbor }: Life, role: string, permission: string) =>
      harbor.roles[`${verb}Permission`](role, permission, CONTEXT);
    const names = ["role", "permission"] as const;
    return [
      [operation, "a malformed role", { code: "invalid_role" }, (life) => call(life, "X", PERMISSION)],
      [
        operation,
        "a malformed permission",
        { code: "invalid_permission", names: ["role"] },
        (life) => call(life, ROLE, "X"),
      ],
      [operation, "no such role", { code: "unknown_role", names }, (life) => call(life, "other", PERMISSION)],
      [
        operation,
        "no such permission",
        { code: "unknown_permission", names },
        (life) => call(life, ROLE, "other.one"),
      ],
    ];
  }),
  [
    "roles.revoke_permission",
    "a permission",
    { names: ["role", "permission"] },
    ({ harbor }) => harbor.roles.revokePermission(ROLE, PERMISSION, CONTEXT),
  ],
  [
    "roles.revoke_permission",
    "a permission the role does not carry",
    { names: ["role", "permission"], reason: "no_change" },
    ({ harbor }) => harbor.roles.revokePermission(ROLE, "other.one", CONTEXT),
    ({ store }) => store.createPermission("other.one"),
  ],
  [
    "permissions.create",
    "a new permission",
    { names: ["permission"] },
    ({ harbor }) => harbor.permissions.create("other.one", CONTEXT),
  ],
  [
    "permissions.create",
    "a permission there is",
    { code: "permission_already_exists", names: ["permission"] },
    ({ harbor }) => harbor.permissions.create(PERMISSION, CONTEXT),
  ],
  [
    "permissions.create",
    "a malformed permission",
    { code: "invalid_permission" },
    ({ harbor }) => harbor.permissions.create("X", CONTEXT),
  ],
  [
    "permissions.delete",
    "a permission",
    { names: ["permission"] },
    ({ harbor }) => harbor.permissions.delete(PERMISSION, CONTEXT),
  ],
  [
    "permissions.delete",
    "no such permission",
    { code: "unknown_permission", names: ["permission"] },
    ({ harbor }) => harbor.permissions.delete("other.one", CONTEXT),
  ],
  [
    "permissions.delete",
    "a malformed permission",
    { code: "invalid_permission" },
    ({ harbor }) => harbor.permissions.delete("X", CONTEXT),
  ],
  ["permissions.list", "some permissions", {}, ({ harbor }) => harbor.permissions.list(CONTEXT)],
  [
    "grant_role",
    "a role",
    { about: "ada", names: ["role"] },
    ({ harbor }) => harbor.grantRole("ADA", ROLE, CONTEXT),
  ],
  [
    "grant_role",
    "a role the account has",
    { about: "ada", names: ["role"], reason: "no_change" },
    ({ harbor }) => harbor.grantRole("ada", ROLE, CONTEXT),
    ({ store }) => store.grantRoleToUser("ada", ROLE),
  ],
  [
    "revoke_role",
    "a role",
    { about: "ada", names: ["role"] },
    ({ harbor }) => harbor.revokeRole("ada", ROLE, CONTEXT),
    ({ store }) => store.grantRoleToUser("ada", ROLE),
  ],
  [
    "revoke_role",
    "a role the account has not",
    { about: "ada", names: ["role"], reason: "no_change" },
    ({ harbor }) => harbor.revokeRole("ada", ROLE, CONTEXT),
  ],
  [
    "grant_role",
    "an account that goes meanwhile",
    { code: "unknown_user", reason: "ended_meanwhile", about: "ada", names: ["role"] },
    ({ harbor }) => harbor.grantRole("ada", ROLE, CONTEXT),
    (life) => meanwhile(life, "transaction", () => life.store.deleteUser("ada")),
  ],
  ...(["grant", "revoke"] as const).flatMap((verb): readonly Catalogue[] => {
    const operation = `${verb}_role` as const;
    const call = ({ harbor }: Life, username: string, role: string) =>
      harbor[`${verb}Role`](username, role, CONTEXT);
    return [
      [operation, "a malformed role", { code: "invalid_role" }, (life) => call(life, "ada", "X")],
      [
        operation,
        "an unknown account",
        { code: "unknown_user", names: ["role"] },
        (life) => call(life, TYPED_PASSWORD, ROLE),
      ],
      [
        operation,
        "no such role",
        { code: "unknown_role", about: "ada", names: ["role"] },
        (life) => call(life, "ada", "other"),
      ],
      [
        operation,
        "a lapsed account",
        { code: "unknown_user", reason: "account_lapsed", about: "ada", names: ["role"] },
        (life) => call(life, "ada", ROLE),
        (life) => life.advance(7 * DAY),
      ],
    ];
  }),
  ...(["get_roles", "get_permissions"] as const).flatMap((operation): readonly Catalogue[] => {
    const call = ({ harbor }: Life, username: string) =>
      operation === "get_roles"
        ? harbor.getRoles(username, CONTEXT)
        : harbor.getPermissions(username, CONTEXT);
    return [
      [operation, "an account", { about: "ada" }, (life) => call(life, "ada")],
      [operation, "an unknown account", { code: "unknown_user" }, (life) => call(life, TYPED_PASSWORD)],
      [
        operation,
        "a lapsed account",
        { code: "unknown_user", reason: "account_lapsed", about: "ada" },
        (life) => call(life, "ada"),
        (life) => life.advance(7 * DAY),
      ],
    ];
  }),
];

type Judged = readonly [
  OperationName,
  string,
  Details,
  (life: Life, sessionToken: string) => Promise<unknown>,
];

/** What else a good session of "ada", who has no role, may ask. */
const JUDGED: readonly Judged[] = [
  [
    "has_role",
    "a role the account has not",
    { names: ["role"] },
    ({ harbor }, token) => harbor.hasRole(token, ROLE, CONTEXT),
  ],
  [
    "has_role",
    "a malformed role",
    { code: "invalid_role" },
    ({ harbor }, token) => harbor.hasRole(token, "X", CONTEXT),
  ],
  [
    "require_role",
    "a role the account has not",
    { code: "permission_denied", names: ["role"] },
    ({ harbor }, token) => harbor.requireRole(token, ROLE, CONTEXT),
  ],
  [
    "require_role",
    "a malformed role",
    { code: "invalid_role" },
    ({ harbor }, token) => harbor.requireRole(token, "X", CONTEXT),
  ],
  [
    "has_permission",
    "a permission the account has not",
    { names: ["permission"] },
    ({ harbor }, token) => harbor.hasPermission(token, PERMISSION, CONTEXT),
  ],
  [
    "has_permission",
    "a malformed permission",
    { code: "invalid_permission" },
    ({ harbor }, token) => harbor.hasPermission(token, "X", CONTEXT),
  ],
  [
    "require_permission",
    "a permission the account has not",
    { code: "permission_denied", names: ["permission"] },
    ({ harbor }, token) => harbor.requirePermission(token, PERMISSION, CONTEXT),
  ],
  [
    "require_permission",
    "a malformed permission",
    { code: "invalid_permission" },
    ({ harbor }, token) => harbor.requirePermission(token, "X", CONTEXT),
  ],
];

const ROLES: readonly Situation[] = [
  ...CATALOGUE.map(([operation, what, details, call, before]) =>
    situation(operation, what, details, async (life) => {
      await life.registered("ada");
      await life.store.createRole(ROLE);
      await life.store.createPermission(PERMISSION);
      await life.store.grantPermissionToRole(ROLE, PERMISSION);
      await before?.(life);
      return () => call(life);
    })
  ),
  ...JUDGED.map(([operation, what, details, call]) =>
    situation(operation, what, { about: "ada", ...details }, async (life) => {
      const { sessionToken } = await life.loggedIn("ada");
      return () => call(life, sessionToken);
    })
  ),
];

// --- Trusted code -----------------------------------------------------------------------------------------------

interface Newcomer {
  readonly username: string;
  readonly email: string;
  readonly password?: string;
}

const NEWCOMER: Newcomer = { username: "newcomer", email: emailOf("newcomer") };

/** What makes an account, and what that may meet. */
function adding(
  operation: "users.create" | "users.import",
  add: (life: Life, newcomer: Newcomer) => Promise<unknown>,
): readonly Situation[] {
  const meeting = (what: string, details: Details, newcomer: Partial<Newcomer>): Situation =>
    situation(operation, what, details, async (life) => {
      await life.verified("ada");
      return () => add(life, { ...NEWCOMER, ...newcomer });
    });
  return [
    meeting("a free name and address", { about: "newcomer" }, {}),
    meeting("a malformed name", { code: "invalid_username" }, { username: "a b" }),
    meeting("a malformed address", { code: "invalid_email" }, { email: "nowhere" }),
    meeting("a taken name", { code: "username_taken" }, { username: "ADA" }),
    meeting("an owned address", { code: "email_taken" }, { email: emailOf("ada") }),
    situation(operation, "a name taken meanwhile", { code: "username_taken" }, async (life) => {
      await life.registered("ada");
      const other = { ...NEWCOMER, email: emailOf("other"), id: crypto.randomUUID(), passwordHash: "$fast$" };
      meanwhile(life, "transaction", () => life.store.createUser(other));
      return () => add(life, NEWCOMER);
    }),
    situation(
      operation,
      "an address that gets its owner meanwhile",
      { code: "email_taken" },
      async (life) => {
        await life.registered("ada");
        meanwhile(life, "transaction", () => life.store.setUserVerified("ada"));
        return () => add(life, { ...NEWCOMER, email: emailOf("ada") });
      },
    ),
  ];
}

type OnOne = "disable" | "enable" | "requirePasswordChange" | "forceReset" | "revokeSessions" | "delete";

const ON_ONE: Readonly<Record<OnOne, OperationName>> = {
  disable: "users.disable",
  enable: "users.enable",
  requirePasswordChange: "users.require_password_change",
  forceReset: "users.force_reset",
  revokeSessions: "users.revoke_sessions",
  delete: "users.delete",
};

const SWITCHED_OFF = { disabled: true };

function onOne(name: OnOne): readonly Situation[] {
  const operation = ON_ONE[name];
  const meeting = (what: string, details: Details, before: (life: Life) => Promise<unknown>): Situation =>
    situation(operation, what, details, async (life) => {
      await life.loggedIn("ada");
      await before(life);
      return () => life.harbor.users[name]("Ada", CONTEXT);
    });
  return [
    meeting(
      "an account",
      { about: "ada" },
      (life) => name === "enable" ? setFlags(life, "ada", SWITCHED_OFF) : Promise.resolve(),
    ),
    meeting("no such account", { code: "unknown_user" }, (life) => life.store.deleteUser("ada")),
    meeting(
      "an account that goes meanwhile",
      { code: "unknown_user", reason: "ended_meanwhile", about: "ada" },
      (life) => {
        meanwhile(life, "transaction", () => life.store.deleteUser("ada"));
        return Promise.resolve();
      },
    ),
    situation(
      operation,
      "an account that lapsed",
      { code: "unknown_user", reason: "account_lapsed", about: "ada" },
      async (life) => {
        await life.registered("ada");
        life.advance(8 * DAY);
        return () => life.harbor.users[name]("ada", CONTEXT);
      },
    ),
  ];
}

/** What is switched the way it is to be already. */
function switchedAlready(
  name: "disable" | "enable" | "requirePasswordChange",
  flags: UserFlags,
): Situation {
  const details = { about: "ada", reason: "no_change" } as const;
  return situation(ON_ONE[name], "what it is already", details, async (life) => {
    await life.verified("ada");
    await setFlags(life, "ada", flags);
    return () => life.harbor.users[name]("ada", CONTEXT);
  });
}

const TRUSTED_CODE: readonly Situation[] = [
  ...adding("users.create", ({ harbor }, newcomer) => harbor.users.create(newcomer, CONTEXT)),
  situation(
    "users.create",
    "a weak password",
    { code: "weak_password" },
    (life) => Promise.resolve(() => life.harbor.users.create({ ...NEWCOMER, password: "weak" }, CONTEXT)),
  ),
  situation(
    "users.create",
    "a temporary password",
    { about: "newcomer" },
    (life) => Promise.resolve(() => life.harbor.users.create({ ...NEWCOMER, password: PASSWORD }, CONTEXT)),
  ),
  ...adding(
    "users.import",
    ({ harbor }, newcomer) => harbor.users.import({ ...newcomer, passwordHash: "$elsewhere$" }, CONTEXT),
  ),
  situation("users.get", "an account", { about: "ada" }, async (life) => {
    await life.verified("ada");
    return () => life.harbor.users.get("ADA", CONTEXT);
  }),
  situation(
    "users.get",
    "a password typed as a name",
    {},
    (life) => Promise.resolve(() => life.harbor.users.get(TYPED_PASSWORD, CONTEXT)),
  ),
  situation("users.list", "an account", {}, async (life) => {
    await life.verified("ada");
    return () => life.harbor.users.list({ startsWith: TYPED_PASSWORD }, CONTEXT);
  }),
  ...(Object.keys(ON_ONE) as OnOne[]).flatMap(onOne),
  switchedAlready("disable", { disabled: true }),
  switchedAlready("enable", { disabled: false }),
  switchedAlready("requirePasswordChange", { mustChangePassword: true }),
];

// --- Housekeeping -----------------------------------------------------------------------------------------------

const HOUSEKEEPING: readonly Situation[] = [
  situation(
    "purge_expired",
    "nothing dead",
    { reason: "no_change" },
    (life) => Promise.resolve(() => life.harbor.purgeExpired()),
  ),
  situation("purge_expired", "a dead account", {}, async (life) => {
    await life.registered("ada");
    life.advance(9 * DAY);
    return () => life.harbor.purgeExpired();
  }),
  situation("diagnose", "whatever there is", {}, (life) => Promise.resolve(() => life.harbor.diagnose())),
];

/** Every situation that the event of an operation tells apart. */
export const SITUATIONS: readonly Situation[] = [
  ...REGISTRATION,
  ...MAILED_TOKENS,
  ...BY_ADDRESS,
  ...LOGIN,
  ...SESSIONS,
  ...IDENTITY,
  ...ROLES,
  ...TRUSTED_CODE,
  ...HOUSEKEEPING,
];
