import assert from "node:assert/strict";
import { isUserHarborError } from "@userharbor/core";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Application, PASSWORD } from "./_accounts.ts";
import { Cli } from "./_cli.ts";

/** A database with its tables, and the application on it. */
async function open(cli: Cli): Promise<Application> {
  await cli.text(["migrate"]);
  return new Application(cli.database);
}

/** The clock of both, and a password that is piped in. */
function piped({ clock }: Application, input: string) {
  return { clock: clock.now, stdin: () => Promise.resolve(input) };
}

function isRefusal(code: string): (error: unknown) => boolean {
  return (error) => isUserHarborError(error) && error.code === code;
}

test("users create makes an account whose password nobody knows, and forgot password opens it", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const { harbor, emailSender, clock } = application;
  const told = await cli.text(["users", "create", "Ada", "ADA@example.org"], { clock: clock.now });
  assert.match(told, /^Made Ada\nNo mail was sent: .*"forgot password", before .* lapses\n$/);
  await harbor.sendPasswordReset("ada@example.org");
  await harbor.settled();
  const resetToken = emailSender.tokenFor("password_reset", "ada@example.org");
  await harbor.resetPassword({ resetToken, newPassword: PASSWORD });
  const { user } = await harbor.login({ username: "ada", password: PASSWORD });
  assert.deepEqual([user.username, user.email, user.verified], ["Ada", "ada@example.org", true]);
});

test("users create tells programs what it made, and which mail nobody was sent", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const io = { clock: application.clock.now };
  const { user, notMailed } = Object(await cli.json(["users", "create", "ada", "ada@example.org"], io));
  assert.match(user.id, /^[0-9a-f-]{36}$/);
  assert.deepEqual({ ...user, id: "" }, {
    id: "",
    username: "ada",
    email: "ada@example.org",
    verified: false,
    disabled: false,
    mustChangePassword: false,
    createdAt: application.clock.now().toISOString(),
  });
  assert.deepEqual(notMailed, ["invitation"]);
  const bob = Object(await cli.json(["users", "create", "bob", "bob@example.org", "--verified"], io));
  assert.equal(bob.user.verified, true);
});

test("users create takes a password from stdin alone, and it has to be changed", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const { harbor } = application;
  for (const [username, lineBreak] of [["ada", "\n"], ["bob", "\r\n"], ["eve", ""]] as const) {
    const args = ["users", "create", username, `${username}@example.org`, "--verified", "--password-stdin"];
    const told = await cli.text(args, piped(application, `${PASSWORD}${lineBreak}`));
    assert.match(told, /has to be changed at the first login\n$/);
    const { sessionToken, user } = await harbor.login({ username, password: PASSWORD });
    assert.equal(user.mustChangePassword, true);
    await assert.rejects(harbor.getCurrentUser(sessionToken), isRefusal("password_change_required"));
  }
  const unverified = ["users", "create", "kim", "kim@example.org", "--password-stdin"];
  assert.match(await cli.text(unverified, piped(application, PASSWORD)), /new verification mail/);
});

test("users create refuses no password, two lines, a terminal and a weak one, and makes no account (R1)", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const args = ["users", "create", "ada", "ada@example.org", "--password-stdin"];
  const usage = { exitCode: 2, code: "usage" } as const;
  await cli.fails(args, { ...usage, remedy: /no password came/ }, piped(application, "\n"));
  await cli.fails(args, { ...usage, remedy: /more than one line/ }, piped(application, `${PASSWORD}\n\n`));
  await cli.fails(args, { ...usage, remedy: /pipe the password in/ }, { stdin: null });
  const weak = { exitCode: 1, code: "weak_password", remedy: /\(too_short\)/ } as const;
  await cli.fails(args, weak, piped(application, "short\n"));
  assert.equal(application.count("userharbor_users"), 0);
});

test("users create refuses what is malformed or somebody's, and makes no account (I1)", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  await application.verified("ada");
  const io = { clock: application.clock.now };
  const refused: readonly (readonly [args: string, code: string])[] = [
    ["a eve@example.org", "invalid_username"],
    ["eve@example.org eve@example.org", "invalid_username"],
    ["eve eve", "invalid_email"],
    ["ADA eve@example.org", "username_taken"],
    ["eve ADA@example.org", "email_taken"],
  ];
  for (const [args, code] of refused) {
    await cli.fails(["users", "create", ...args.split(" ")], { exitCode: 1, code, remedy: /Cannot / }, io);
  }
  assert.equal(application.count("userharbor_users"), 1);
  assert.equal((await harborUser(application, "ada")).email, "ada@example.org");
});

test("users list shows every account once, a page at a time, and by the start of a name or address", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const io = { clock: application.clock.now };
  assert.equal(await cli.text(["users", "list"], io), "No accounts\n");
  assert.deepEqual(await cli.json(["users", "list"], io), { users: [], nextCursor: null });
  for (const name of ["carol", "ada", "bob"]) await application.registered(name);
  await application.verified("dan");
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const next: readonly string[] = cursor === "" ? [] : ["--cursor", cursor];
    const page = Object(await cli.json(["users", "list", "--limit", "3", ...next], io));
    names.push(...page.users.map(({ username }: { readonly username: string }) => username));
    cursor = page.nextCursor;
  }
  assert.deepEqual(names, ["ada", "bob", "carol", "dan"]);
  const { users } = Object(await cli.json(["users", "list", "--starts-with", "CAROL@"], io));
  assert.deepEqual(users.map(({ email }: { readonly email: string }) => email), ["carol@example.org"]);
  const text = await cli.text(["users", "list", "--limit", "3"], io);
  const [heading, ada, , , more] = text.split("\n");
  assert.match(heading ?? "", /^USERNAME +EMAIL +STATE +CREATED$/);
  assert.match(ada ?? "", /^ada +ada@example\.org +unverified +2026-01-01$/);
  assert.match(more ?? "", /^There are more: --cursor \S+$/);
  const usage = { exitCode: 2, code: "usage", remedy: /--cursor must be what the end of the page/ } as const;
  await cli.fails(["users", "list", "--cursor", "carol!"], usage, io);
});

test("users list shows accounts that the application may already take for lapsed", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  await application.registered("ada");
  application.clock.advanceSeconds(400 * 86_400);
  const { users } = Object(await cli.json(["users", "list"], { clock: application.clock.now }));
  assert.equal(users.length, 1);
});

test("users list lets no row write to the terminal but text", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  await application.registered("ada");
  const database = new DatabaseSync(cli.database);
  database.exec("UPDATE userharbor_users SET email = 'a' || char(27) || '[2J' || char(8238) || '@b'");
  database.close();
  const text = await cli.text(["users", "list"], { clock: application.clock.now });
  assert.match(text, /a\uFFFD\[2J\uFFFD@b/);
  for (const hidden of ["\u001b", "\u202e"]) assert.equal(text.includes(hidden), false);
});

test("users disable ends what the person is in, and users enable lets the person in again", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const io = { clock: application.clock.now };
  await application.verified("ada");
  const session = await application.login("ada");
  assert.equal(await cli.text(["users", "disable", "ADA"], io), "ADA is disabled\n");
  assert.equal(await application.harbor.verifySession(session), false);
  await assert.rejects(application.login("ada"), isRefusal("invalid_credentials"));
  assert.match(await cli.text(["users", "list"], io), /^ada .* disabled /m);
  assert.equal(await cli.text(["users", "enable", "ada"], io), "ada is enabled\n");
  assert.equal(await application.harbor.verifySession(session), false);
  assert.equal(await application.harbor.verifySession(await application.login("ada")), true);
});

test("users force-reset makes the password useless, and forgot password sets another", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const { harbor, emailSender, clock } = application;
  await application.verified("ada");
  const session = await application.login("ada");
  const told = Object(await cli.json(["users", "force-reset", "ada"], { clock: clock.now }));
  assert.deepEqual(told, { username: "ada", notMailed: ["password_reset"] });
  assert.equal(await harbor.verifySession(session), false);
  await assert.rejects(application.login("ada"), isRefusal("invalid_credentials"));
  await harbor.sendPasswordReset("ada@example.org");
  await harbor.settled();
  const resetToken = emailSender.tokenFor("password_reset", "ada@example.org");
  await harbor.resetPassword({ resetToken, newPassword: PASSWORD });
  assert.equal(await harbor.verifySession(await application.login("ada")), true);
});

test("users delete removes an account, but not without --yes (I4)", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  const io = { clock: application.clock.now };
  await application.verified("ada");
  await application.login("ada");
  const remedy = /ada would be deleted for good: add --yes/;
  await cli.fails(["users", "delete", "ada"], { exitCode: 2, code: "usage", remedy }, io);
  assert.equal((await harborUser(application, "ada")).verified, true);
  const told = Object(await cli.json(["users", "delete", "ada", "--yes"], io));
  assert.deepEqual(told, { username: "ada", notMailed: ["account_deleted"] });
  for (const table of ["users", "sessions"]) assert.equal(application.count(`userharbor_${table}`), 0);
});

test("commands on an account refuse one that is not there, and change nothing", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  await application.verified("ada");
  const before = await harborUser(application, "ada");
  const failure = { exitCode: 1, code: "unknown_user", remedy: /"userharbor users list"/ } as const;
  for (const command of ["disable", "enable", "force-reset"]) {
    await cli.fails(["users", command, "eve"], failure);
  }
  await cli.fails(["users", "delete", "eve", "--yes"], failure);
  assert.deepEqual(await harborUser(application, "ada"), before);
  assert.equal(application.count("userharbor_users"), 1);
});

test("every command that changes accounts is recorded with who acted, and none that reads is (R118)", async () => {
  using cli = new Cli();
  await using application = await open(cli);
  await application.harbor.roles.create("admin");
  const clock = application.clock.now;
  const environment = { USERHARBOR_DATABASE: cli.database, USERHARBOR_ACTOR: "grace@ops" };
  await cli.text(["users", "create", "ada", "ada@example.org"], { clock });
  const commands = [
    "users list",
    "roles list",
    "doctor",
    "purge",
    "users disable ada",
    "users enable ada",
    "users force-reset ada",
    "roles grant ada admin",
    "roles revoke ada admin",
    "users delete ada --yes",
  ];
  for (const command of commands) await cli.text(command.split(" "), { clock, environment });
  const database = new DatabaseSync(cli.database);
  const records = database.prepare("SELECT body FROM userharbor_records ORDER BY rowid").all()
    .map(({ body }) => JSON.parse(String(body)));
  database.close();
  assert.deepEqual(records.map(({ name, username, context }) => `${name} ${username} ${context.actor}`), [
    "users.create ada userharbor-cli",
    "users.disable ada grace@ops",
    "users.enable ada grace@ops",
    "users.force_reset ada grace@ops",
    "grant_role ada grace@ops",
    "revoke_role ada grace@ops",
    "users.delete ada grace@ops",
  ]);
});

async function harborUser({ harbor }: Application, username: string) {
  return await harbor.users.get(username) ?? assert.fail(`${username} is gone`);
}
