import assert from "node:assert/strict";
import test from "node:test";
import { defaultPasswordValidator, defaultUsernameValidator, sendMail } from "../mod.ts";
import { canonicalEmail } from "../primitives/canonical_email.ts";
import { canonicalPrefix } from "../primitives/canonical_prefix.ts";
import { canonicalUsername } from "../primitives/canonical_username.ts";
import { decodeCursor, encodeCursor } from "../primitives/cursor.ts";
import { isLoginName } from "../primitives/login_name.ts";
import { isPermissionName, isRoleName } from "../primitives/names.ts";
import { countCodePoints, exceededPasswordLimit } from "../primitives/password_limits.ts";
import { makeTokenHasher } from "../primitives/token_hasher.ts";
import { isWellFormedToken, makeToken } from "../primitives/tokens.ts";
import { RecordingEmailSender } from "../testing.ts";
import { untyped } from "./_harness.ts";

test("isRoleName() takes 2 to 64 characters and no trailing newline", () => {
  for (const name of ["ab", "a1", "a-", "a_", "a".repeat(64)]) assert.equal(isRoleName(name), true, name);
  for (
    const name of ["a", "a".repeat(65), "ab\n", "ab\r", "\nab", "Ab", "aB", "1a", "-a", "a.b", "a\u0131", ""]
  ) {
    assert.equal(isRoleName(name), false, JSON.stringify(name));
  }
  for (const name of [null, 7, ["ab"], new String("ab")]) assert.equal(isRoleName(name), false);
});

test("isPermissionName() takes two segments and more, 255 characters, and no trailing newline", () => {
  const longest = `a.${"b".repeat(253)}`;
  for (const name of ["a.b", "a.b.c", "a1.b-2.c_3", longest]) {
    assert.equal(isPermissionName(name), true, name);
  }
  const bad = [
    "a",
    "a.",
    ".a",
    "a..b",
    "a.b.",
    "a.b\n",
    "A.b",
    "a.1",
    "a.-b",
    "a b.c",
    "",
    ".",
    `${longest}b`,
  ];
  for (const name of bad) assert.equal(isPermissionName(name), false, JSON.stringify(name));
});

test("makeToken() makes what isWellFormedToken() takes; nothing around it passes", () => {
  const token = makeToken();
  assert.equal(isWellFormedToken(token), true);
  for (
    const other of [
      `${token}\n`,
      ` ${token}`,
      token.slice(1),
      `${token}A`,
      `${token.slice(1)}=`,
      [token],
      null,
    ]
  ) {
    assert.equal(isWellFormedToken(other), false);
  }
});

test("canonicalUsername() folds case, width and composition, and nothing else (R28, R29)", () => {
  const folded = [
    ["Ada", "ada"],
    ["\uff21\uff44\uff41", "ada"],
    ["\u212a", "k"],
    ["e\u0301", "\u00e9"],
    ["\u00c9", "\u00e9"],
    ["\uff76\uff9e", "\u30ac"],
    ["\u03a3", "\u03c3"],
    ["a.b-c_d", "a.b-c_d"],
    ["\u0131", "\u0131"],
    ["\ufb01", "\ufb01"],
    ["x".repeat(255), "x".repeat(255)],
  ];
  for (const [username, key] of folded) assert.equal(canonicalUsername(username), key);
});

test("canonicalUsername() is null for what can be nobody's name", () => {
  const bad: unknown[] = [
    "",
    "a@b",
    "a\uff20b",
    "a b",
    "a\u3000b",
    "a\nb",
    "a\u200bb",
    "\ud800",
    "x".repeat(256),
  ];
  for (const value of [...bad, null, undefined, 7, ["a"], new String("a")]) {
    assert.equal(canonicalUsername(value), null, JSON.stringify(value));
  }
});

test("canonicalUsername() stays within 255 units even where folding makes longer", () => {
  // U+0130 in lower case is two units.
  assert.equal(canonicalUsername("\u0130".repeat(127))?.length, 254);
  assert.equal(canonicalUsername("\u0130".repeat(128)), null);
});

test("canonicalEmail() folds case and composition, to at most 254 bytes (R32)", () => {
  assert.equal(canonicalEmail("Ada+Tag@EXAMPLE.org"), "ada+tag@example.org");
  assert.equal(canonicalEmail("jo\u0308rg@example.org"), "j\u00f6rg@example.org");
  const labels = `${"b".repeat(63)}.${"c".repeat(63)}.`;
  const longest = `${"a".repeat(63)}@${labels}${"d".repeat(58)}.org`;
  assert.equal(longest.length, 254);
  assert.equal(canonicalEmail(longest), longest);
  assert.equal(canonicalEmail(`a${longest}`), null);
  assert.equal(canonicalEmail(`\u00e9${longest.slice(1)}`), null, "254 characters of 255 bytes");
});

test("isLoginName() takes 1 to 255 characters without white space and controls", () => {
  for (const name of ["a", "ada@example.org", "x".repeat(255), "\u00e9", "a\u200bb"]) {
    assert.equal(isLoginName(name), true);
  }
  for (const name of ["", "a b", "a\n", "a\u0000", "a\u00a0", "a\u0085", "x".repeat(256), null, 7, ["a"]]) {
    assert.equal(isLoginName(name), false);
  }
});

test("exceededPasswordLimit() counts code points and bytes, and refuses malformed Unicode (R2, R3, R6)", () => {
  const key = "\u{1F511}";
  for (const password of ["", "x".repeat(256), key.repeat(256), "\u0000"]) {
    assert.equal(exceededPasswordLimit(password), null);
  }
  for (const password of ["x".repeat(257), key.repeat(257), "x".repeat(513)]) {
    assert.equal(exceededPasswordLimit(password), "too_long");
  }
  for (const password of ["\ud800", "\udc00", "a\udc00\ud800b", null, 7, ["x"], undefined]) {
    assert.equal(exceededPasswordLimit(password), "malformed");
  }
  assert.equal(countCodePoints(`a${key}e\u0301`), 4);
});

test("the default validators take what the contract says (R1, R30)", () => {
  for (const name of ["abc", "A.b-c_9", "x".repeat(64)]) assert.equal(defaultUsernameValidator(name), true);
  for (const name of ["ab", "x".repeat(65), "abc\n", "a b", "\u00e9dith"]) {
    assert.equal(defaultUsernameValidator(name), false);
  }
  assert.equal(defaultPasswordValidator("x".repeat(15)), true);
  assert.equal(defaultPasswordValidator("\u{1F511}".repeat(15)), true);
  assert.equal(defaultPasswordValidator("\u{1F511}".repeat(14)), "too_short");
});

test("makeTokenHasher() matches published vectors", async () => {
  const sha256 = makeTokenHasher();
  assert.equal(await sha256.hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 3 has 20 bytes of key, and as data bytes that are no text; case 1 has text as data.
  const key = new Uint8Array(20).fill(0x0b);
  const { hash, hashes, secretBytes } = makeTokenHasher(key);
  const expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
  assert.equal(await hash("Hi There"), expected);
  assert.deepEqual(hashes, [hash]);
  assert.equal(secretBytes, 20);
  assert.equal(sha256.secretBytes, null);
  assert.deepEqual(sha256.hashes, [sha256.hash]);
});

test("makeTokenHasher() hashes under the first of several secrets", async () => {
  const [first, second] = ["first secret of 16+ bytes", "second secret of 16+ bytes"];
  const both = makeTokenHasher([first, second]);
  assert.equal(both.hashes.length, 2);
  assert.equal(both.hashes[0], both.hash);
  assert.equal(both.secretBytes, 25);
  assert.equal(await both.hash("token"), await makeTokenHasher(first).hash("token"));
  assert.equal(await both.hashes[1]?.("token"), await makeTokenHasher(second).hash("token"));
  assert.throws(() => makeTokenHasher(untyped([first, 7])), TypeError);
});

test("sendMail() is true for a mail that was sent, and false where the sender knows no such mail", async () => {
  const emailSender = new RecordingEmailSender();
  const mail = { kind: "email_changed", message: { username: "ada", email: "ada@example.org" } } as const;
  assert.equal(await sendMail(emailSender, mail), true);
  assert.equal(await sendMail(Object.assign(emailSender, { sendEmailChanged: undefined }), mail), false);
  assert.deepEqual(emailSender.sent.map(({ kind }) => kind), ["email_changed"]);
});

test("encodeCursor() and decodeCursor() give back any key, as base64url", () => {
  const keys = ["a", "ada", "\u00e9ve", "\u4e2d", "\u{1f98a}", "\ufeffa", "?>?>", "\u{10ffff}".repeat(127)];
  for (const key of keys) {
    const cursor = encodeCursor(key);
    assert.match(cursor, /^[\w-]+$/);
    assert.equal(decodeCursor(cursor), key);
  }
});

test("decodeCursor() takes nothing but what encodeCursor() made, in its one spelling", () => {
  const cursor = encodeCursor("ada");
  const others = [
    "",
    `${cursor}=`,
    ` ${cursor}`,
    `${cursor}\n`,
    "YR",
    "_w",
    "7aCA",
    "+w==",
    "a".repeat(1_021),
  ];
  for (const other of others) assert.throws(() => decodeCursor(other), RangeError, other);
  for (const other of [null, 7, [cursor], new String(cursor)]) {
    assert.throws(() => decodeCursor(other), TypeError);
  }
});

test("canonicalPrefix() is what canonical names and addresses start with", () => {
  const names = { "Ada": "AD", "\uff21da": "a", "\u00c9ve": "E\u0301", "a_%c": "A_%", "ADA": "" };
  for (const [name, prefix] of Object.entries(names)) {
    assert.equal(canonicalUsername(name)?.startsWith(canonicalPrefix(prefix) ?? "?"), true, name);
  }
  assert.equal(canonicalEmail("Ada@Example.org")?.startsWith(canonicalPrefix("ADA@ex") ?? "?"), true);
  for (const prefix of ["a b", "a\n", "\u0000", "\ud800", "\u200b", "\u3000", "a".repeat(256)]) {
    assert.equal(canonicalPrefix(prefix), null);
  }
  for (const prefix of [null, 7, ["a"], undefined]) assert.throws(() => canonicalPrefix(prefix), TypeError);
});
