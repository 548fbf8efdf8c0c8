import assert from "node:assert/strict";
import { test } from "node:test";

import { BCRYPT_LONG, BCRYPT_PEPPERED, FIREBASE_PROJECT, FOREIGN_HASHES, PASSWORD } from "./_test_vectors.ts";
import {
  bcryptVerifier,
  betterAuthVerifier,
  djangoArgon2Verifier,
  djangoBcryptVerifier,
  firebaseVerifier,
  scryptVerifier,
} from "./mod.ts";

test("bcryptVerifier() hands over the peppered password and the stored hash, once", async () => {
  const calls: unknown[] = [];
  const compare = (...args: [string, string]) => {
    calls.push(args);
    return Promise.resolve(true);
  };
  assert.equal(await bcryptVerifier({ compare, pepper: "a pepper" }).verify(PASSWORD, BCRYPT_PEPPERED), true);
  assert.equal(await bcryptVerifier({ compare }).verify(PASSWORD, BCRYPT_LONG), true);
  assert.deepEqual(calls, [[`${PASSWORD}a pepper`, BCRYPT_PEPPERED], [PASSWORD, BCRYPT_LONG]]);
});

test("djangoBcryptVerifier() digests the password for bcrypt_sha256 alone", async () => {
  const seen: string[] = [];
  const compare = (password: string) => {
    seen.push(password);
    return Promise.resolve(true);
  };
  const verifier = djangoBcryptVerifier({ compare });
  await verifier.verify("abc", "bcrypt_sha256$$2b$04$8oKTBreQnujRUM0jKwJj4u5PhnD3lNyx2XwzNwufXWVJrxQcnMdUy");
  await verifier.verify("abc", "bcrypt$$2b$04$wRL6vo1pePuR2rXqY62WLOaw5qB2I6JeRRlAmjIU5jCzapSvWZWmq");
  // FIPS 180-2, B.1.
  assert.deepEqual(seen, ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc"]);
});

test("verify() rejects when the bcrypt package fails: it is no wrong password", async () => {
  const failure = new Error("out of memory");
  const verifier = bcryptVerifier({ compare: () => Promise.reject(failure) });
  await assert.rejects(verifier.verify(PASSWORD, BCRYPT_LONG), failure);
});

test("firebaseVerifier() is false under the parameters of another project", async () => {
  const { hash = "", password = "" } = FOREIGN_HASHES.find(({ verifier }) => verifier === "firebase") ?? {};
  const others = [
    { ...FIREBASE_PROJECT, signerKey: FIREBASE_PROJECT.signerKey.replace("jx", "kx") },
    { ...FIREBASE_PROJECT, saltSeparator: "CA==" },
    { ...FIREBASE_PROJECT, rounds: 4 },
    { ...FIREBASE_PROJECT, memoryCost: 13 },
  ];
  for (const other of others) assert.equal(await firebaseVerifier(other).verify(password, hash), false);
});

test("verifiers refuse options that cannot work, and name them without their values", () => {
  const wrong: readonly (readonly [string, () => unknown])[] = [
    ["TypeError limiter", () => Reflect.apply(scryptVerifier, null, [{ limiter: {} }])],
    ["TypeError limiter", () => Reflect.apply(betterAuthVerifier, null, [{ limiter: null }])],
    ["TypeError compare", () => Reflect.apply(bcryptVerifier, null, [{}])],
    ["TypeError compare", () => Reflect.apply(djangoBcryptVerifier, null, [{}])],
    ["TypeError pepper", () => Reflect.apply(bcryptVerifier, null, [{ compare: () => {}, pepper: 7 }])],
    ["TypeError argon2", () => Reflect.apply(djangoArgon2Verifier, null, [{}])],
    ["TypeError signerKey", () => firebaseVerifier({ ...FIREBASE_PROJECT, signerKey: "s3cr*t" })],
    ["RangeError signerKey", () => firebaseVerifier({ ...FIREBASE_PROJECT, signerKey: "" })],
    ["TypeError saltSeparator", () => Reflect.apply(firebaseVerifier, null, [{ signerKey: "AAAA" }])],
    ["RangeError memoryCost", () => firebaseVerifier({ ...FIREBASE_PROJECT, memoryCost: 21 })],
    ["RangeError memoryCost", () => firebaseVerifier({ ...FIREBASE_PROJECT, rounds: 0 })],
    ["RangeError memoryCost", () => firebaseVerifier({ ...FIREBASE_PROJECT, memoryCost: 20, rounds: 4 })],
    ["TypeError rounds", () => Reflect.apply(firebaseVerifier, null, [{ ...FIREBASE_PROJECT, rounds: "8" }])],
  ];
  for (const [expected, make] of wrong) {
    assert.throws(make, (error) => {
      assert.ok(error instanceof Error);
      assert.equal(`${error.name} ${error.message.split(" ")[0]}`, expected);
      assert.equal(error.message.includes("s3cr*t"), false);
      return true;
    });
  }
});
