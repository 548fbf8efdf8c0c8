import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import process from "node:process";
import test from "node:test";
import { isUserHarborError, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { createPasswordPolicy, listCommonPasswords } from "@userharbor/password-policy";

/** R7 asks for every entry; all of them on every path take a while, hence in the long run alone. */
const EVERY = process.env["LONG_RUN_SHARE"] === undefined ? 60 : 1;

/** What a bundle carries beside its main file, unminified; R7 sets none, this is ours. */
const MAX_LAZY_BYTES = 60_000;

const GOOD = "seven quiet otters";
const OWNER = { username: "noah", email: "noah@example.org" };

/** The files that importing `from` loads, by `import` and `export … from`. */
function loadedBy(
  from: string,
  pattern = /(?:\bfrom|^import)\s+"(\.[^"]+)"/gm,
  seen = new Set<string>(),
): Set<string> {
  if (seen.has(from)) return seen;
  seen.add(from);
  const text = readFileSync(new URL(`../${from}`, import.meta.url), "utf8").replace(/\bimport type .*;/g, "");
  for (const [, specifier = ""] of text.matchAll(pattern)) {
    loadedBy(specifier.replace("./", ""), pattern, seen);
  }
  return seen;
}

test("listCommonPasswords() has 3 000 distinct passwords and more, all as long as the policy asks for (R7)", async () => {
  const listed = [...await listCommonPasswords()];
  assert.ok(listed.length >= 3_000);
  assert.equal(new Set(listed).size, listed.length);
  assert.deepEqual(listed.filter((password) => [...password].length < 15), []);
  assert.deepEqual(listed.filter((password) => [...password].length > 256), []);
});

test("createPasswordPolicy() refuses every listed password as common (R7)", async () => {
  const judge = createPasswordPolicy();
  const accepted: string[] = [];
  for (const password of await listCommonPasswords()) {
    if (await judge(password, OWNER) !== "common") accepted.push(password);
  }
  assert.deepEqual(accepted, []);
});

test("every operation that sets a password refuses listed ones, changing nothing (R7)", async () => {
  const listed = [...await listCommonPasswords()].filter((_, index) => index % EVERY === 0);
  assert.ok(listed.length > 250);
  const emailSender = new RecordingEmailSender();
  const passwordHasher = new FastPasswordHasher();
  const store = new MemoryUserStore();
  const harbor = new UserHarbor({
    store,
    emailSender,
    passwordHasher,
    passwordValidator: createPasswordPolicy(),
  });
  await harbor.register({ ...OWNER, password: GOOD });
  await harbor.settled();
  await harbor.verifyEmail(emailSender.tokenFor("verification", OWNER.email));
  const { sessionToken } = await harbor.login({ username: OWNER.username, password: GOOD });
  await harbor.sendPasswordReset(OWNER.email);
  await harbor.settled();
  const resetToken = emailSender.tokenFor("password_reset", OWNER.email);

  const hash = await store.getPasswordHash(OWNER.username);
  const before = [emailSender.sent.length, passwordHasher.hashed];
  const paths: Readonly<Record<string, (password: string) => Promise<unknown>>> = {
    register: (password) => harbor.register({ username: "newcomer", email: "new@example.org", password }),
    changePassword: (newPassword) => harbor.changePassword({ sessionToken, oldPassword: GOOD, newPassword }),
    resetPassword: (newPassword) => harbor.resetPassword({ resetToken, newPassword }),
    "users.create": (password) =>
      harbor.users.create({ username: "newcomer", email: "new@example.org", password }),
  };
  for (const [path, set] of Object.entries(paths)) {
    for (const password of listed) {
      await assert.rejects(set(password), (error) => {
        assert.ok(isUserHarborError(error), `${path}: ${password}`);
        assert.deepEqual([error.code, error.reason], ["weak_password", "common"], `${path}: ${password}`);
        return true;
      }, `${path}: ${password}`);
    }
  }
  await harbor.settled();
  assert.deepEqual([emailSender.sent.length, passwordHasher.hashed], before);
  assert.equal(await store.getPasswordHash(OWNER.username), hash);
  assert.equal(await store.getUserByUsername("newcomer"), null);
  assert.equal(await harbor.verifySession(sessionToken), true);
  await harbor.resetPassword({ resetToken, newPassword: "eleven loud herons" });
});

test("createPasswordPolicy() knows listed words respelled, repeated, joined and decorated (R7)", async () => {
  const judge = createPasswordPolicy();
  const refused = [
    "P@ssw0rdP@ssw0rd1",
    "Password Password!",
    "password1password2",
    "Password20242025",
    "2024PasswordPassword",
    "ＰａｓｓｗｏｒｄPassword",
    "pässwörd pässwörd",
    "MonkeyDragon2024",
    "dragon-123456789",
    "Correct Horse Battery Staple",
    "c0rrect-h0rse-battery-st4ple-99",
    "This is my password!",
    "Qwertyuiop123456789!",
    "!QAZ2wsx#EDC4rfv",
    "1qaz!QAZ2wsx@WSX",
    "zaq12wsxcde34rfv",
    "йцукенгшщзхъфыва",
    "aaaaaaaaaaaaaaaaaaaa",
    "               ",
    "01011990 01011990",
    "1990199119921993",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkj",
    "Supercalifragilisticexpialidocious",
    "self-proclaimed!!1",
    "Correct-Horse-Battery-Staple-2024!",
  ];
  for (const password of refused) assert.equal(await judge(password, OWNER), "common", password);
  const accepted = [
    "password of the seven otters",
    "my monkey eats dragon fruit",
    "482910475839206",
    "3141592653589793",
    "monkey4829104758392",
    "🦦🌊🪵🐚🦀🐳🐙🦑🐡🐠🦐🦞🪸🐋a",
    "k%&#~^{}<>?;:,.",
    "love?;:,.#~^{}%&<>",
  ];
  for (const password of accepted) assert.equal(await judge(password, OWNER), true, password);
});

test("importing the package does not load the list (R7)", () => {
  const atOnce = loadedBy("mod.ts");
  assert.ok(atOnce.has("create_password_policy.ts") && atOnce.has("pwned_passwords.ts"));
  assert.deepEqual([...atOnce].filter((path) => /common_(?:passwords|words)|walks|phrases/.test(path)), [
    "list_common_passwords.ts",
  ]);
  const everything = loadedBy("mod.ts", /(?:\bfrom|^import|\bimport\()\s*"(\.[^"]+)"/gm);
  assert.ok(everything.has("_common_passwords.ts"), "it is loaded by import()");
});

test("the files of the list have at most 60 kB, and all of them are there (R7)", () => {
  const atOnce = loadedBy("mod.ts");
  const lazy = [...loadedBy("_common_passwords.ts")].filter((path) => !atOnce.has(path)).toSorted();
  assert.deepEqual(lazy, [
    "_common_passwords.ts",
    "_common_words.ts",
    "_keyboard_walks.ts",
    "_known_phrases.ts",
  ]);
  const sizes = lazy.map((path) => new URL(`../${path}`, import.meta.url)).filter(existsSync).map((file) =>
    statSync(file).size
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(bytes > 20_000 && bytes <= MAX_LAZY_BYTES, `${bytes} bytes`);
});
