import assert from "node:assert/strict";
import { test } from "node:test";
import { type HarborEvent, isUserHarborError, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender, TestClock } from "@userharbor/core/testing";
import { createHandler } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";
import { requestOf } from "./_curl.ts";
import { codeBlocks, readProjectFile } from "./_markdown.ts";

const PASSWORD = "seven quiet otters at dawn";
const NEW_PASSWORD = "another horse, another staple";
const UNKNOWN_TOKEN = "x".repeat(43);

/** Ada, as far as she has got; from "verified" on Bob waits for his mail, and Ada is an editor who may publish. */
class World {
  readonly sender = new RecordingEmailSender();
  readonly events: HarborEvent[] = [];
  readonly harbor = new UserHarbor({
    store: new MemoryUserStore(),
    emailSender: this.sender,
    passwordHasher: new FastPasswordHasher(),
    clock: new TestClock(new Date("2026-01-01T09:00:00.000Z")).now,
    onEvent: (event) => this.events.push(event),
  });
  session = UNKNOWN_TOKEN;
  sessionId = "";
  verificationToken = UNKNOWN_TOKEN;
  resetToken = UNKNOWN_TOKEN;
  emailChangeToken = UNKNOWN_TOKEN;

  async register(username: string): Promise<void> {
    const email = `${username}@example.org`;
    await this.harbor.register({ username, email, password: PASSWORD });
    await this.harbor.settled();
    this.verificationToken = this.sender.tokenFor("verification", email);
  }

  async verify(): Promise<void> {
    const { harbor, sender } = this;
    await harbor.verifyEmail(this.verificationToken);
    this.session = (await harbor.login({ username: "ada", password: PASSWORD })).sessionToken;
    this.sessionId = (await harbor.sessions.list(this.session))[0]?.id ?? assert.fail();
    await harbor.changeEmail({
      sessionToken: this.session,
      password: PASSWORD,
      newEmail: "ada@example.net",
    });
    await harbor.sendPasswordReset("ada@example.org");
    await harbor.roles.create("editor");
    await harbor.permissions.create("articles.publish");
    await harbor.roles.grantPermission("editor", "articles.publish");
    await harbor.grantRole("ada", "editor");
    await this.register("bob");
    this.emailChangeToken = sender.tokenFor("email_change", "ada@example.net");
    this.resetToken = sender.tokenFor("password_reset", "ada@example.org");
  }
}

async function openWorld(stage: "nobody" | "registered" | "verified"): Promise<World> {
  const world = new World();
  if (stage !== "nobody") await world.register("ada");
  if (stage === "verified") await world.verify();
  world.sender.sent.length = 0;
  world.events.length = 0;
  return world;
}

/** What the page says about one operation. */
interface Documented {
  readonly name: string;
  /** In the order in which they are judged. */
  readonly refusals: readonly string[];
  /** The methods of the sender when all goes well. */
  readonly mails: readonly string[];
}

const PAGE = readProjectFile("docs/operations.md");

const DOCUMENTED: readonly Documented[] = PAGE.split(/^### /m).slice(1).map((section) => ({
  name: /^\S+/.exec(section)?.[0] ?? "",
  refusals: quoted(/^- \*\*Refusals, in order:\*\*([^.]*)\./m.exec(section)?.[1]),
  mails: quoted(/^- \*\*Mail:\*\*([^.]*)\./m.exec(section)?.[1] ?? ""),
}));

function quoted(text: string | undefined): string[] {
  assert.ok(text !== undefined);
  return [...text.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
}

/** The value that goes with the first of the faults. */
type Pick = (values: Readonly<Record<string, string>>, otherwise: string) => string;

/** Each operation, called so that everything it could refuse for is wrong, as far as it is asked to be. */
const CALLS: Readonly<Record<string, (world: World, pick: Pick) => Promise<unknown>>> = {
  "register": ({ harbor }, pick) =>
    harbor.register({
      username: pick({ invalid_username: "a b", username_taken: "ADA" }, "grace"),
      email: pick({ invalid_email: "grace" }, "grace@example.org"),
      password: pick({ weak_password: "short" }, PASSWORD),
    }),
  "verifyEmail": ({ harbor, verificationToken }, pick) =>
    harbor.verifyEmail(pick({ invalid_verification_token: UNKNOWN_TOKEN }, verificationToken)),
  "resendVerification": ({ harbor }) => harbor.resendVerification("bob@example.org"),
  "changeEmail": ({ harbor, session }, pick) =>
    harbor.changeEmail({
      sessionToken: sessionFor(session, pick),
      password: passwordFor(pick),
      newEmail: pick({ invalid_email: "ada" }, "ada@example.com"),
    }),
  "confirmEmailChange": ({ harbor, emailChangeToken }, pick) =>
    harbor.confirmEmailChange(pick({ invalid_email_change_token: UNKNOWN_TOKEN }, emailChangeToken)),
  "changeUsername": ({ harbor, session }, pick) =>
    harbor.changeUsername({
      sessionToken: sessionFor(session, pick),
      password: passwordFor(pick),
      newUsername: pick({ invalid_username: "a b", username_taken: "BOB" }, "lovelace"),
    }),
  "deleteAccount": ({ harbor, session }, pick) =>
    harbor.deleteAccount({ sessionToken: sessionFor(session, pick), password: passwordFor(pick) }),
  "login": ({ harbor }, pick) =>
    harbor.login({ username: pick({ unverified_user: "bob" }, "ada"), password: passwordFor(pick) }),
  "verifySession": ({ harbor, session }) => harbor.verifySession(session),
  "getCurrentUser": ({ harbor, session }, pick) => harbor.getCurrentUser(sessionFor(session, pick)),
  "logout": ({ harbor, session }, pick) => harbor.logout(sessionFor(session, pick)),
  "logoutAll": ({ harbor, session }, pick) => harbor.logoutAll(sessionFor(session, pick)),
  "sessions.list": ({ harbor, session }, pick) => harbor.sessions.list(sessionFor(session, pick)),
  "sessions.revoke": ({ harbor, session, sessionId }, pick) =>
    harbor.sessions.revoke({
      sessionToken: sessionFor(session, pick),
      sessionId: pick({ unknown_session: "unknown" }, sessionId),
    }),
  "sessions.revokeOthers": ({ harbor, session }, pick) =>
    harbor.sessions.revokeOthers(sessionFor(session, pick)),
  "sessions.reauthenticate": ({ harbor, session }, pick) =>
    harbor.sessions.reauthenticate({ sessionToken: sessionFor(session, pick), password: passwordFor(pick) }),
  "sessions.requireFresh": ({ harbor, session }, pick) =>
    harbor.sessions.requireFresh({
      sessionToken: sessionFor(session, pick),
      // Too short for any session, however young.
      maxAgeSeconds: Number(pick({ reauthentication_required: `${Number.MIN_VALUE}` }, "600")),
    }),
  "sendPasswordReset": ({ harbor }) => harbor.sendPasswordReset("ada@example.org"),
  "resetPassword": ({ harbor, resetToken }, pick) =>
    harbor.resetPassword({
      resetToken: pick({ invalid_password_reset_token: UNKNOWN_TOKEN }, resetToken),
      newPassword: pick({ weak_password: "short" }, NEW_PASSWORD),
    }),
  "changePassword": ({ harbor, session }, pick) =>
    harbor.changePassword({
      sessionToken: sessionFor(session, pick),
      oldPassword: passwordFor(pick),
      newPassword: pick({ weak_password: "short" }, NEW_PASSWORD),
    }),
  "users.create": ({ harbor }, pick) => {
    const password = pick({ weak_password: "short" }, "");
    return harbor.users.create({ ...newcomer(pick), ...(password === "" ? {} : { password }) });
  },
  "users.import": ({ harbor }, pick) => harbor.users.import({ ...newcomer(pick), passwordHash: "$foreign$" }),
  "users.get": ({ harbor }) => harbor.users.get("ada"),
  "users.list": ({ harbor }) => harbor.users.list(),
  "users.disable": ({ harbor }, pick) => harbor.users.disable(userFor(pick)),
  "users.enable": ({ harbor }, pick) => harbor.users.enable(userFor(pick)),
  "users.requirePasswordChange": ({ harbor }, pick) => harbor.users.requirePasswordChange(userFor(pick)),
  "users.forceReset": ({ harbor }, pick) => harbor.users.forceReset(userFor(pick)),
  "users.revokeSessions": ({ harbor }, pick) => harbor.users.revokeSessions(userFor(pick)),
  "users.delete": ({ harbor }, pick) => harbor.users.delete(userFor(pick)),
  "grantRole": ({ harbor }, pick) => harbor.grantRole(userFor(pick), roleFor(pick)),
  "revokeRole": ({ harbor }, pick) => harbor.revokeRole(userFor(pick), roleFor(pick)),
  "getRoles": ({ harbor }, pick) => harbor.getRoles(userFor(pick)),
  "getPermissions": ({ harbor }, pick) => harbor.getPermissions(userFor(pick)),
  "hasRole": ({ harbor, session }, pick) => harbor.hasRole(session, roleFor(pick)),
  "hasPermission": ({ harbor, session }, pick) => harbor.hasPermission(session, permissionFor(pick)),
  "requireRole": ({ harbor, session }, pick) => harbor.requireRole(sessionFor(session, pick), roleFor(pick)),
  "requirePermission": ({ harbor, session }, pick) =>
    harbor.requirePermission(sessionFor(session, pick), permissionFor(pick)),
  "roles.create": ({ harbor }, pick) =>
    harbor.roles.create(pick({ invalid_role: "Editor", role_already_exists: "editor" }, "auditor")),
  "roles.delete": ({ harbor }, pick) => harbor.roles.delete(roleFor(pick)),
  "roles.list": ({ harbor }) => harbor.roles.list(),
  "roles.grantPermission": ({ harbor }, pick) =>
    harbor.roles.grantPermission(roleFor(pick), permissionFor(pick)),
  "roles.revokePermission": ({ harbor }, pick) =>
    harbor.roles.revokePermission(roleFor(pick), permissionFor(pick)),
  "roles.permissions": ({ harbor }, pick) => harbor.roles.permissions(roleFor(pick)),
  "permissions.create": ({ harbor }, pick) =>
    harbor.permissions.create(
      pick({ invalid_permission: "publish", permission_already_exists: "articles.publish" }, "articles.read"),
    ),
  "permissions.delete": ({ harbor }, pick) => harbor.permissions.delete(permissionFor(pick)),
  "permissions.list": ({ harbor }) => harbor.permissions.list(),
  "purgeExpired": ({ harbor }) => harbor.purgeExpired(),
  "diagnose": ({ harbor }) => harbor.diagnose(),
};

function newcomer(pick: Pick) {
  return {
    username: pick({ invalid_username: "a b", username_taken: "ADA" }, "grace"),
    email: pick({ invalid_email: "grace", email_taken: "ADA@example.org" }, "grace@example.org"),
  };
}

function sessionFor(session: string, pick: Pick): string {
  return pick({ invalid_session_token: UNKNOWN_TOKEN }, session);
}

function passwordFor(pick: Pick): string {
  return pick({ invalid_credentials: "wrong horse battery staple" }, PASSWORD);
}

function userFor(pick: Pick): string {
  return pick({ unknown_user: "nobody" }, "ada");
}

function roleFor(pick: Pick): string {
  return pick({ invalid_role: "Editor", unknown_role: "auditor", permission_denied: "auditor" }, "editor");
}

function permissionFor(pick: Pick): string {
  const wrong = { invalid_permission: "publish", unknown_permission: "a.b", permission_denied: "a.b" };
  return pick(wrong, "articles.publish");
}

function call(world: World, name: string, faults: readonly string[]): Promise<unknown> {
  const pick: Pick = (values, otherwise) => {
    const fault = Object.keys(values).find((each) => faults.includes(each));
    return (fault === undefined ? undefined : values[fault]) ?? otherwise;
  };
  return CALLS[name]?.(world, pick) ?? assert.fail(`no such operation: ${name}`);
}

const MAILS: Readonly<Record<string, string>> = {
  verification: "sendVerification",
  password_reset: "sendPasswordReset",
  email_verified: "sendEmailVerified",
  password_changed: "sendPasswordChanged",
  account_deleted: "sendAccountDeleted",
  address_in_use: "sendAddressInUse",
  email_change: "sendEmailChange",
  email_changed: "sendEmailChanged",
  username_changed: "sendUsernameChanged",
  invitation: "sendInvitation",
};

/** Every operation that a harbor has, by name. */
function operations({ harbor }: World): string[] {
  const own = Object.getOwnPropertyNames(UserHarbor.prototype);
  return [
    ...own.filter((name) => name !== "constructor" && name !== "settled"),
    ...Object.keys(harbor.sessions).map((name) => `sessions.${name}`),
    ...Object.keys(harbor.users).map((name) => `users.${name}`),
    ...Object.keys(harbor.roles).map((name) => `roles.${name}`),
    ...Object.keys(harbor.permissions).map((name) => `permissions.${name}`),
  ].sort();
}

test("operations.md describes each operation once", () => {
  const names = operations(new World());
  assert.ok(names.length >= 32);
  assert.deepEqual(DOCUMENTED.map(({ name }) => name).sort(), names);
  assert.deepEqual(Object.keys(CALLS).sort(), names);
});

for (const { name, refusals, mails } of DOCUMENTED) {
  test(`operations.md: ${name}() refuses with ${refusals.join(", ") || "nothing"}, in this order`, async () => {
    for (const [index, code] of refusals.entries()) {
      const world = await openWorld("verified");
      await assert.rejects(
        call(world, name, refusals.slice(index)),
        (error) => isUserHarborError(error) && error.code === code,
        code,
      );
      await world.harbor.settled();
      assert.deepEqual(world.sender.sent, []);
    }
  });

  test(`operations.md: ${name}() sends ${mails.join(", ") || "nothing"} when all goes well`, async () => {
    const world = await openWorld("verified");
    await call(world, name, []);
    await world.harbor.settled();
    assert.deepEqual(world.sender.sent.map(({ kind }) => MAILS[kind]), mails);
    const operation = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    assert.deepEqual(world.events.map((event) => [event.name, event.outcome]), [[operation, "succeeded"]]);
  });
}

test("operations.md: hasRole() and hasPermission() are false for a bad session before the name is judged", async () => {
  const { harbor } = await openWorld("verified");
  assert.equal(await harbor.hasRole(UNKNOWN_TOKEN, "Editor"), false);
  assert.equal(await harbor.hasPermission(UNKNOWN_TOKEN, "publish"), false);
});

/** How far Ada has to be for a documented request; otherwise she is verified. */
const STAGES: Readonly<Record<string, "nobody" | "registered">> = {
  "/auth/register": "nobody",
  "/auth/verify-email": "registered",
  "/auth/resend-verification": "registered",
};

/** Which token a documented request is made with; otherwise the one that verifies. */
const MAILED_TOKENS: Readonly<Record<string, (world: World) => string>> = {
  "/auth/password-reset/confirm": ({ resetToken }) => resetToken,
  "/auth/email/change/confirm": ({ emailChangeToken }) => emailChangeToken,
};

const ROUTES = [
  "DELETE /account",
  "GET /me",
  "GET /sessions",
  "POST /email/change",
  "POST /email/change/confirm",
  "POST /login",
  "POST /logout",
  "POST /logout-all",
  "POST /password-reset/confirm",
  "POST /password-reset/request",
  "POST /password/change",
  "POST /reauthenticate",
  "POST /register",
  "POST /resend-verification",
  "POST /sessions/revoke",
  "POST /sessions/revoke-others",
  "POST /username/change",
  "POST /verify-email",
];

/** Named once, above the first answer. */
const OF_EVERY_ANSWER = new Set([
  "content-type: application/json; charset=utf-8",
  "cache-control: no-store",
  "x-content-type-options: nosniff",
  "referrer-policy: no-referrer",
]);

/** Requests and their answers; the chapter on events has code, which runs as every other. */
const EXCHANGES = codeBlocks("docs/operations.md").filter(({ language }) => language !== "ts");

test("operations.md shows an answer for each request, and a success for each of the eighteen routes", () => {
  const languages = EXCHANGES.map(({ language }) => language);
  assert.deepEqual(languages, languages.map((_, index) => index % 2 === 0 ? "sh" : "http"));
  const successes = EXCHANGES.filter((_, index) => EXCHANGES[index + 1]?.text.startsWith("HTTP/1.1 2"));
  const shown = successes.map(({ text }) => {
    const { method, url } = requestOf(text, { SESSION: UNKNOWN_TOKEN, TOKEN: UNKNOWN_TOKEN, SESSION_ID: "" });
    return `${method} ${new URL(url).pathname.replace("/auth", "")}`;
  });
  assert.deepEqual(shown.sort(), ROUTES);
});

for (const [index, { language, line, text }] of EXCHANGES.entries()) {
  if (language !== "sh") continue;
  test(`operations.md, line ${line}: the request gets the answer below it`, async () => {
    const { status, headers, body } = await answerTo(text);
    const [head = "", documentedBody] = EXCHANGES[index + 1]?.text.split("\n\n") ?? [];
    const [statusLine = "", ...headerLines] = head.split("\n");
    assert.equal(String(status), /^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    const shown = [...headers].filter((header) => !OF_EVERY_ANSWER.has(header.join(": ")));
    assert.deepEqual(shown.map((header) => header.join(": ")), headerLines);
    assert.equal(body, documentedBody);
  });
}

test("the requests of getting-started.md and of the README of http get a success", async () => {
  const commands = ["docs/getting-started.md", "adapters/http/README.md"].flatMap(codeBlocks)
    .filter(({ language }) => language === "sh").flatMap(({ text }) => text.split("\n\n"))
    .filter((command) => command.startsWith("curl"));
  assert.ok(commands.length >= 7);
  for (const command of commands) {
    const spelt = command.replace("https://example.org", "http://127.0.0.1:8000")
      .replace("<from the mail>", "'$TOKEN'").replace(/'([^'\n]*)<access_token>'/, '"$1$SESSION"');
    assert.match(String((await answerTo(spelt)).status), /^20[01]$/, command);
  }
});

async function answerTo(
  command: string,
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: string }> {
  const { pathname } = new URL(/http:\/\/[^\s'"]+/.exec(command)?.[0] ?? "");
  const world = await openWorld(STAGES[pathname] ?? "verified");
  const TOKEN = MAILED_TOKENS[pathname]?.(world) ?? world.verificationToken;
  const handle = createHandler(world.harbor, { basePath: "/auth" });
  const answer = await handle(
    requestOf(command, { SESSION: world.session, TOKEN, SESSION_ID: world.sessionId }),
  );
  assert.ok(answer !== null, "outside the base path");
  const body = (await answer.text()).replace(/(?<=")[\w-]{43}(?=")/g, "<session token>")
    .replace(/(?<="id":")[\w-]{36}(?=")/g, "<session id>");
  await world.harbor.settled();
  return { status: answer.status, headers: answer.headers, body };
}
