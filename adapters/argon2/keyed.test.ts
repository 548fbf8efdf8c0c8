import { isUserHarborError, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, passwordHasherCases, RecordingEmailSender } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyedPasswordHasher, type KeyedPasswordHasherOptions, type PasswordKey } from "./keyed.ts";
import { Argon2PasswordHasher } from "./mod.ts";

const PASSWORD = "seven quiet otters at dawn";
const FIRST: PasswordKey = { id: "2025", secret: "the secret of the year 2025" };
const SECOND: PasswordKey = { id: "2026", secret: new TextEncoder().encode("the secret of the year 2026") };

function keyedBy(...keys: readonly PasswordKey[]): KeyedPasswordHasher {
  return new KeyedPasswordHasher({ hasher: new FastPasswordHasher(), keys });
}

for (
  const { name, run } of passwordHasherCases(() =>
    new KeyedPasswordHasher({ hasher: new Argon2PasswordHasher(), keys: [FIRST] })
  )
) {
  test(`KeyedPasswordHasher: ${name}`, async (context) => {
    const doesNotApply = await run();
    if (typeof doesNotApply === "string") context.skip(doesNotApply);
  });
}

test("verify() takes the hash for nothing without the key, even beside the hasher that made it (R18)", async () => {
  const hasher = new FastPasswordHasher();
  const keyed = new KeyedPasswordHasher({ hasher, keys: [FIRST] });
  const hash = await keyed.hash(PASSWORD);
  const inner = hash.slice("$keyed$k=2025".length);
  assert.equal(await hasher.verify(PASSWORD, inner), false);
  assert.equal(await keyed.verify(PASSWORD, inner), false);
  const other = keyedBy({ ...FIRST, secret: "another secret of that name" });
  assert.equal(await other.verify(PASSWORD, hash), false);
});

test("verify() under the earlier key goes on once there is a later one, which rehashes (R18)", async () => {
  const hash = await keyedBy(FIRST).hash(PASSWORD);
  const rotated = keyedBy(SECOND, FIRST);
  assert.equal(await rotated.verify(PASSWORD, hash), true);
  assert.equal(await rotated.verify("another password altogether", hash), false);
  assert.equal(await rotated.needsRehash(hash), true);
  const anew = await rotated.hash(PASSWORD);
  assert.match(anew, /^\$keyed\$k=2026\$/);
  assert.equal(await rotated.needsRehash(anew), false);
});

test("verify() without the key that a hash names rejects: no password is right, and none is wrong (R18)", async () => {
  const hash = await keyedBy(FIRST).hash(PASSWORD);
  const without = keyedBy(SECOND);
  await assert.rejects(without.verify(PASSWORD, hash), (error) => {
    return error instanceof Error && !isUserHarborError(error) && error.message.includes('"2025"');
  });
  assert.equal(await without.needsRehash(hash), true);
});

test("verify() takes hashes from before there was a key, which are due to be replaced (R18)", async () => {
  const hash = await new FastPasswordHasher().hash(PASSWORD);
  const keyed = keyedBy(FIRST);
  assert.equal(await keyed.verify(PASSWORD, hash), true);
  assert.equal(await keyed.verify("another password altogether", hash), false);
  assert.equal(await keyed.needsRehash(hash), true);
});

test("login() keys a hash that has no key, or an earlier one (R13, R18)", async () => {
  const store = new MemoryUserStore();
  const emailSender = new RecordingEmailSender();
  const harborWith = (...keys: readonly PasswordKey[]) =>
    new UserHarbor({
      store,
      emailSender,
      passwordHasher: keys.length === 0 ? new FastPasswordHasher() : keyedBy(...keys),
    });
  const passwordHash = await new FastPasswordHasher().hash(PASSWORD);
  await harborWith().users.import({
    username: "ada",
    email: "ada@example.org",
    passwordHash,
    verified: true,
  });
  for (const [keys, id] of [[[FIRST], "2025"], [[SECOND, FIRST], "2026"], [[SECOND], "2026"]] as const) {
    const harbor = harborWith(...keys);
    await harbor.login({ username: "ada", password: PASSWORD });
    await harbor.settled();
    assert.ok((await store.getPasswordHash("ada"))?.startsWith(`$keyed$k=${id}$`));
  }
  const lost = harborWith(FIRST);
  const login = lost.login({ username: "ada", password: PASSWORD });
  await assert.rejects(login, (error) => !isUserHarborError(error));
});

test("hash() is for well-formed Unicode, and composed and decomposed are one (R6, R18)", async () => {
  const keyed = keyedBy(FIRST);
  await assert.rejects(keyed.hash("a lone \ud800 surrogate"), TypeError);
  const hash = await keyed.hash("cafe\u0301 au lait at dawn");
  assert.equal(await keyed.verify("caf\u00e9 au lait at dawn", hash), true);
  assert.equal(await keyed.verify("caf\ufffd au lait at dawn".replace("\ufffd", "\ud800"), hash), false);
});

test("KeyedPasswordHasher copies its secrets, and hands on what its hasher finds", async () => {
  const secret = new TextEncoder().encode("the secret of the year 2025");
  const keyed = keyedBy({ id: "2025", secret });
  secret.fill(0);
  assert.equal(await keyed.verify(PASSWORD, await keyedBy(FIRST).hash(PASSWORD)), true);
  assert.deepEqual(await keyed.diagnose(), await new FastPasswordHasher().diagnose?.() ?? []);
});

const hasher = new FastPasswordHasher();
const WRONG: readonly (readonly [options: unknown, error: typeof TypeError | typeof RangeError])[] = [
  [{ hasher: {}, keys: [FIRST] }, TypeError],
  [{ hasher, keys: FIRST }, TypeError],
  [{ hasher, keys: [FIRST], key: FIRST }, TypeError],
  [{ hasher, keys: [{ ...FIRST, pepper: "" }] }, TypeError],
  [{ hasher, keys: [{ ...FIRST, id: 2025 }] }, TypeError],
  [{ hasher, keys: [{ ...FIRST, secret: 2025 }] }, TypeError],
  [{ hasher, keys: [] }, RangeError],
  [{ hasher, keys: [FIRST, { ...SECOND, id: "2025" }] }, RangeError],
  [{ hasher, keys: [{ ...FIRST, id: "" }] }, RangeError],
  [{ hasher, keys: [{ ...FIRST, id: "two words" }] }, RangeError],
  [{ hasher, keys: [{ ...FIRST, id: "$" }] }, RangeError],
  [{ hasher, keys: [{ ...FIRST, id: "x".repeat(33) }] }, RangeError],
  [{ hasher, keys: [{ ...FIRST, secret: "fifteen letters" }] }, RangeError],
];

test("KeyedPasswordHasher refuses what is no hasher, no key, or a secret that can be guessed (R18)", () => {
  for (const [options, error] of WRONG) {
    assert.throws(() => new KeyedPasswordHasher(options as KeyedPasswordHasherOptions), error);
  }
});
