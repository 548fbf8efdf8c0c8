import assert from "node:assert/strict";
import { test } from "node:test";

import { Argon2PasswordHasher } from "@userharbor/argon2";
import { type ErrorCode, isUserHarborError, type PasswordHasher, UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, passwordHasherCases, RecordingEmailSender } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";

import { FOREIGN_HASHES, PASSWORD } from "./_test_vectors.ts";
import { allVerifiers, CountingLimiter } from "./_test_verifiers.ts";
import { type HashVerifier, pbkdf2Verifier, VerifierChain } from "./mod.ts";

const NEW_PASSWORD = "a wholly different pass phrase";

const FOREIGN = sampleOf("django-pbkdf2");

for (
  const { name, run } of passwordHasherCases(() =>
    new VerifierChain(new FastPasswordHasher(), allVerifiers())
  )
) {
  test(`VerifierChain of a fast hasher: ${name}`, async () => {
    await run();
  });
}

for (
  const { name, run } of passwordHasherCases(() =>
    new VerifierChain(new Argon2PasswordHasher(), allVerifiers())
  )
) {
  test(`VerifierChain of argon2id: ${name}`, async () => {
    await run();
  });
}

test("verify() asks the one verifier that recognises the hash, else the primary hasher (R20)", async () => {
  const limiter = new CountingLimiter();
  const primary = new FastPasswordHasher();
  const chain = new VerifierChain(primary, allVerifiers({ limiter }));
  const work = () => [limiter.asked.length, primary.verified, primary.hashed];
  for (const { name } of allVerifiers()) {
    const before = work();
    assert.equal(await chain.verify("a wrong password", sampleOf(name)), false);
    assert.deepEqual(work().map((count, index) => count - (before[index] ?? 0)), [1, 0, 0], name);
  }
  const [computed = 0] = work();
  assert.equal(await chain.verify(PASSWORD, "nobody's hash"), false);
  assert.deepEqual(work(), [computed, 1, 0]);
  assert.equal(await chain.verify(PASSWORD, await chain.hash(PASSWORD)), true);
  assert.deepEqual(work(), [computed, 2, 1]);
});

test("needsRehash() is true for every foreign hash, else what the primary hasher says (R13)", async () => {
  const primary = new FastPasswordHasher();
  const chain = new VerifierChain(primary, allVerifiers());
  const content = new FastPasswordHasher();
  content.needsRehash = () => Promise.resolve(false);
  const chainOfContent = new VerifierChain(content, allVerifiers());
  for (const { hash } of FOREIGN_HASHES) assert.equal(await chainOfContent.needsRehash(hash), true, hash);
  const own = await chain.hash(PASSWORD);
  assert.equal(await chain.needsRehash(own), false);
  primary.rounds++;
  assert.equal(await chain.needsRehash(own), true);
});

test("diagnose() says of the chain what the primary hasher says of itself", async () => {
  const codesOf = async (primary: PasswordHasher) => {
    const findings = await new VerifierChain(primary, allVerifiers()).diagnose();
    return findings.map(({ code }) => code);
  };
  assert.deepEqual(await codesOf(new FastPasswordHasher()), ["hasher_for_tests"]);
  const { hash, verify, needsRehash } = FastPasswordHasher.prototype;
  assert.deepEqual(await codesOf({ hash, verify, needsRehash }), []);
});

test("verify() of two verifiers that recognise a hash asks the earlier one alone", async () => {
  const asked: string[] = [];
  const chain = new VerifierChain(
    new FastPasswordHasher(),
    ["first", "second"].map((name) => ({
      name,
      recognises: () => true,
      verify: () => {
        asked.push(name);
        return Promise.resolve(false);
      },
    })),
  );
  assert.equal(await chain.verify(PASSWORD, "anything"), false);
  assert.deepEqual(asked, ["first"]);
});

test("VerifierChain goes on with the verifiers it was given, whatever becomes of the array", async () => {
  const verifiers: HashVerifier[] = [];
  const chain = new VerifierChain(new FastPasswordHasher(), verifiers);
  verifiers.push({ name: "late", recognises: () => true, verify: () => Promise.resolve(true) });
  assert.equal(await chain.verify(PASSWORD, "anything"), false);
});

test("VerifierChain refuses what is no hasher or verifier, and two of one name", () => {
  const primary = new FastPasswordHasher();
  const wrong: readonly (readonly [unknown, unknown, typeof TypeError | typeof RangeError])[] = [
    [null, [], TypeError],
    [{ hash() {}, verify() {} }, [], TypeError],
    [primary, undefined, TypeError],
    [primary, pbkdf2Verifier(), TypeError],
    [primary, [pbkdf2Verifier], TypeError],
    [primary, [null], TypeError],
    [primary, [pbkdf2Verifier(), pbkdf2Verifier()], RangeError],
  ];
  for (const [hasher, verifiers, kind] of wrong) {
    assert.throws(() => Reflect.construct(VerifierChain, [hasher, verifiers]), kind);
  }
});

test("users.import() keeps a foreign hash, login() replaces it, and the next login asks the primary hasher alone (R13)", async () => {
  for (const { name } of allVerifiers().filter(({ name }) => !name.endsWith("bcrypt"))) {
    const { harbor, store, primary, limiter } = await imported(sampleOf(name));
    const password = name === "firebase" ? "user1password" : PASSWORD;
    const { user } = await harbor.login({ username: "ada", password });
    assert.equal(user.username, "Ada");
    await harbor.settled();
    const replaced = await store.getPasswordHash("Ada") ?? "";
    assert.match(replaced, /^\$fast\$/, name);
    assert.deepEqual([limiter.asked.length, primary.verified, primary.hashed], [1, 0, 1], name);

    await harbor.login({ username: "ada@example.org", password });
    await harbor.settled();
    assert.equal(await store.getPasswordHash("Ada"), replaced);
    assert.deepEqual([limiter.asked.length, primary.verified, primary.hashed], [1, 1, 1], name);
  }
});

test("login() with a wrong password computes the foreign hash once, and changes nothing (R20)", async () => {
  const { harbor, store, primary, limiter, emailSender } = await imported(FOREIGN);
  await assert.rejects(
    harbor.login({ username: "ada", password: NEW_PASSWORD }),
    hasCode("invalid_credentials"),
  );
  await harbor.settled();
  assert.deepEqual([limiter.asked.length, primary.verified, primary.hashed], [1, 0, 0]);
  assert.equal(await store.getPasswordHash("Ada"), FOREIGN);
  assert.deepEqual(emailSender.sent, []);
});

test("login() with a foreign hash of absurd cost, or a malformed one, is a wrong password (R14, V33)", async () => {
  for (const hash of [FOREIGN.replace(/\$\d+\$/, "$999999999$"), FOREIGN.slice(0, 30)]) {
    const { harbor, store, limiter, emailSender } = await imported(hash);
    limiter.computes = false;
    await assert.rejects(
      harbor.login({ username: "ada", password: PASSWORD }),
      hasCode("invalid_credentials"),
    );
    await harbor.settled();
    assert.equal(await store.getPasswordHash("Ada"), hash);
    assert.deepEqual([limiter.asked, emailSender.sent], [[], []]);
  }
});

test("the rehash of a foreign hash never overwrites a password changed meanwhile (R13)", async () => {
  const deferred: (() => Promise<void>)[] = [];
  const { harbor, store, primary } = await imported(FOREIGN, (work) => deferred.push(work));
  const { sessionToken } = await harbor.login({ username: "ada", password: PASSWORD });
  const rehash = deferred.splice(0);
  assert.equal(rehash.length, 1);
  await harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  const changed = await store.getPasswordHash("Ada");
  const { hashed } = primary;
  for (const work of rehash) await work();
  assert.equal(primary.hashed - hashed, 1, "the rehash ran");
  assert.equal(await store.getPasswordHash("Ada"), changed);
  await harbor.login({ username: "ada", password: NEW_PASSWORD });
  await assert.rejects(harbor.login({ username: "ada", password: PASSWORD }), hasCode("invalid_credentials"));
});

test("a login and a rehash at once: both logins stand (R13)", async () => {
  const { harbor, store } = await imported(FOREIGN);
  const opened = await Promise.all(
    Array.from({ length: 5 }, () => harbor.login({ username: "ada", password: PASSWORD })),
  );
  await harbor.settled();
  for (const { sessionToken } of opened) assert.equal(await harbor.verifySession(sessionToken), true);
  assert.match(await store.getPasswordHash("Ada") ?? "", /^\$fast\$/);
});

test("changePassword() and deleteAccount() confirm a password whose hash is still foreign", async () => {
  const { harbor, store } = await imported(FOREIGN, () => {});
  const { sessionToken } = await harbor.login({ username: "ada", password: PASSWORD });
  const input = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const { sessionToken: fresh } = await harbor.changePassword(input);
  await store.setPasswordHash("Ada", FOREIGN);
  await harbor.deleteAccount({ sessionToken: fresh, password: PASSWORD });
  assert.equal(await store.getUserByUsername("ada"), null);
});

/** A harbor with one verified account that was made elsewhere. */
async function imported(passwordHash: string, defer?: (work: () => Promise<void>) => void) {
  const store = new MemoryUserStore();
  const primary = new FastPasswordHasher();
  const limiter = new CountingLimiter();
  const emailSender = new RecordingEmailSender();
  const passwordHasher = new VerifierChain(primary, allVerifiers({ limiter }));
  const harbor = new UserHarbor({
    store,
    emailSender,
    passwordHasher,
    ...(defer === undefined ? {} : { defer }),
  });
  await harbor.users.import({ username: "Ada", email: "ada@example.org", passwordHash, verified: true });
  assert.deepEqual([limiter.asked, primary.hashed, primary.verified], [[], 0, 0]);
  return { harbor, store, primary, limiter, emailSender };
}

/** The first hash of this verifier, which is the one of {@link PASSWORD}. */
function sampleOf(name: string): string {
  const sample = FOREIGN_HASHES.find(({ verifier }) => verifier === name);
  assert.ok(sample !== undefined, name);
  return sample.hash;
}

function hasCode(code: ErrorCode): (error: unknown) => boolean {
  return (error) => isUserHarborError(error) && error.code === code;
}
