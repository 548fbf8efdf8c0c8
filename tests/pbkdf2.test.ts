import assert from "node:assert/strict";
import { pbkdf2Sync } from "node:crypto";
import { test } from "node:test";

import { pbkdf2Verifier } from "@userharbor/foreign-hashes";

import { Pbkdf2PasswordHasher } from "../pbkdf2.ts";
import { passwordHasherCases } from "../testing.ts";

const PASSWORD = "seven quiet otters at dawn";

/** 16 bytes of salt and 32 of key, all zero. */
const REST = `$${"A".repeat(22)}$${"A".repeat(43)}`;

for (const { name, run } of passwordHasherCases(() => new Pbkdf2PasswordHasher())) {
  test(`Pbkdf2PasswordHasher: ${name}`, async () => {
    await run();
  });
}

/** Runs work, and tells how many keys were derived meanwhile. */
async function countingDerivations(work: () => Promise<unknown>): Promise<number> {
  const { subtle } = crypto;
  const { deriveBits } = subtle;
  let calls = 0;
  subtle.deriveBits = (...parameters) => {
    calls++;
    return deriveBits.apply(subtle, parameters);
  };
  try {
    await work();
  } finally {
    subtle.deriveBits = deriveBits;
  }
  return calls;
}

test("hash() is PBKDF2-HMAC-SHA-512 with 100 000 iterations, as another implementation computes it", async () => {
  const hash = await new Pbkdf2PasswordHasher().hash("cafe\u0301 au lait");
  const [, id, parameters, salt = "", key] = hash.split("$");
  assert.deepEqual([id, parameters], ["pbkdf2-sha512", "i=100000"]);
  const derived = pbkdf2Sync("caf\u00e9 au lait", Buffer.from(salt, "base64"), 100_000, 32, "sha512");
  assert.equal(key, derived.toString("base64").replaceAll("=", ""));
  assert.equal(Buffer.from(salt, "base64").length, 16);
});

test("pbkdf2Verifier() of @userharbor/foreign-hashes reads them, for the day they are left behind", async () => {
  const hash = await new Pbkdf2PasswordHasher().hash(PASSWORD);
  assert.equal(pbkdf2Verifier().recognises(hash), true);
  assert.equal(await pbkdf2Verifier().verify(PASSWORD, hash), true);
  assert.equal(await pbkdf2Verifier().verify("another password", hash), false);
});

test("Pbkdf2PasswordHasher() takes 100 000 to 2 000 000 iterations, and refuses the rest by name", () => {
  for (const iterations of [100_000, 210_000, 2_000_000]) {
    assert.doesNotThrow(() => new Pbkdf2PasswordHasher({ iterations }));
  }
  const named = (kind: typeof TypeError, name: string) => (error: unknown) =>
    error instanceof kind && error.message.includes(name);
  for (const iterations of [0, 99_999, 2_000_001, 100_000.5, NaN, Infinity]) {
    assert.throws(() => new Pbkdf2PasswordHasher({ iterations }), named(RangeError, "iterations"));
  }
  for (const iterations of ["210000", null, 210_000n]) {
    assert.throws(
      () => Reflect.construct(Pbkdf2PasswordHasher, [{ iterations }]),
      named(TypeError, "iterations"),
    );
  }
  assert.throws(
    () => Reflect.construct(Pbkdf2PasswordHasher, [{ iteration: 210_000 }]),
    named(TypeError, "iteration"),
  );
});

test("verify() of PBKDF2 computes up to 2 000 000 iterations, whatever is configured", async () => {
  const hash = await new Pbkdf2PasswordHasher({ iterations: 210_000 }).hash(PASSWORD);
  assert.equal(await new Pbkdf2PasswordHasher().verify(PASSWORD, hash), true);
  assert.equal(await countingDerivations(() => new Pbkdf2PasswordHasher().verify(PASSWORD, hash)), 1);
});

test("verify() of PBKDF2 computes nothing for an absurd cost, a foreign or a malformed hash (R14)", async () => {
  const hasher = new Pbkdf2PasswordHasher();
  const refused = [
    ...["2000001", "9999999", "99999999", "0", "0100000", "-1", "1e5", ""].map((i) =>
      `$pbkdf2-sha512$i=${i}${REST}`
    ),
    `$pbkdf2-sha256$i=100000${REST}`,
    `$pbkdf2-sha512$100000${REST}`,
    `$pbkdf2-sha512$i=100000,l=32${REST}`,
    `$pbkdf2-sha512$i=100000${REST}\n`,
    `$pbkdf2-sha512$i=100000${REST.slice(0, -1)}B`,
    `$argon2id$v=19$m=19456,t=2,p=1${REST}`,
  ];
  const computed = await countingDerivations(async () => {
    for (const hash of refused) assert.equal(await hasher.verify(PASSWORD, hash), false, hash);
    assert.equal(await hasher.verify("\ud800", `$pbkdf2-sha512$i=100000${REST}`), false);
    await assert.rejects(hasher.hash("\ud800"), TypeError);
  });
  assert.equal(computed, 0);
  const readable = `$pbkdf2-sha512$i=100000${REST}`;
  assert.equal(await countingDerivations(() => hasher.verify(PASSWORD, readable)), 1, "the counter counts");
});

test("needsRehash() of PBKDF2 is true iff a hash has fewer iterations, or is of another kind (R13)", async () => {
  const hasher = new Pbkdf2PasswordHasher({ iterations: 210_000 });
  const expected = { 209_999: true, 210_000: false, 210_001: false, 2_000_000: false };
  for (const [iterations, needed] of Object.entries(expected)) {
    assert.equal(await hasher.needsRehash(`$pbkdf2-sha512$i=${iterations}${REST}`), needed, iterations);
  }
  assert.equal(await hasher.needsRehash(`$pbkdf2-sha256$i=600000${REST}`), true);
});

test("diagnose() of PBKDF2 says how weak it is: unsafe below what OWASP asks for (R12)", async () => {
  const found = async (iterations?: number) => {
    const hasher = new Pbkdf2PasswordHasher(iterations === undefined ? {} : { iterations });
    return (await hasher.diagnose()).map(({ code, level }) => `${level} ${code}`);
  };
  assert.deepEqual(await found(), ["unsafe weak_password_hash"]);
  assert.deepEqual(await found(209_999), ["unsafe weak_password_hash"]);
  assert.deepEqual(await found(210_000), ["advice weak_password_hash"]);
});

test("diagnose() of PBKDF2 rejects where the platform computes fewer iterations, as in production", async () => {
  const { subtle } = crypto;
  const { deriveBits } = subtle;
  subtle.deriveBits = () => Promise.reject(new DOMException("too many", "NotSupportedError"));
  try {
    await assert.rejects(new Pbkdf2PasswordHasher({ iterations: 210_000 }).diagnose(), {
      name: "NotSupportedError",
    });
  } finally {
    subtle.deriveBits = deriveBits;
  }
});

test("diagnose() of PBKDF2 says so where what was just hashed does not verify", async () => {
  const hasher = new Pbkdf2PasswordHasher({ iterations: 210_000 });
  hasher.verify = () => Promise.resolve(false);
  assert.deepEqual((await hasher.diagnose()).map(({ code, level }) => `${level} ${code}`), [
    "advice weak_password_hash",
    "unsafe hashes_do_not_verify",
  ]);
});
