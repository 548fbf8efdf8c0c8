import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import test from "node:test";
import { inspect } from "node:util";
import { MemoryUserStore } from "@userharbor/memory";
import type { UserHarborOptions } from "../mod.ts";
import { makeToken } from "../primitives/tokens.ts";
import {
  hasCode,
  type Life,
  NEW_PASSWORD,
  openHarbor,
  PASSWORD,
  UNKNOWN_TOKEN,
  untyped,
} from "./_harness.ts";
import { wholeLife } from "./_whole_life.ts";

const FIRST_SECRET = "first secret, 16+ bytes";
const SECOND_SECRET = new TextEncoder().encode("second secret, 16+ bytes");

test("makeToken() makes 100 000 tokens, all different, with unbiased bits (R46)", () => {
  const tokens = new Set<string>();
  const ones = new Array<number>(256).fill(0);
  const total = 100_000;
  for (let count = 0; count < total; count++) {
    const token = makeToken();
    tokens.add(token);
    if (count % 10 !== 0) continue;
    assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    const bytes = Buffer.from(token, "base64url");
    assert.equal(bytes.length, 32);
    bytes.forEach((byte, index) => {
      for (let bit = 0; bit < 8; bit++) {
        ones[index * 8 + bit] = (ones[index * 8 + bit] ?? 0) + ((byte >> bit) & 1);
      }
    });
  }
  assert.equal(tokens.size, total);
  // Standard deviation of 10 000 tosses is 50: six of them for any of 256 bits is one run in two million.
  for (const [bit, count] of ones.entries()) assert.ok(Math.abs(count - 5_000) < 300, `bit ${bit}: ${count}`);
});

test("no token or password is ever given to the store, nor part of one (R47, R72)", async () => {
  const life = openHarbor();
  const secrets = await wholeLife(life);
  assert.ok(secrets.size >= 14);
  const given = inspect(life.calls.map(({ args }) => args), {
    depth: 9,
    maxArrayLength: null,
    maxStringLength: null,
  });
  for (const secret of secrets) assert.equal(given.includes(secret.slice(0, 20)), false);
  const stored = openHarbor();
  const { sessionToken } = await stored.loggedIn("ada");
  const hash = createHash("sha256").update(sessionToken).digest("hex");
  assert.equal((await stored.store.getSession(hash))?.username, "ada", "the canary cannot find anything");
});

test("each kind of token works for its own purpose only (R48)", async () => {
  for (const kind of ["verification", "session", "reset", "email change"]) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    await life.registered("bob");
    const tokens = new Map([
      ["verification", life.verificationToken("bob")],
      ["session", sessionToken],
      ["reset", await life.resetToken("ada")],
      ["email change", await life.emailChangeToken(sessionToken, "ada@example.net")],
    ]);
    const token = tokens.get(kind) ?? "";
    const uses = usesOf(life, token);
    for (const [wanted, { code, use }] of uses) {
      if (wanted !== kind) { for (const operation of use) await life.refuses(code, operation); }
    }
    assert.equal(await life.harbor.verifySession(token), kind === "session");
    assert.equal(await life.harbor.hasRole(token, "admin"), false);
    for (const operation of uses.get(kind)?.use ?? []) {
      await operation().catch((error) => {
        // The first use of a single-use token is what counts; sessions end with the first logout.
        assert.ok(operation !== uses.get(kind)?.use[0], String(error));
      });
    }
  }
});

test("a malformed token is refused before the store is asked (R52, V18, V20)", async () => {
  const life = openHarbor({ tokenSecret: [FIRST_SECRET, SECOND_SECRET] });
  // deno-fmt-ignore
  const malformed: unknown[] = [
    "", " ", "null", "undefined", "0", "A".repeat(42), "A".repeat(44), `${"A".repeat(43)}\n`, `\n${"A".repeat(43)}`,
    `${"A".repeat(42)} `, `${"A".repeat(42)}=`, `${"A".repeat(42)}+`, `${"A".repeat(42)}/`, `${"A".repeat(42)}\u0000`,
    `${"A".repeat(42)}\u00e9`, `${"A".repeat(42)}\uff21`, "%".repeat(43), "A".repeat(1 << 20), "a".repeat(64),
    null, undefined, 0, 1, NaN, true, false, 1n, Symbol("token"), {}, [], [UNKNOWN_TOKEN], { $ne: null },
    new String(UNKNOWN_TOKEN), { toString: () => UNKNOWN_TOKEN }, () => UNKNOWN_TOKEN, new Date(0),
  ];
  for (const token of malformed) {
    for (const { code, use } of usesOf(life, untyped(token)).values()) {
      for (const operation of use) await life.refuses(code, operation);
    }
    assert.equal(await life.harbor.verifySession(untyped(token)), false);
    assert.equal(await life.harbor.hasRole(untyped(token), "admin"), false);
    assert.equal(await life.harbor.hasPermission(untyped(token), "posts.edit"), false);
  }
  assert.equal(life.calls.length, 0);
  assert.equal(life.hashes, 0);
});

test("stored token hashes are SHA-256, or HMAC-SHA-256 under tokenSecret (R47)", async () => {
  const digests: readonly [UserHarborOptions["tokenSecret"], (token: string) => string][] = [
    [undefined, (token) => createHash("sha256").update(token, "utf8").digest("hex")],
    [FIRST_SECRET, hmac(FIRST_SECRET)],
    ["an \u00fcml\u00e4ut secret", hmac("an \u00fcml\u00e4ut secret")],
    [SECOND_SECRET, hmac(SECOND_SECRET)],
    ["k".repeat(100), hmac("k".repeat(100))],
    [[FIRST_SECRET, SECOND_SECRET], hmac(FIRST_SECRET)],
  ];
  for (const [tokenSecret, digest] of digests) {
    const life = openHarbor(tokenSecret === undefined ? {} : { tokenSecret });
    const { sessionToken } = await life.loggedIn("ada");
    assert.equal((await life.store.getSession(digest(sessionToken)))?.username, "ada");
    await life.registered("bob");
    assert.equal(
      (await life.store.getEmailVerification(digest(life.verificationToken("bob"))))?.username,
      "bob",
    );
    assert.equal((await life.store.getPasswordReset(digest(await life.resetToken("bob"))))?.username, "bob");
    const change = await life.emailChangeToken(sessionToken, "ada@example.net");
    assert.equal((await life.store.getEmailVerification(digest(change)))?.email, "ada@example.net");
  }
});

test("tokens under a retired secret of the list still work, and only those", async () => {
  const store = new MemoryUserStore();
  const old = openHarbor({ store, tokenSecret: SECOND_SECRET });
  const sessions = [await old.loggedIn("ada"), await old.login("ada"), await old.login("ada")];
  const [first = "", second = "", third = ""] = sessions.map(({ sessionToken }) => sessionToken);
  await old.registered("bob");
  const tokens = { verification: old.verificationToken("bob"), reset: await old.resetToken("ada") };

  const forgetful = openHarbor({ store, tokenSecret: FIRST_SECRET });
  assert.equal(await forgetful.harbor.verifySession(first), false);
  await forgetful.refuses(
    "invalid_verification_token",
    () => forgetful.harbor.verifyEmail(tokens.verification),
  );

  const rotated = openHarbor({ store, tokenSecret: [FIRST_SECRET, SECOND_SECRET] });
  const { harbor } = rotated;
  await harbor.verifyEmail(tokens.verification);
  assert.equal((await harbor.getCurrentUser(first)).username, "ada");
  await harbor.logout(first);
  assert.equal(await harbor.verifySession(first), false);
  rotated.advance(24 * 86_400);
  assert.equal(await harbor.verifySession(second), true);
  assert.equal(rotated.calls.at(-1)?.method, "refreshSession");
  await harbor.logoutAll(second);
  assert.equal(await harbor.verifySession(third), false);
  rotated.clock.set(old.clock.now());
  await harbor.resetPassword({ resetToken: tokens.reset, newPassword: NEW_PASSWORD });
  const { sessionToken: again } = await old.login("ada", NEW_PASSWORD);
  await old.harbor.changeEmail({ sessionToken: again, password: NEW_PASSWORD, newEmail: "ada@example.net" });
  await old.harbor.settled();
  await harbor.confirmEmailChange(old.emailSender.tokenFor("email_change", "ada@example.net"));
  const { sessionToken } = await rotated.login("ada", NEW_PASSWORD);
  assert.equal((await store.getSession(hmac(FIRST_SECRET)(sessionToken)))?.username, "ada");
});

test("tokenSecret is copied: wiping the bytes later changes nothing", async () => {
  const secret = SECOND_SECRET.slice();
  const life = openHarbor({ tokenSecret: secret });
  secret.fill(0);
  const { sessionToken } = await life.loggedIn("ada");
  assert.equal((await life.store.getSession(hmac(SECOND_SECRET)(sessionToken)))?.username, "ada");
});

test("tokenSecret that is too short, empty or no secret is refused by name", () => {
  for (
    const secret of ["", "x".repeat(15), "\u00e9".repeat(7), new Uint8Array(15), [], [
      "x".repeat(16),
      "short",
    ]]
  ) {
    assert.throws(() => openHarbor({ tokenSecret: secret }), { name: "RangeError", message: /tokenSecret/ });
  }
  for (
    const secret of [null, 7, true, {}, [7], [null], new ArrayBuffer(32), new Uint16Array(32), [[
      "x".repeat(16),
    ]]]
  ) {
    const open = () => openHarbor({ tokenSecret: untyped(secret) });
    assert.throws(open, { name: "TypeError", message: /tokenSecret/ });
  }
  for (const secret of ["x".repeat(16), "\u00e9".repeat(8), new Uint8Array(16)]) {
    openHarbor({ tokenSecret: secret });
  }
});

test("no error tells a token, a password or an address (R117)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = "Z".repeat(43);
  const { harbor } = life;
  const refusals = [
    () => harbor.verifyEmail(token),
    () => harbor.logout(token),
    () => harbor.resetPassword({ resetToken: token, newPassword: NEW_PASSWORD }),
    () => harbor.confirmEmailChange(token),
    () => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "secret@@example.org" }),
    () => harbor.login({ username: "ada", password: NEW_PASSWORD }),
    () => harbor.changePassword({ sessionToken, oldPassword: NEW_PASSWORD, newPassword: NEW_PASSWORD }),
    () => harbor.register({ username: "ada", email: "ada@example.org", password: PASSWORD }),
    () => harbor.register({ username: "bob", email: "secret@@example.org", password: PASSWORD }),
    () => harbor.register({ username: "bob", email: "secret@example.org", password: "hunter2" }),
  ];
  for (const refusal of refusals) {
    const error: unknown = await refusal().catch((reason) => reason);
    const told = `${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}${String(error)}`;
    for (const secret of [token, sessionToken, PASSWORD, NEW_PASSWORD, "hunter2", "example.org"]) {
      assert.equal(told.includes(secret), false, told);
    }
  }
  await assert.rejects(harbor.logout(token), hasCode("invalid_session_token"));
});

function hmac(secret: string | Uint8Array): (token: string) => string {
  return (token) => createHmac("sha256", secret).update(token, "utf8").digest("hex");
}

interface Uses {
  readonly code:
    | "invalid_verification_token"
    | "invalid_session_token"
    | "invalid_password_reset_token"
    | "invalid_email_change_token";
  readonly use: readonly (() => Promise<unknown>)[];
}

/** Everything that takes a token, by the kind it should be. */
function usesOf({ harbor }: Life, token: string): ReadonlyMap<string, Uses> {
  const change = { sessionToken: token, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  return new Map<string, Uses>([
    ["verification", { code: "invalid_verification_token", use: [() => harbor.verifyEmail(token)] }],
    ["reset", {
      code: "invalid_password_reset_token",
      use: [() => harbor.resetPassword({ resetToken: token, newPassword: NEW_PASSWORD })],
    }],
    ["email change", { code: "invalid_email_change_token", use: [() => harbor.confirmEmailChange(token)] }],
    ["session", {
      code: "invalid_session_token",
      use: [
        () => harbor.getCurrentUser(token),
        () => harbor.logout(token),
        () => harbor.logoutAll(token),
        () => harbor.changePassword(change),
        () => harbor.changeEmail({ sessionToken: token, password: PASSWORD, newEmail: "ada@example.net" }),
        () => harbor.changeUsername({ sessionToken: token, password: PASSWORD, newUsername: "lovelace" }),
        () => harbor.deleteAccount({ sessionToken: token, password: PASSWORD }),
        () => harbor.requireRole(token, "admin"),
        () => harbor.requirePermission(token, "posts.edit"),
      ],
    }],
  ]);
}
