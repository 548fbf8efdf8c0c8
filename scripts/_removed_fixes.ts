/** A change to one file. */
export interface Edit {
  /** Path from the root. */
  readonly file: string;
  /** What is taken out: it stands in the file exactly once. */
  readonly find: string;
  /** What stands there without the fix. */
  readonly replace: string;
}

/** A fix, what the code would be without it, and who has to notice. */
export interface RemovedFix extends Edit {
  /** The rows of docs/security.md that it keeps. */
  readonly rows: readonly string[];
  /** What else has to go, where the same is seen to in two places. */
  readonly also?: readonly Edit[];
  /** How the names of the tests begin that must fail then, by the file they are written in. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
  /** The store that they are run on. Default: the one in memory. */
  readonly on?: "memory" | "SQLite";
}

/** What can be taken out, and what need not be. */
export interface FixProofs {
  /** The smallest edits that bring the mistakes of others back. */
  readonly fixes: readonly RemovedFix[];
  /** Requirements that have to be shown as well; lessons all have to. */
  readonly required: readonly string[];
  /** How many lessons are known: V1 to this one. */
  readonly lessons: number;
  /** Why a lesson has no row: nothing here could go wrong in its way. */
  readonly notHere: Readonly<Record<string, string>>;
  /** How the names of tests begin that prove a lesson and cannot be seen to fail here, and why. */
  readonly unseen: Readonly<Record<string, string>>;
}

const NO_SECOND_FACTOR = "There are no second factors.";
const NO_OTHER_PROVIDER = "Nobody logs in through another provider.";

/** Why lessons have no row in docs/security.md. */
const NOT_HERE: Readonly<Record<string, string>> = {
  V1: `${NO_SECOND_FACTOR} No cache or cookie holds a session either: each request asks the store (R66).`,
  V4: "Nobody is logged in by a link in a mail.",
  V6: "There are no invitations, and no other feature that goes by an address.",
  V28: `${NO_OTHER_PROVIDER} There are no authorization codes; what is mailed works once (V3, V30).`,
  V29: NO_OTHER_PROVIDER,
  V32: NO_SECOND_FACTOR,
  V36: NO_SECOND_FACTOR,
  V37: `${NO_SECOND_FACTOR} So there are no recovery codes; what is mailed works once (V3, V30).`,
  V38:
    "There are no passkeys to enrol. What an administrator has mailed is a reset token, which works once (V3).",
  V39: NO_SECOND_FACTOR,
  V41: `${NO_SECOND_FACTOR} So there are no recovery codes; what is mailed works once (V3, V30).`,
  V51: `${NO_OTHER_PROVIDER} No token is handed on from one step to another.`,
};

const RESET = "flows/reset_password.ts";
const VERIFY = "flows/verify_email.ts";
const CONFIRM = "flows/confirm_email_change.ts";
const LOGIN = "flows/login.ts";
const PASSWORD_CHECK = "flows/_password_check.ts";
const READ_FIELDS = "adapters/http/read_fields.ts";
const CLIENT_ADDRESS = "adapters/http/client_address.ts";
const MEMORY_THROTTLE = "primitives/memory_throttle.ts";
const SQLITE_DRIVER = "adapters/sql/drivers/_sqlite_driver.ts";

/** Mailed tokens, and who owns an address. */
const TOKENS: readonly RemovedFix[] = [
  {
    rows: ["V3", "V30", "R49"],
    file: VERIFY,
    find: `if (!await tx.removeEmailVerification(verification.tokenHash)) refuseToken(trace, "used_token");`,
    replace: "await tx.removeEmailVerification(verification.tokenHash);",
    also: [{
      file: VERIFY,
      find: "{ userId: user.id, verified: false, ...whileEnabled(harbor) }",
      replace: "{ userId: user.id, ...whileEnabled(harbor) }",
    }],
    tests: { "tests/races.test.ts": ["100 uses of one verification token"] },
  },
  {
    rows: ["V3", "V30", "R49"],
    file: RESET,
    find: `if (!await tx.removePasswordReset(reset.tokenHash)) refuseToken(trace, "used_token");`,
    replace: "await tx.removePasswordReset(reset.tokenHash);",
    tests: { "tests/races.test.ts": ["100 uses of one reset token"] },
  },
  {
    rows: ["V3", "V30", "R49"],
    file: CONFIRM,
    find: `if (!await tx.removeEmailVerification(request.tokenHash)) refuseToken(trace, "used_token");`,
    replace: "await tx.removeEmailVerification(request.tokenHash);",
    tests: { "tests/email_change_races.test.ts": ["100 uses of one token to change an address"] },
  },
  {
    rows: ["V17", "R39"],
    file: CONFIRM,
    find: `if (!await tx.removeEmailVerification(request.tokenHash)) refuseToken(trace, "used_token");`,
    replace: "await tx.removeEmailVerification(request.tokenHash);",
    tests: {
      "tests/confirm_email_change.test.ts": ["confirmEmailChange() takes the address that is stored"],
    },
  },
  {
    rows: ["V3", "V30", "R49"],
    file: "adapters/sql/statements/mailed_tokens.ts",
    find: "await connection.execute(`DELETE FROM ${table} WHERE token_hash = ?`, [tokenHash]) === 1;",
    replace: "await connection.execute(`DELETE FROM ${table} WHERE token_hash = ?`, [tokenHash]) >= 0;",
    tests: { "tests/races.test.ts": ["100 uses of one reset token"] },
    on: "SQLite",
  },
  {
    rows: ["V5", "R36"],
    file: "flows/register.ts",
    find: "const holdsEmail = holder?.verified !== true &&",
    replace: "const holdsEmail = holder === null &&",
    tests: {
      "tests/register_ownership.test.ts": ["register() for an unverified address displaces"],
      "tests/pre_hijacking.test.ts": ["the owner of a mailbox who registers and verifies"],
    },
  },
  {
    rows: ["R37", "R51"],
    file: RESET,
    find: "        await endCredentials(tx, username);\n",
    replace: "        await tx.removeAllSessions(username);\n",
    tests: {
      "tests/pre_hijacking.test.ts": ["a reset by the owner of the mailbox"],
      "tests/confirm_email_change.test.ts": ["a reset, a new password and a deletion"],
    },
  },
  {
    rows: ["V17", "R39"],
    file: "flows/change_email.ts",
    find: "if (!await tx.setEmailVerification(verification, { ...guard, verified: true })) return null;",
    replace: "if (!await tx.setEmailVerification(verification)) return null;",
    tests: { "tests/change_email.test.ts": ["changeEmail() stores the address in one call"] },
  },
  {
    rows: ["V17", "R39"],
    file: "adapters/memory/tokens.ts",
    find: "  removeTokensOf(table, token.username);\n",
    replace: "  for (const { username, tokenHash } of table.values()) {\n" +
      "    if (username === token.username) table.set(tokenHash, { ...token, tokenHash });\n" +
      "  }\n",
    tests: { "tests/email_change_races.test.ts": ["the address that becomes owned"] },
  },
  {
    rows: ["V17", "R38"],
    file: VERIFY,
    find: "const email = verification.email ?? user.email;",
    replace: "const email = user.email;",
    tests: { "tests/verify_email.test.ts": ["verifyEmail() makes the address its token was mailed to"] },
  },
  {
    rows: ["V18", "R52"],
    file: "primitives/tokens.ts",
    find: `return typeof value === "string" && TOKEN_PATTERN.test(value);`,
    replace: `return value === "" || typeof value === "string" && TOKEN_PATTERN.test(value);`,
    tests: { "tests/tokens.test.ts": ["a malformed token is refused before the store is asked"] },
  },
  {
    rows: ["V20", "R52"],
    file: "primitives/tokens.ts",
    find: `return typeof value === "string" && TOKEN_PATTERN.test(value);`,
    replace: `return typeof value === "number" || typeof value === "string" && TOKEN_PATTERN.test(value);`,
    tests: { "tests/tokens.test.ts": ["a malformed token is refused before the store is asked"] },
  },
  {
    rows: ["V42", "R51"],
    file: "flows/_end_credentials.ts",
    find: "await tx.removePasswordResetForUser(username);",
    replace: "await tx.removeEmailVerificationForUser(username);",
    tests: { "tests/change_password.test.ts": ["changePassword() ends every outstanding token"] },
  },
];

/** Accounts that end, and what the purge takes. */
const ENDINGS: readonly RemovedFix[] = [
  {
    rows: ["V7", "R43"],
    file: "adapters/memory/accounts.ts",
    find: "  removeTokensOf(tables.sessions, username);\n",
    replace: "",
    tests: {
      "testing/store/account_cases.ts": ["deleteUser() leaves nothing to who uses the name again"],
      "tests/users_switches.test.ts": ["users.delete() removes the account and all that refers to it"],
    },
  },
  {
    rows: ["V7"],
    file: "adapters/sql/statements/accounts.ts",
    find: "    await deleteWhatRefersTo(connection, username);\n",
    replace: "",
    also: [{
      file: SQLITE_DRIVER,
      find: `"PRAGMA foreign_keys = ON"`,
      replace: `"PRAGMA foreign_keys = OFF"`,
    }],
    tests: { "testing/store/account_cases.ts": ["deleteUser() leaves nothing to who uses the name again"] },
    on: "SQLite",
  },
  {
    rows: ["V7", "R43", "R57", "R94"],
    file: "flows/_session_limit.ts",
    find: "store.addSession(session, guard) });",
    replace: "store.addSession(session) });",
    tests: { "tests/users_races.test.ts": ["${name} at the same time, in every order"] },
  },
  {
    rows: ["V42"],
    file: "adapters/memory/purge_expired.ts",
    find: "if (expiresAt < before) yield",
    replace: "if (expiresAt > before) yield",
    tests: {
      "testing/store/housekeeping_cases.ts": ["purgeExpired() never removes a live row"],
      "tests/properties/purge.test.ts": ["purgeExpired() on ${kind} takes every dead row and no live one"],
    },
  },
  {
    rows: ["V42"],
    file: "adapters/sql/statements/_delete_dead_rows.ts",
    find: "where: { sql: `${endsAt} < ?`,",
    replace: "where: { sql: `${endsAt} > ?`,",
    tests: {
      "testing/store/housekeeping_cases.ts": ["purgeExpired() never removes a live row"],
      "tests/properties/purge.test.ts": ["purgeExpired() on ${kind} takes every dead row and no live one"],
    },
    on: "SQLite",
  },
  {
    rows: ["V46", "R43", "R67"],
    file: "flows/disable_user.ts",
    find: "      await endCredentials(tx, user.username);\n",
    replace: "",
    tests: { "tests/users_switches.test.ts": ["users.disable() ends every session and mailed token"] },
  },
  {
    rows: ["V46", "R94"],
    file: "flows/_accounts.ts",
    find: "if (!user?.disabled) return user;",
    replace: "if (user !== undefined) return user;",
    tests: {
      "tests/disabled_accounts.test.ts": [
        "verifyEmail() refuses the token of a disabled account",
        "resetPassword() refuses the token of a disabled account",
      ],
      "tests/confirm_email_change.test.ts": ["confirmEmailChange() refuses the token of a disabled account"],
    },
  },
  {
    rows: ["V46", "R94"],
    file: "flows/_accounts.ts",
    find: "return store.setUserFlags === undefined ? {} : { disabled: false };",
    replace: "return {};",
    also: [{
      file: "flows/_accounts.ts",
      find: "if (!user?.disabled) return user;",
      replace: "return user;",
    }],
    tests: { "tests/disabled_accounts.test.ts": ["${name}: disabled in between"] },
  },
  {
    rows: ["V46", "R19"],
    file: LOGIN,
    find: `if (user.disabled) refuseCredentials(trace, "account_disabled");`,
    replace: "",
    tests: { "tests/disabled_accounts.test.ts": ["login() refuses a disabled account as a wrong password"] },
  },
];

/** Requests, their addresses, and what is told of a client. */
const REQUESTS: readonly RemovedFix[] = [
  {
    rows: ["V2", "R42", "R81"],
    file: READ_FIELDS,
    find: `if (strings !== 2 * fields.length) refuse("invalid_request");`,
    replace: "void strings;",
    tests: {
      "adapters/http/tests/request_reading.test.ts": [
        "createHandler() refuses every unknown field on every route",
      ],
    },
  },
  {
    rows: ["V8", "V9", "R86"],
    file: CLIENT_ADDRESS,
    find: `readEntry(forwardedFor.pop() ?? "")`,
    replace: `readEntry(forwardedFor.shift() ?? "")`,
    tests: {
      "adapters/http/tests/client_address.test.ts": [
        "clientAddress() is the last address that is no trusted proxy",
      ],
    },
  },
  {
    rows: ["V8", "R86"],
    file: "primitives/ip_address.ts",
    find: "if (!MAPPED.test(text)) return { text, bytes };",
    replace: "if (MAPPED !== null) return { text, bytes };",
    tests: {
      "adapters/http/tests/client_address.test.ts": ["clientAddress() knows the peer in every spelling"],
      "tests/client_network.test.ts": [
        "clientNetwork() has one spelling for each network",
        "parseIpAddress() gives what compares",
      ],
    },
  },
  {
    rows: ["V8", "R86"],
    file: "primitives/client_network.ts",
    find: "parsed.bytes.length === 4",
    replace: "parsed.bytes.length > 0",
    tests: {
      "adapters/http/tests/client_address.test.ts": [
        "createHandler() gives all addresses of one /64 one budget",
      ],
      "tests/client_network.test.ts": ["clientNetwork() is the same for 10,000 addresses of one /64"],
    },
  },
  {
    rows: ["V9", "R86"],
    file: CLIENT_ADDRESS,
    find: "while (proxies.includes(address)) {",
    replace: "while (forwardedFor.length > 0) {",
    tests: {
      "adapters/http/tests/client_address.test.ts": [
        "clientAddress() without trusted proxies is the peer's",
        "createHandler() gives all addresses of one /64 one budget, and a spoofed header no other",
      ],
      "tests/server/attempt_limits.test.ts": ["server believes no header about a client"],
    },
  },
  {
    rows: ["V9", "R86"],
    file: CLIENT_ADDRESS,
    find: `headers.get("x-forwarded-for")?.split`,
    replace: `(headers.get("x-forwarded-for") ?? headers.get("x-real-ip"))?.split`,
    tests: { "adapters/http/tests/client_address.test.ts": ["clientAddress() believes no other header"] },
  },
  {
    rows: ["V9", "R86"],
    file: "adapters/http/address_networks.ts",
    find: "if (bits < 1 || ",
    replace: "if (bits < 0 || ",
    tests: {
      "adapters/http/tests/client_address.test.ts": ["createHandler() and clientAddress() refuse networks"],
    },
  },
  {
    rows: ["V10", "R79"],
    file: "adapters/http/create_handler.ts",
    find: "const { pathname } = new URL(url);",
    replace: `const pathname = new URL(url).pathname.replace(/\\/+/g, "/");`,
    tests: { "adapters/http/tests/request_reading.test.ts": ["createHandler() matches paths exactly"] },
  },
  {
    rows: ["V11", "R87"],
    file: "adapters/http/session_transport.ts",
    find: "isSameSiteRequest(request, cookie.origin)",
    replace: "isSameSiteRequest(request, new URL(request.url).origin)",
    tests: {
      "adapters/http/tests/cross_site_requests.test.ts": [
        "createHandler() takes its origin from the options",
      ],
    },
  },
  {
    rows: ["V15", "R84"],
    file: "adapters/http/create_guards.ts",
    find: "throw error;",
    replace: "return null;",
    tests: {
      "adapters/http/tests/failing_ports.test.ts": ["guards fail closed whichever call of the store fails"],
    },
  },
  {
    rows: ["V16", "R52"],
    file: "adapters/http/bearer_token.ts",
    find: `BEARER_TOKEN.exec(request.headers.get("authorization") ?? "")?.[1] ?? null`,
    replace: `(request.headers.get("authorization")?.split(" ") as string[])[1] as string`,
    tests: {
      "adapters/http/tests/tokens.test.ts": [
        "createHandler() and guards refuse every malformed Authorization",
      ],
    },
  },
  {
    rows: ["V25", "R33"],
    file: READ_FIELDS,
    find: `typeof members.get(field) === "string"`,
    replace: "members.has(field)",
    also: [{
      file: READ_FIELDS,
      find: `if (strings !== 2 * fields.length) refuse("invalid_request");`,
      replace: "void strings;",
    }],
    tests: {
      "adapters/http/tests/request_reading.test.ts": ["createHandler() takes strings only in every field"],
    },
  },
  {
    rows: ["V27", "R54"],
    file: "server/site.ts",
    find: "  return async (request, connection) => {\n",
    replace: "  return async (request, connection) => {\n" +
      '    const asked = `https://${request.headers.get("host")}`;\n' +
      "    const options = { origin: asked, hasPages, inbox, sendsMail, trustedProxies };\n" +
      "    if (asked !== origin) return await createSite(harbor, options)(request, connection);\n",
    tests: { "tests/server/pages.test.ts": ["pages answer at the configured origin"] },
  },
  {
    rows: ["V47", "R63"],
    file: "adapters/http/session_transport.ts",
    find: `headers: { "set-cookie": cookie.set(sessionToken) },`,
    replace: `headers: {},`,
    tests: {
      "adapters/http/tests/cookie_sessions.test.ts": [
        "createHandler() never adopts a token that a browser brought",
      ],
    },
  },
];

/** Names, addresses, and to whom mail goes. */
const NAMES: readonly RemovedFix[] = [
  {
    rows: ["V13"],
    file: "primitives/canonical_username.ts",
    find: "key.length > MAX_UNITS || FORBIDDEN.test(key)",
    replace: "key.length > MAX_UNITS",
    tests: { "tests/register.test.ts": ["register() refuses @, white space, controls and surrogates"] },
  },
  {
    rows: ["V50", "R32"],
    file: "primitives/canonical_email.ts",
    find: "const LOCAL_PART = /^[\\p{L}\\p{M}\\p{N}!#",
    replace: 'const LOCAL_PART = /^"[^"]*"$|^[\\p{L}\\p{M}\\p{N}!#',
    tests: { "tests/register.test.ts": ["register() refuses what is not one plain address"] },
  },
  {
    rows: ["V14", "R32"],
    file: "primitives/canonical_email.ts",
    find: "const LOCAL_PART = /^[\\p{L}\\p{M}\\p{N}!#",
    replace: "const LOCAL_PART = /^[,\\p{L}\\p{M}\\p{N}!#",
    tests: {
      "tests/properties/canonical_names.test.ts": [
        "canonicalEmail() accepts one @",
        "canonicalEmail() refuses each forbidden character",
      ],
    },
  },
  {
    rows: ["V21", "R31"],
    file: "flows/send_password_reset.ts",
    find: "resetMail({ ...minted, user, context })",
    replace: "resetMail({ ...minted, user: { ...user, email }, context })",
    tests: {
      "tests/send_password_reset.test.ts": ["sendPasswordReset() mails a token to the stored address"],
    },
  },
  {
    rows: ["V21", "R31"],
    file: "flows/_accounts.ts",
    find: "const address = canonicalEmail(email);",
    replace: "const address = canonicalEmail(String(email).toUpperCase());",
    also: [{
      file: "flows/send_password_reset.ts",
      find: "resetMail({ ...minted, user, context })",
      replace: "resetMail({ ...minted, user: { ...user, email }, context })",
    }],
    tests: { "tests/send_password_reset.test.ts": ["sendPasswordReset() never takes a look-alike"] },
  },
  {
    rows: ["V24"],
    file: "primitives/canonical_email.ts",
    find: "email.length > MAX_ADDRESS_BYTES || ",
    replace: "",
    tests: { "tests/properties/operations.test.ts": ["no operation normalises or folds a megabyte"] },
  },
  {
    rows: ["V26", "R28"],
    file: "primitives/case_map.ts",
    find: `const next = folded.normalize("NFC").toLowerCase().normalize("NFC");`,
    replace: `const next = folded.toLowerCase().normalize("NFKC");`,
    also: [{
      file: "primitives/case_map.ts",
      find: "const MAX_PASSES = 8;",
      replace: "const MAX_PASSES = 1;",
    }],
    tests: {
      "tests/properties/canonical_names.test.ts": ["canonicalUsername() is idempotent for every assigned"],
    },
  },
];

/** Passwords, what hashing costs, and who is told of an account. */
const PASSWORDS: readonly RemovedFix[] = [
  {
    rows: ["V12"],
    file: RESET,
    find:
      `if (!await tx.setPasswordHash(username, passwordHash, guard)) refuseToken(trace, "ended_meanwhile");`,
    replace: "await tx.setPasswordHash(username, await harbor.passwordHasher.hash(newPassword), guard);",
    tests: { "tests/faults.test.ts": ["no password is hashed and no mail sent while a transaction is open"] },
  },
  {
    rows: ["V12"],
    file: RESET,
    find: "await endCredentials(tx, username);",
    replace: "await endCredentials(store, username);",
    tests: { "tests/faults.test.ts": ["no flow calls the outer store inside a transaction"] },
  },
  {
    rows: ["V22", "V48", "R20"],
    file: PASSWORD_CHECK,
    find: "      await harbor.passwordHasher.hash(password);\n",
    replace: "",
    tests: {
      "tests/login.test.ts": [
        "login() verifies or hashes exactly once",
        "login() verifies once for a lapsed account",
      ],
    },
  },
  {
    rows: ["V22", "R19"],
    file: PASSWORD_CHECK,
    find: `if (user === null) refuseCredentials(trace, "unknown_user");`,
    replace: `if (user === null) throw new UserHarborError("unknown_user", "There is no such account");`,
    tests: { "adapters/http/tests/answers.test.ts": ["createHandler() answers logins alike, byte for byte"] },
  },
  {
    rows: ["V22", "R20"],
    file: "flows/create_user.ts",
    find: "await harbor.passwordHasher.hash(password ?? makeToken());",
    replace: `password === undefined ? "" : await harbor.passwordHasher.hash(password);`,
    also: [{
      file: PASSWORD_CHECK,
      find: "if (user !== null && passwordHash !== null && mayVerify) {",
      replace: `if (passwordHash === "") refuseCredentials(trace, "wrong_password");\n` +
        "if (user !== null && passwordHash !== null && mayVerify) {",
    }],
    tests: { "tests/users_create.test.ts": ["users.create() without a password invites"] },
  },
  {
    rows: ["V23", "R22", "R24"],
    file: "flows/_change.ts",
    find: "if (wrote(done)) sendMails(harbor, mails(done));",
    replace: "if (wrote(done)) for (const mail of mails(done)) await sendMail(harbor.emailSender, mail);",
    also: [{
      file: "flows/_change.ts",
      find: `import type { Harbor } from "./_harbor.ts";`,
      replace:
        `import { sendMail } from "../primitives/send_mail.ts";\nimport type { Harbor } from "./_harbor.ts";`,
    }],
    tests: { "tests/register.test.ts": ["register() answers while the sender is stalled"] },
  },
  {
    rows: ["V33", "R14"],
    file: "adapters/argon2/_bounded_hashing.ts",
    find: "parameters === null || !isWithinCeiling(parameters) || ",
    replace: "parameters === null || ",
    tests: { "adapters/argon2/mod.test.ts": ["verify() computes nothing for a hash over the ceiling"] },
  },
  {
    rows: ["V33", "R14"],
    file: "adapters/foreign-hashes/_pbkdf2.ts",
    find: "iterations < 1 || iterations > MAX_ITERATIONS",
    replace: "iterations < 1",
    tests: {
      "adapters/foreign-hashes/limits.test.ts": ["verify() computes nothing for an absurd cost"],
      "adapters/foreign-hashes/mod.test.ts": ["login() with a foreign hash of absurd cost"],
    },
  },
  {
    rows: ["V33", "R14"],
    file: "adapters/foreign-hashes/_bcrypt.ts",
    find: "(?:0[4-9]|1[0-6])",
    replace: "\\d\\d",
    tests: { "tests/foreign_hashes/bcrypt.test.ts": ["users.import() of a bcrypt hash of absurd cost"] },
  },
  {
    rows: ["V40", "R15"],
    file: "adapters/argon2/hash_limiter.ts",
    find: "if (this.#queue.length >= slots * this.#maxQueuedPerSlot) throw this.#overloaded();",
    replace: "void slots;",
    tests: { "adapters/argon2/hash_limiter.test.ts": ["run() of 500 at once keeps to its bounds"] },
  },
  {
    rows: ["V49", "R3"],
    file: "adapters/argon2/_bounded_hashing.ts",
    find: `hash(password.normalize("NFC"), this.#cost)`,
    replace: `hash(password.normalize("NFC").slice(0, 72), this.#cost)`,
    also: [{
      file: "adapters/argon2/_bounded_hashing.ts",
      find: `verify(password.normalize("NFC"), passwordHash)`,
      replace: `verify(password.normalize("NFC").slice(0, 72), passwordHash)`,
    }],
    tests: {
      "adapters/argon2/mod.test.ts": ["hash() and verify() tell apart passwords that differ at byte 73"],
    },
  },
];

/** Limits on attempts. */
const LIMITS: readonly RemovedFix[] = [
  {
    rows: ["V19", "V34", "R89"],
    file: MEMORY_THROTTLE,
    find: "reserve(request: AttemptRequest): Promise<AttemptReservation> {\n" +
      "    return inOneStep(() => {\n" +
      "      const stored = this.#counts.get(request.key);\n",
    replace: "async reserve(request: AttemptRequest): Promise<AttemptReservation> {\n" +
      "    const stored = this.#counts.get(request.key);\n" +
      "    await null;\n" +
      "    return inOneStep(() => {\n",
    tests: {
      "testing/throttle/race_cases.ts": ["reserve() by 1,000 at once allows exactly the limit"],
      "tests/throttling_races.test.ts": [
        "1 000 guesses at once take exactly the account's 10 attempts",
        "1 000 guesses at once under one name",
      ],
    },
  },
  {
    rows: ["V19", "V34", "R89"],
    file: "adapters/sql/sql_throttle.ts",
    find: "if (await changeCount({ key, before, after })(driver)) return;",
    replace: "await changeCount({ key, before, after })(driver);\n      if (key !== undefined) return;",
    tests: { "testing/throttle/race_cases.ts": ["reserve() by 1,000 at once allows exactly the limit"] },
    on: "SQLite",
  },
  {
    rows: ["V31", "R89"],
    file: "adapters/sql/sql_throttle.ts",
    find: "if (await changeCount({ key, before, after })(driver)) return;",
    replace: "if (await changeCount({ key, before, after })(driver).catch(() => true)) return;",
    tests: {
      "adapters/sql/sql_throttle.test.ts": ["reserve() by 1,000 at once is exact while three others write"],
    },
    on: "SQLite",
  },
  {
    rows: ["V35", "R91", "R94"],
    file: LOGIN,
    find: "if (user.disabled) refuseCredentials",
    replace:
      "if (await harbor.passwordHasher.verify(password, guard.passwordHash) && user.disabled) refuseCredentials",
    tests: {
      "tests/throttling_accounts.test.ts": ["no flow verifies a password but where the attempt is counted"],
    },
  },
  {
    rows: ["V35", "V44", "R88", "R94"],
    file: PASSWORD_CHECK,
    find: "if (user !== null && passwordHash !== null && mayVerify) {",
    replace: "if (user !== null && passwordHash !== null) {",
    tests: {
      "tests/throttling_accounts.test.ts": [
        "an exhausted budget holds at every step that opens a session",
        "an account has one budget, whatever it is called",
        "a password that was guessed at 100 times in a row",
      ],
    },
  },
  {
    rows: ["V43", "R90"],
    file: SQLITE_DRIVER,
    find: "return this.#gate.run(() => this.#all<Row>(sql, values));",
    replace: "return Promise.try(() => this.#all<Row>(sql, values));",
    also: [{
      file: SQLITE_DRIVER,
      find: "return this.#gate.run(() => this.#run(sql, values));",
      replace: "return Promise.try(() => this.#run(sql, values));",
    }],
    tests: { "adapters/sql/sql_throttle.test.ts": ["reserve() stays counted when a transaction"] },
    on: "SQLite",
  },
  {
    rows: ["V43"],
    file: "adapters/sql/statements/attempt_counts.ts",
    find: "attempts: Number(attempts),",
    replace: "attempts: attempts as number,",
    tests: { "adapters/sql/sql_throttle.test.ts": ["reserve() counts in numbers"] },
    on: "SQLite",
  },
  {
    rows: ["V43", "R90"],
    file: "flows/_password_attempts.ts",
    find: `if (ending === "not_served") await attempt.giveBack();`,
    replace: "await attempt.giveBack();",
    tests: {
      "tests/throttling_failures.test.ts": ["what is counted stays counted when the login is rolled back"],
    },
  },
  {
    rows: ["V43", "R90"],
    file: RESET,
    find: "await tx.setUserFlags?.(username, { mustChangePassword: false }, { userId });",
    replace: "await forgetPasswordAttempts(harbor, user);",
    tests: { "tests/throttling_failures.test.ts": ["no throttle is asked while a transaction"] },
  },
  {
    rows: ["V43", "R96"],
    file: "flows/_throttling.ts",
    find: "if (allowed === true) return null;",
    replace: "if (allowed) return null;",
    tests: { "tests/throttling_failures.test.ts": ["only a true answer of a throttle"] },
  },
  {
    rows: ["V44", "R91"],
    file: "flows/_password_attempts.ts",
    find: `return (name.includes("@") ? canonicalEmail(name) : canonicalUsername(name)) ?? name;`,
    replace: "return name;",
    tests: { "tests/throttling_logins.test.ts": ["login() counts all spellings of a name as one"] },
  },
  {
    rows: ["V45", "R91"],
    file: LOGIN,
    find: "{ input: { username, password }, context, trace }: Call<LoginInput>,",
    replace:
      "{ input: { username, password, ...input }, context, trace }: Call<LoginInput & { email?: string }>,",
    also: [{
      file: LOGIN,
      find: "const typed = typedName(harbor, username);",
      replace: "const typed = typedName(harbor, input.email ?? username);",
    }],
    tests: { "tests/throttling_logins.test.ts": ["login() keys its limits by what names the account"] },
  },
  {
    rows: ["V46", "R92"],
    file: "flows/_login_limits.ts",
    find: "work,\n  });\n}",
    replace: "work: async () => {\n" +
      "      const result = await work();\n" +
      `      const budget = clientBudget(harbor, { limit: "failedLoginsPerClient", context });\n` +
      "      if (budget !== null) await harbor.throttling?.forget(budget);\n" +
      "      return result;\n" +
      "    },\n  });\n}",
    tests: { "tests/throttling_logins.test.ts": ["login() that succeeds wins its client no further guess"] },
  },
];

/** Requirements that single lessons do not show, and that must never be lost. */
const REQUIREMENTS: readonly RemovedFix[] = [
  {
    rows: ["R67", "R119"],
    file: "flows/_own_grants.ts",
    find: "const now = (await store.getSession(session.tokenHash))?.user;",
    replace: "const now = await Promise.resolve(store === undefined ? undefined : user);",
    tests: {
      "tests/own_grant_races.test.ts": [
        "${operation}() answers for its own account at the same time",
        "${operation}() never answers for who has the name by then",
        "${operation}() knows what an account has that gets another name",
      ],
    },
  },
  {
    rows: ["R1"],
    file: "primitives/default_validators.ts",
    find: "const MIN_PASSWORD_CODE_POINTS = 15;",
    replace: "const MIN_PASSWORD_CODE_POINTS = 8;",
    tests: {
      "tests/register_password.test.ts": ["register() takes exactly the passwords of 15 code points"],
    },
  },
  {
    rows: ["R2"],
    file: "primitives/password_limits.ts",
    find: "for (const _ of text) count++;",
    replace: "count = text.length;",
    tests: { "tests/register_password.test.ts": ["register() counts code points, not UTF-16 units"] },
  },
  {
    rows: ["R4"],
    file: "primitives/default_validators.ts",
    find: "countCodePoints(password) >= MIN_PASSWORD_CODE_POINTS",
    replace: "/\\d/.test(password) && countCodePoints(password) >= MIN_PASSWORD_CODE_POINTS",
    tests: { "tests/register_password.test.ts": ["register() has no composition rules"] },
  },
  {
    rows: ["R5"],
    file: "flows/_password_check.ts",
    find: "await passwordHasher.verify(password, hash)",
    replace: "await passwordHasher.verify(password.trim(), hash)",
    tests: { "tests/login.test.ts": ["login() trims no password and folds no case"] },
  },
  {
    rows: ["R6"],
    file: "adapters/argon2/_bounded_hashing.ts",
    find: `verify(password.normalize("NFC"), passwordHash)`,
    replace: "verify(password, passwordHash)",
    tests: { "adapters/argon2/mod.test.ts": ["hash() and verify() work on NFC and change nothing else"] },
  },
  {
    rows: ["R7"],
    file: "flows/reset_password.ts",
    find:
      "  await requireAcceptablePassword(harbor, { password: newPassword, owner: { username, email } });\n",
    replace: "",
    tests: {
      "adapters/password-policy/tests/blocklist.test.ts": [
        "every operation that sets a password refuses listed ones",
      ],
    },
  },
  {
    rows: ["R10"],
    file: "flows/_sessions.ts",
    find:
      "const session = await requireAnySession(harbor, presented);\n  if (session.user.mustChangePassword) {",
    replace: "const session = await requireAnySession(harbor, presented);\n  if (session.user.disabled) {",
    tests: {
      "tests/must_change_password.test.ts": [
        "${name}() ${promise} while the password has to be changed first",
      ],
    },
  },
  {
    rows: ["R11", "R17", "R44", "R69"],
    file: "flows/_password_check.ts",
    find: "await passwordHasher.verify(password, hash)",
    replace: 'await Promise.resolve(hash !== "")',
    tests: {
      "tests/change_password.test.ts": ["changePassword() judges the session, the old password"],
      "tests/delete_account.test.ts": ["deleteAccount() judges the session before the password"],
      "tests/change_email.test.ts": ["changeEmail() judges the session, the password"],
      "tests/change_username.test.ts": ["changeUsername() judges the session, the password"],
    },
  },
  {
    rows: ["R12"],
    file: "adapters/argon2/_cost_limits.ts",
    find: "? 19_456 : 12_288",
    replace: "? 4_096 : 12_288",
    tests: {
      "adapters/argon2/mod.test.ts": ["Argon2PasswordHasher() accepts a cost iff OWASP ASVS approves it"],
    },
  },
  {
    rows: ["R13"],
    file: "flows/login.ts",
    find: "store.setPasswordHash(user.username, passwordHash, guard)",
    replace: "store.setPasswordHash(user.username, passwordHash)",
    tests: { "tests/login.test.ts": ["login() never overwrites a password changed while it rehashes"] },
  },
  {
    rows: ["R17"],
    file: "flows/reset_password.ts",
    find: "if (reset === null) refuseToken(trace);",
    replace:
      'const early = await harbor.passwordHasher.hash(newPassword);\n  if (reset === null || early === "") refuseToken(trace);',
    tests: {
      "tests/reset_password.test.ts": ["resetPassword() refuses a bad token before it judges or hashes"],
    },
  },
  {
    rows: ["R23"],
    file: "flows/register.ts",
    find: "  const holdsEmail = holder?.verified !== true &&",
    replace:
      '  if (holder?.verified) throw new UserHarborError("email_taken", "Somebody has the address");\n  const holdsEmail = holder?.verified !== true &&',
    tests: {
      "tests/register_ownership.test.ts": [
        "register() costs and answers the same for a free, a held and an owned",
      ],
      "adapters/http/tests/answers.test.ts": [
        "createHandler() answers a registration of anybody's address alike",
      ],
    },
  },
  {
    rows: ["R25"],
    file: "flows/change_email.ts",
    find: "const owner = holder?.verified ? holder : null;",
    replace:
      'const owner = holder?.verified ? holder : null;\n  if (owner !== null) throw new UserHarborError("email_taken", "Somebody has the address");',
    tests: { "adapters/http/tests/identity.test.ts": ["POST /email/change answers alike, byte for byte"] },
  },
  {
    rows: ["R29"],
    file: "adapters/memory/renaming.ts",
    find: "if (keyOwner !== from || (to !== from && tables.accounts.has(to))) {",
    replace: "if (keyOwner === to || (to !== from && tables.accounts.has(to))) {",
    tests: { "testing/store/renaming_cases.ts": ["setUsername() makes a name unique by its key"] },
  },
  {
    rows: ["R37", "R51"],
    file: "flows/_end_credentials.ts",
    find: "  await tx.removeEmailVerificationForUser(username);\n",
    replace: "",
    tests: {
      "tests/confirm_email_change.test.ts": ["a reset, a new password and a deletion end a pending change"],
      "tests/reset_password.test.ts": [
        "resetPassword() verifies an unverified account and ends its verification",
      ],
    },
  },
  {
    rows: ["R40", "R59"],
    file: "flows/confirm_email_change.ts",
    find: '        { kind: "email_changed", message: mailTo(user, context), context, user },\n',
    replace: "",
    tests: {
      "tests/confirm_email_change.test.ts": [
        "confirmEmailChange() moves the account, and tells the old address",
      ],
    },
  },
  {
    rows: ["R44", "R57"],
    file: "flows/delete_account.ts",
    find: "if (!await tx.removeSession(current.tokenHash)) refuseEndedSession(trace);",
    replace: "await tx.removeSession(current.tokenHash);",
    tests: {
      "tests/delete_account.test.ts": [
        "deleteAccount() by a session that is ended meanwhile deletes nothing",
      ],
    },
  },
  {
    rows: ["R46"],
    file: "primitives/tokens.ts",
    find: "crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))",
    replace: "crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).map((byte) => byte & 0x7f)",
    tests: { "tests/tokens.test.ts": ["makeToken() makes 100 000 tokens, all different"] },
  },
  {
    rows: ["R47", "R72"],
    file: "flows/_sessions.ts",
    find: "id: crypto.randomUUID(),",
    replace: "id: sessionToken.slice(0, 36),",
    tests: { "tests/tokens.test.ts": ["no token or password is ever given to the store"] },
  },
  {
    rows: ["R48"],
    file: "flows/verify_email.ts",
    find: '  if (user.verified) refuseToken(trace, "already_verified");\n',
    replace: "",
    also: [{
      file: "flows/verify_email.ts",
      find: "{ userId: user.id, verified: false, ...whileEnabled(harbor) }",
      replace: "{ userId: user.id, ...whileEnabled(harbor) }",
    }],
    tests: { "tests/confirm_email_change.test.ts": ["verifyEmail() takes no token that changes an address"] },
  },
  {
    rows: ["R50"],
    file: "flows/_stored_token.ts",
    find: "clock().getTime() < found.expiresAt.getTime()",
    replace: "clock().getTime() <= found.expiresAt.getTime()",
    tests: {
      "tests/reset_password.test.ts": ["resetPassword() ends with the token's last millisecond"],
      "tests/confirm_email_change.test.ts": ["confirmEmailChange() ends with the token's last millisecond"],
    },
  },
  {
    rows: ["R53", "R80"],
    file: "adapters/http/create_handler.ts",
    find: "if (request.method !== route.method) return",
    replace:
      'if (route.method !== request.method && request.method !== "GET" && request.method !== "HEAD") return',
    tests: {
      "adapters/http/tests/request_reading.test.ts": [
        "createHandler() answers 405 to every other method",
        "createHandler() never consumes a token on GET or HEAD",
      ],
    },
  },
  {
    rows: ["R59"],
    file: "flows/change_password.ts",
    find:
      '        mails: () => [{ kind: "password_changed", message: mailTo(user, context), context, user }],\n',
    replace: "",
    tests: {
      "tests/change_password.test.ts": ["changePassword() gives a fresh session and ends all earlier ones"],
    },
  },
  {
    rows: ["R64", "R50"],
    file: "flows/_sessions.ts",
    find: "(createdAt === undefined || now < createdAt.getTime() + sessionMaxAgeMs)",
    replace: "(createdAt === undefined || sessionMaxAgeMs > 0)",
    tests: { "tests/verify_session.test.ts": ["verifySession() ends with the maximum age"] },
  },
  {
    rows: ["R65"],
    file: "flows/change_email.ts",
    find: "const current = await requireStillOpen(tx, { session, trace });",
    replace: "const current = user;",
    tests: { "tests/change_email.test.ts": ["changeEmail() by a session ended meanwhile is refused"] },
  },
  {
    rows: ["R68"],
    file: "adapters/memory/sessions.ts",
    find: "session.id === id && session.username === username",
    replace: 'session.id === id && username !== ""',
    tests: {
      "testing/store/session_overview_cases.ts": ["removeSessionById() of another user's session is false"],
      "tests/revoke_sessions.test.ts": ["sessions.revoke() refuses every session of everybody else"],
      "adapters/http/tests/own_sessions.test.ts": ["POST /sessions/revoke answers alike, byte for byte"],
    },
  },
  {
    rows: ["R71"],
    file: "adapters/memory/sessions.ts",
    find:
      "  if (ifExpiresAt !== undefined && session.expiresAt.getTime() !== ifExpiresAt.getTime()) return false;\n",
    replace: "",
    tests: {
      "testing/store/session_cases.ts": ["refreshSession() with one ifExpiresAt is true for exactly one"],
    },
  },
  {
    rows: ["R73"],
    file: "adapters/http/session_cookie.ts",
    find: "HttpOnly; SameSite=Lax`;",
    replace: "SameSite=Lax`;",
    tests: {
      "adapters/http/tests/session_cookie.test.ts": [
        "createSessionCookie() sets and clears under exactly these attributes",
      ],
    },
  },
  {
    rows: ["R74"],
    file: "adapters/http/session_cookie.ts",
    find: "return others.length === 0 && SESSION_TOKEN.test(value)",
    replace: "return SESSION_TOKEN.test(value)",
    tests: { "adapters/http/tests/session_cookie.test.ts": ["read() is null for every tossed cookie"] },
  },
  {
    rows: ["R75"],
    file: "adapters/http/is_same_site_request.ts",
    find: 'return site === "same-origin";',
    replace: 'return site !== "cross-site";',
    tests: {
      "adapters/http/tests/cross_site_requests.test.ts": ["isSameSiteRequest() believes Sec-Fetch-Site"],
    },
  },
  {
    rows: ["R75"],
    file: "adapters/http/create_handler.ts",
    find: "if (!sessions.admits(request)) return refuseForeignPage();",
    replace: 'if (request.method === "") return refuseForeignPage();',
    tests: {
      "adapters/http/tests/cross_site_requests.test.ts": [
        "createHandler() judges 8 combinations of headers on every route",
      ],
    },
  },
  {
    rows: ["R76"],
    file: "adapters/http/read_fields.ts",
    find: "/^application\\/json[ \\t]*",
    replace: "/^(?:application\\/json|text\\/plain)[ \\t]*",
    tests: {
      "adapters/http/tests/request_reading.test.ts": ["createHandler() refuses every other content type"],
    },
  },
  {
    rows: ["R77"],
    file: "adapters/http/answers.ts",
    find: '  "cache-control": "no-store",\n',
    replace: '  "cache-control": "no-store",\n  "access-control-allow-origin": "*",\n',
    tests: {
      "adapters/http/tests/cross_site_requests.test.ts": [
        "createHandler() grants no other origin anything through CORS",
      ],
    },
  },
  {
    rows: ["R55", "R82"],
    file: "adapters/http/answers.ts",
    find: '  "cache-control": "no-store",\n',
    replace: "",
    tests: {
      "adapters/http/tests/answers.test.ts": ["createHandler() sends the same headers with every answer"],
    },
  },
  {
    rows: ["R83"],
    file: "adapters/http/answers.ts",
    find: 'if (!isUserHarborError(error)) return refuse("unavailable");',
    replace:
      'if (!isUserHarborError(error)) {\n    return jsonResponse({ detail: String(error), code: "unavailable" }, { status: 503 });\n  }',
    tests: {
      "adapters/http/tests/failing_ports.test.ts": ["createHandler() answers 503 to whatever a store throws"],
    },
  },
  {
    rows: ["R85"],
    file: "adapters/http/read_fields.ts",
    find: '    return JSON.parse(text);\n  } catch {\n    refuse("invalid_request");',
    replace: "    return JSON.parse(text);\n  } catch {\n    throw new SyntaxError();",
    tests: {
      "tests/properties/http_requests.test.ts": ["createHandler() neither rejects, fails nor writes"],
    },
  },
  {
    rows: ["R93"],
    file: "flows/reset_password.ts",
    find: "  await forgetPasswordAttempts(harbor, user);\n",
    replace: "",
    tests: { "tests/throttling_accounts.test.ts": ["resetPassword() lets the owner in at once"] },
  },
  {
    rows: ["R95"],
    file: "flows/send_password_reset.ts",
    find: "    await requireMailAttempt(harbor, { email: user.email, account });\n",
    replace: "",
    tests: {
      "tests/throttling_mail.test.ts": ["sendPasswordReset() by 1 000 clients mails an account 5 times"],
    },
  },
  {
    rows: ["R97"],
    file: "flows/_attempts.ts",
    find: 'if (!isUserHarborError(error) || error.code === "overloaded") return "not_served";',
    replace: 'if (!isUserHarborError(error)) return "refused";',
    tests: {
      "tests/throttling_failures.test.ts": ["what a database or a hasher fails for is nobody's failure"],
    },
  },
  {
    rows: ["R98"],
    file: "primitives/_bounded_counts.ts",
    find: "    if (this.size >= this.#maxKeys) this.#evict();\n",
    replace: "",
    tests: { "tests/memory_throttle.test.ts": ["reserve() of 10⁶ new keys keeps a bounded number"] },
  },
  {
    rows: ["R99"],
    file: "adapters/http/answers.ts",
    find: 'return refuse(error.code, { "retry-after": String(Math.ceil(error.retryAfterSeconds)) });',
    replace: "return refuse(error.code);",
    tests: {
      "adapters/http/tests/too_many_requests.test.ts": ["createHandler() answers 429 with Retry-After"],
    },
  },
  {
    rows: ["R117"],
    file: "flows/_known_context.ts",
    find: "printableText(given[name], MAX_LENGTHS[name])",
    replace: "given[name]",
    tests: { "tests/canaries.test.ts": ["no event and no record has a control"] },
  },
  {
    rows: ["R118"],
    file: "flows/_change.ts",
    find: "        await recordEvent(tx, { event, id });\n",
    replace: "        void [recordEvent, event, id];\n",
    tests: { "tests/audit_trail.test.ts": ["a record commits in the transaction of its change"] },
  },
  {
    rows: ["R119"],
    file: "adapters/memory/roles.ts",
    find: "return new Set(roles.flatMap((role) => [...tables.roles.get(role) ?? []]));",
    replace: 'return new Set(roles.length === 0 ? tables.permissions : tables.roles.get(roles[0] ?? ""));',
    tests: {
      "tests/permissions.test.ts": ["getPermissions() is the union over the roles"],
    },
  },
  {
    rows: ["R69"],
    file: "flows/require_fresh_session.ts",
    find: "if (!isFresh) {",
    replace: "if (!isFresh && createdAt === undefined) {",
    tests: {
      "adapters/http/tests/guards.test.ts": [
        "requireFreshUser() asks for the password anew",
        "a route that grants roles takes the permission and a fresh session",
      ],
    },
  },
  {
    rows: ["R27"],
    file: "flows/change_username.ts",
    find: '  await requireClientAttempt(harbor, { limit: "registrationsPerClient", context });\n',
    replace: "",
    tests: {
      "tests/throttling_usernames.test.ts": ["changeUsername() tells a client 20 times a minute"],
    },
  },
  {
    rows: ["R18"],
    file: "adapters/argon2/keyed_password_hasher.ts",
    find: 'return btoa(String.fromCharCode(...tag)).replaceAll("=", "");',
    replace: 'return tag.length > 0 ? password : "";',
    tests: { "adapters/argon2/keyed.test.ts": ["verify() takes the hash for nothing without the key"] },
  },
  {
    rows: ["R18"],
    file: "adapters/argon2/keyed_password_hasher.ts",
    find: "if (key === undefined) throw new Error",
    replace: 'if (key === undefined && passwordHash === "") throw new Error',
    also: [{
      file: "adapters/argon2/keyed_password_hasher.ts",
      find: "await keyed(password, key), stored.hash",
      replace: "await keyed(password, key ?? this.#current), stored.hash",
    }],
    tests: { "adapters/argon2/keyed.test.ts": ["verify() without the key that a hash names rejects"] },
  },
];

/** What tests on real servers prove as well. */
const ON_SERVERS: readonly RemovedFix[] = [
  {
    rows: ["V3", "V30", "R49"],
    file: RESET,
    find: `if (!await tx.removePasswordReset(reset.tokenHash)) refuseToken(trace, "used_token");`,
    replace: "await tx.removePasswordReset(reset.tokenHash);",
    tests: { "tests/services/races.test.ts": ["100 uses of one ${kind} token, at three processes"] },
  },
  {
    rows: ["V19", "V34", "R89"],
    file: "adapters/sql/sql_throttle.ts",
    find: "if (await changeCount({ key, before, after })(driver)) return;",
    replace: "await changeCount({ key, before, after })(driver);\n      if (key !== undefined) return;",
    tests: { "tests/services/races.test.ts": ["1 000 guesses at once, at three processes"] },
  },
  {
    rows: ["V12"],
    file: RESET,
    find:
      `if (!await tx.setPasswordHash(username, passwordHash, guard)) refuseToken(trace, "ended_meanwhile");`,
    replace: "await tx.setPasswordHash(username, await harbor.passwordHasher.hash(newPassword), guard);",
    tests: {
      "tests/services/single_connection.test.ts": ["no password is hashed and no mail sent in a transaction"],
    },
  },
];

const WAITS_FOR_EVER =
  "Without the fix it waits for a connection, and so does what stops its server; tests/faults.test.ts shows the same.";
const MEASURES = "It measures, for which everything else has to be quiet; other tests count what it times.";

/** Tests that prove a lesson and are not in these lists. */
const UNSEEN: Readonly<Record<string, string>> = {
  "every flow on a pool of one connection": WAITS_FOR_EVER,
  "twenty people at once on a pool of one connection": WAITS_FOR_EVER,
  "over many pairs ${scenario.name} take equally long": MEASURES,
};

/** All that is shown so far: what was shown once stays shown. */
const REQUIRED: readonly string[] = [
  "R1",
  "R2",
  "R3",
  "R4",
  "R5",
  "R6",
  "R7",
  "R10",
  "R11",
  "R12",
  "R13",
  "R14",
  "R15",
  "R17",
  "R18",
  "R19",
  "R20",
  "R22",
  "R23",
  "R24",
  "R25",
  "R27",
  "R28",
  "R29",
  "R31",
  "R32",
  "R33",
  "R36",
  "R37",
  "R38",
  "R39",
  "R40",
  "R42",
  "R43",
  "R44",
  "R46",
  "R47",
  "R48",
  "R49",
  "R50",
  "R51",
  "R52",
  "R53",
  "R54",
  "R55",
  "R57",
  "R59",
  "R63",
  "R64",
  "R65",
  "R67",
  "R68",
  "R69",
  "R71",
  "R72",
  "R73",
  "R74",
  "R75",
  "R76",
  "R77",
  "R79",
  "R80",
  "R81",
  "R82",
  "R83",
  "R84",
  "R85",
  "R86",
  "R87",
  "R88",
  "R89",
  "R90",
  "R91",
  "R92",
  "R93",
  "R94",
  "R95",
  "R96",
  "R97",
  "R98",
  "R99",
  "R117",
  "R118",
  "R119",
];

/** What is taken out of this project. */
export const OWN_FIX_PROOFS: FixProofs = {
  fixes: [
    ...TOKENS,
    ...ENDINGS,
    ...REQUESTS,
    ...NAMES,
    ...PASSWORDS,
    ...LIMITS,
    ...REQUIREMENTS,
    ...ON_SERVERS,
  ],
  required: REQUIRED,
  lessons: 51,
  notHere: NOT_HERE,
  unseen: UNSEEN,
};
