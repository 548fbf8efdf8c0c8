import assert from "node:assert/strict";
import { test } from "node:test";

import { FOREIGN_HASHES, PASSWORD } from "./_test_vectors.ts";
import { allVerifiers, CountingLimiter, verifierOf } from "./_test_verifiers.ts";
import { pbkdf2Verifier, scryptVerifier } from "./mod.ts";

/** Each is the strict form of a sample with one thing absurd or wrong. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  bcrypt: [
    "$2b$17$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "$2b$20$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "$2b$31$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "$2b$99$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "$2b$03$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "$2b$4$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    "$2b$+4$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
  ],
  "django-bcrypt": [
    "bcrypt$$2b$31$wRL6vo1pePuR2rXqY62WLOaw5qB2I6JeRRlAmjIU5jCzapSvWZWmq",
    "bcrypt_sha256$$2b$17$8oKTBreQnujRUM0jKwJj4u5PhnD3lNyx2XwzNwufXWVJrxQcnMdUy",
    "bcrypt$2b$04$wRL6vo1pePuR2rXqY62WLOaw5qB2I6JeRRlAmjIU5jCzapSvWZWmq",
  ],
  "django-argon2": [
    "argon2$argon2id$v=19$m=8388608,t=2,p=8$ODVmaWNLVGpWUTdWc1M4TVo2M09hRQ$ud7TNYMpp51+FiAEAZVgtie+aRPWC06wsMPfZGylkng",
    "argon2$argon2id$v=19$m=1024,t=1000,p=8$ODVmaWNLVGpWUTdWc1M4TVo2M09hRQ$ud7TNYMpp51+FiAEAZVgtie+aRPWC06wsMPfZGylkng",
    "argon2$argon2i$v=19$m=1024,t=2,p=8$ODVmaWNLVGpWUTdWc1M4TVo2M09hRQ$ud7TNYMpp51+FiAEAZVgtie+aRPWC06wsMPfZGylkng",
    "argon2$argon2id$",
  ],
  "django-pbkdf2": [
    "pbkdf2_sha256$10000001$salt$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=",
    "pbkdf2_sha256$999999999$salt$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=",
    "pbkdf2_sha256$0$salt$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=",
    "pbkdf2_sha256$1000$salt$",
    "pbkdf2_sha256$1000$salt$AAAA",
    "pbkdf2_sha256$1e3$salt$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=",
    "pbkdf2_sha256$1000$$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=",
  ],
  "django-scrypt": [
    `scrypt$2147483648$salt$8$1$${"A".repeat(86)}==`,
    `scrypt$1023$salt$8$1$${"A".repeat(86)}==`,
    `scrypt$1$salt$8$1$${"A".repeat(86)}==`,
    `scrypt$1024$salt$8$17$${"A".repeat(86)}==`,
    `scrypt$1024$salt$8$1$`,
  ],
  firebase: [
    "$firebase-scrypt$42xEC+ixf3L2lw==$",
    "$firebase-scrypt$42xEC+ixf3L2lw==$AAAA",
    `$firebase-scrypt$!$${"A".repeat(86)}==`,
    "$firebase-scrypt$",
  ],
  "better-auth": [
    "5264eb5b4afab081d2415f3aac0a86dc:",
    "5264eb5b4afab081d2415f3aac0a86dc:9654b059b94fd423",
    `5264eb5b4afab081d2415f3aac0a86dc:${"Z".repeat(128)}`,
  ],
  lucia: ["s2:", "s2:i2wc65s9p4rsbb7g:", `s2:short:${"0".repeat(128)}`],
  pbkdf2: [
    "$pbkdf2-sha512$10000001$KGUMwRijdK5VSknpHUOIsQ$MIK539Tmh7nG8/OOG7//0WGW6jwrOwzHAdicOkxXATM",
    "$pbkdf2-sha256$i=99999999999,l=32$KGUMwRijdK5VSknpHUOIsQ$MIK539Tmh7nG8/OOG7//0WGW6jwrOwzHAdicOkxXATM",
    "$pbkdf2-sha256$i=1000,l=64$KGUMwRijdK5VSknpHUOIsQ$MIK539Tmh7nG8/OOG7//0WGW6jwrOwzHAdicOkxXATM",
    `$pbkdf2-sha256$1000$KGUMwRijdK5VSknpHUOIsQ$${"A".repeat(88)}`,
    "$pbkdf2-sha256$1000$KGUMwRijdK5VSknpHUOIsQ$AA",
    "$pbkdf2-sha256$1000$KGUMwRijdK5VSknpHUOIsQ$MIK539Tmh7nG8/OOG7//0WGW6jwrOwzHAdicOkxXATM\n",
    "$pbkdf2-sha256$",
  ],
  scrypt: [
    `$scrypt$ln=31,r=8,p=1$c29tZXNhbHQ$${"A".repeat(43)}`,
    `$scrypt$ln=21,r=1,p=1$c29tZXNhbHQ$${"A".repeat(43)}`,
    `$scrypt$ln=19,r=8,p=1$c29tZXNhbHQ$${"A".repeat(43)}`,
    `$scrypt$ln=10,r=129,p=1$c29tZXNhbHQ$${"A".repeat(43)}`,
    `$scrypt$ln=1,r=99999,p=16$c29tZXNhbHQ$${"A".repeat(43)}`,
    `$scrypt$ln=14,r=8,p=17$c29tZXNhbHQ$${"A".repeat(43)}`,
    `$scrypt$ln=14,r=8,p=1$c29tZXNhbHQ$`,
    `$scrypt$ln=14,r=8,p=1$c29tZXNhbHQ$A`,
    `$scrypt$ln=014,r=8,p=1$c29tZXNhbHQ$${"A".repeat(43)}`,
  ],
  werkzeug: [
    `scrypt:2097152:8:1$salt$${"0".repeat(128)}`,
    `scrypt:524288:8:1$salt$${"0".repeat(128)}`,
    `pbkdf2:sha256:10000001$salt$${"0".repeat(64)}`,
    `pbkdf2:md5:1000$salt$${"0".repeat(64)}`,
    "pbkdf2:sha256:1000$salt$",
    "scrypt:",
  ],
};

test("verify() computes nothing for an absurd cost or a malformed hash (R14, V33)", async () => {
  const limiter = new CountingLimiter();
  limiter.computes = false;
  const verifiers = allVerifiers({ limiter });
  assert.deepEqual(Object.keys(REFUSED).toSorted(), verifiers.map(({ name }) => name).toSorted());
  for (const verifier of verifiers) {
    for (const hash of REFUSED[verifier.name] ?? []) {
      assert.equal(await verifier.verify(PASSWORD, hash), false, hash);
    }
  }
  assert.deepEqual(limiter.asked, []);
});

test("verify() is false, and computes nothing, for every shortened sample and for what is not a string", async () => {
  const limiter = new CountingLimiter();
  for (const verifier of allVerifiers({ limiter })) {
    for (const { hash } of FOREIGN_HASHES.filter((each) => each.verifier === verifier.name)) {
      const beforeKey = Math.max(hash.lastIndexOf("$"), hash.lastIndexOf(":"));
      for (let length = 0; length <= beforeKey + 1; length++) {
        assert.equal(await verifier.verify(PASSWORD, hash.slice(0, length)), false);
      }
      assert.equal(await verifier.verify(PASSWORD, `${hash}\n`), false);
      assert.equal(await verifier.verify(PASSWORD, hash + "$".repeat(5_000)), false);
    }
    for (const value of [null, undefined, 7, {}, []]) {
      assert.equal(await Reflect.apply(verifier.verify, verifier, [PASSWORD, value]), false);
      assert.equal(Reflect.apply(verifier.recognises, verifier, [value]), false);
    }
  }
  assert.deepEqual(limiter.asked, []);
});

test("verify() is false, and computes nothing, for a lone surrogate (R6)", async () => {
  const limiter = new CountingLimiter();
  for (const verifier of allVerifiers({ limiter, compare: () => Promise.resolve(true) })) {
    const sample = FOREIGN_HASHES.find((each) => each.verifier === verifier.name);
    assert.equal(await verifier.verify("\ud800", sample?.hash ?? ""), false, verifier.name);
  }
  assert.deepEqual(limiter.asked, []);
});

test("verify() asks the limiter once, for the memory it takes (R15)", async () => {
  const expected: Readonly<Record<string, number>> = {
    "bcrypt": 5,
    "better-auth": 32_770,
    "django-argon2": 1_024,
    "django-bcrypt": 5,
    "django-pbkdf2": 1,
    "django-scrypt": 1_029,
    "firebase": 16_385,
    "lucia": 32_770,
    "pbkdf2": 1,
    "scrypt": 257,
    "werkzeug": 1,
  };
  for (const name of Object.keys(expected)) {
    const limiter = new CountingLimiter();
    const [cheap] = FOREIGN_HASHES.filter((each) => each.verifier === name).slice(-1);
    const hash = name === "scrypt"
      ? "$scrypt$ln=8,r=8,p=1$hBAiRKg1RqgVAuA8p3TOmQ$erCoydatEKg37NnWZDxf65Zvdr0I4ADDViwjewd7G50"
      : cheap?.hash ?? "";
    await verifierOf(name, { limiter }).verify("a wrong password", hash);
    assert.deepEqual(limiter.asked, [expected[name]], name);
  }
});

test("verify() passes on that the limiter refused: it is no wrong password (R15)", async () => {
  const refusal = new Error("overloaded");
  const verifier = scryptVerifier({ limiter: { run: () => Promise.reject(refusal) } });
  const sample = FOREIGN_HASHES.find((each) => each.verifier === "scrypt")?.hash ?? "";
  await assert.rejects(verifier.verify(PASSWORD, sample), refusal);
});

test("verify() of scrypt and PBKDF2 leaves the event loop free (R16)", async () => {
  const slow = [
    scryptVerifier().verify.bind(null, PASSWORD, `$scrypt$ln=16,r=8,p=1$c29tZXNhbHQ$${"A".repeat(43)}`),
    pbkdf2Verifier().verify.bind(null, PASSWORD, `$pbkdf2-sha256$500000$c29tZXNhbHQ$${"A".repeat(43)}`),
  ];
  for (const work of slow) {
    // Several times, since a busy machine may suspend this thread alone.
    let turned = false;
    for (let attempt = 0; attempt < 5 && !turned; attempt++) turned = await turnsWhilePending(work);
    assert.equal(turned, true);
  }
});

async function turnsWhilePending(work: () => Promise<unknown>): Promise<boolean> {
  let pending = true;
  const done = work().finally(() => pending = false);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
  const turned = pending;
  await done;
  return turned;
}
