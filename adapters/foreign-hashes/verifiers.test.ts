import assert from "node:assert/strict";
import { test } from "node:test";

import { toHex, utf8 } from "./_encodings.ts";
import { deriveScrypt } from "./_scrypt.ts";
import { BCRYPT_LONG, BCRYPT_PEPPERED, FOREIGN_HASHES, type ForeignHash } from "./_test_vectors.ts";
import { allVerifiers, verifierOf } from "./_test_verifiers.ts";

/** Those of bcrypt are in `tests/foreign_hashes`, which brings two packages that compute it. */
const COMPUTED_HERE = FOREIGN_HASHES.filter((each) =>
  !each.verifier.endsWith("bcrypt") && !isNormalised(each)
);

const SAMPLES: readonly string[] = [...FOREIGN_HASHES.map(({ hash }) => hash), BCRYPT_LONG, BCRYPT_PEPPERED];

for (const { verifier, source, password, hash } of COMPUTED_HERE) {
  test(`verify() agrees with ${source}: ${hash.slice(0, 40)} (${verifier})`, async () => {
    const verify = (candidate: string) => verifierOf(verifier).verify(candidate, hash);
    assert.equal(await verify(password), true);
    for (const wrong of [`${password} `, password.slice(1), password.toUpperCase(), ""]) {
      assert.equal(await verify(wrong), false, JSON.stringify(wrong));
    }
  });
}

test("recognises() is true of exactly one verifier, the right one, for every sample", () => {
  const verifiers = allVerifiers();
  for (const { verifier, hash } of FOREIGN_HASHES) {
    const names = verifiers.filter(({ recognises }) => recognises(hash)).map(({ name }) => name);
    assert.deepEqual(names, [verifier], hash);
  }
  const named = new Set(FOREIGN_HASHES.map(({ verifier }) => verifier));
  assert.deepEqual(
    verifiers.map(({ name }) => name).toSorted(),
    [...named].toSorted(),
    "no sample of a verifier",
  );
});

test("recognises() of two verifiers is never true for the start of a sample", () => {
  const verifiers = allVerifiers();
  for (const hash of SAMPLES) {
    for (let length = 0; length < hash.length; length++) {
      const start = hash.slice(0, length);
      assert.ok(verifiers.filter(({ recognises }) => recognises(start)).length <= 1, start);
    }
  }
});

test("recognises() is false for what is nobody's, or the primary hasher's", () => {
  const nobodys = [
    "",
    " ",
    "$",
    "null",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAA",
    "$fast$r=1$00000000000000000000000000000000$00",
    "$2x$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "\n$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "$1$salt$hash",
    "$6$salt$hash",
    "{SSHA}hash",
  ];
  for (const hash of nobodys) {
    for (const { name, recognises } of allVerifiers()) {
      assert.equal(recognises(hash), false, `${name}: ${hash}`);
    }
  }
});

test("verify() takes passwords as they were typed, without normalising (R6)", async () => {
  for (const { verifier, password, hash } of COMPUTED_HERE) {
    const other = password.normalize("NFC") === password
      ? password.normalize("NFD")
      : password.normalize("NFC");
    if (other === password) continue;
    // As the originals of the first two do; and the hasher given to the third.
    const normalises = ["better-auth", "lucia", "django-argon2"].includes(verifier);
    assert.equal(await verifierOf(verifier).verify(other, hash), normalises, `${verifier} ${hash}`);
  }
});

test("djangoArgon2Verifier() brings passwords into NFC, as its hasher does: the one deviation (R6)", async () => {
  const decomposed = FOREIGN_HASHES.filter(isNormalised);
  assert.equal(decomposed.length, 1);
  for (const { verifier, password, hash } of decomposed) {
    assert.equal(await verifierOf(verifier).verify(password, hash), false);
  }
});

test("deriveScrypt() agrees with RFC 7914, 12, for an empty password and salt", async () => {
  const derived = await deriveScrypt(utf8(""), { cost: { n: 16, r: 1, p: 1 }, salt: utf8(""), keyBytes: 64 });
  assert.equal(
    toHex(derived),
    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442" +
      "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
  );
});

/** Made of a password that is not in NFC by an origin that leaves it so, and read by a hasher that does not. */
function isNormalised({ verifier, password }: ForeignHash): boolean {
  return verifier === "django-argon2" && password !== password.normalize("NFC");
}
