import assert from "node:assert/strict";
import test from "node:test";
import { Argon2PasswordHasher } from "@userharbor/argon2";
import { isUserHarborError, UserHarbor } from "@userharbor/core";
import { RecordingEmailSender } from "@userharbor/core/testing";
import { compare as nativeCompare } from "npm:@node-rs/bcrypt@1.10.7";
import { compare as scriptCompare } from "npm:bcryptjs@3.0.3";
import {
  BCRYPT_LONG,
  BCRYPT_PEPPERED,
  FOREIGN_HASHES,
  PASSWORD,
} from "../../adapters/foreign-hashes/_test_vectors.ts";
import {
  type BcryptCompare,
  bcryptVerifier,
  djangoBcryptVerifier,
  VerifierChain,
} from "@userharbor/foreign-hashes";
import { MemoryUserStore } from "@userharbor/memory";

const PACKAGES: readonly (readonly [string, BcryptCompare])[] = [
  ["@node-rs/bcrypt", nativeCompare],
  ["bcryptjs", scriptCompare],
];

for (const [name, compare] of PACKAGES) {
  for (const verifier of [bcryptVerifier({ compare }), djangoBcryptVerifier({ compare })]) {
    for (
      const { source, password, hash } of FOREIGN_HASHES.filter((each) => each.verifier === verifier.name)
    ) {
      test(`verify() through ${name} agrees with ${source}: ${hash} (${verifier.name})`, async () => {
        assert.equal(await verifier.verify(password, hash), true);
        for (const wrong of [`${password} `, password.toUpperCase(), ""]) {
          assert.equal(await verifier.verify(wrong, hash), false, JSON.stringify(wrong));
        }
      });
    }
  }

  test(`verify() through ${name} counts 72 bytes, as the origin did`, async () => {
    const verifier = bcryptVerifier({ compare });
    assert.equal(await verifier.verify(`${"a".repeat(72)}tail`, BCRYPT_LONG), true);
    assert.equal(await verifier.verify(`${"a".repeat(72)}another`, BCRYPT_LONG), true);
    assert.equal(await verifier.verify("a".repeat(71), BCRYPT_LONG), false);
    assert.equal(await verifier.verify("\u{1F511}".repeat(256), BCRYPT_LONG), false);
  });

  test(`verify() through ${name} appends the pepper, as Devise does`, async () => {
    assert.equal(
      await bcryptVerifier({ compare, pepper: "a pepper" }).verify(PASSWORD, BCRYPT_PEPPERED),
      true,
    );
    assert.equal(await bcryptVerifier({ compare }).verify(PASSWORD, BCRYPT_PEPPERED), false);
  });
}

test("verify() through @node-rs/bcrypt leaves the event loop free (R16)", async () => {
  const hash = "$2b$12$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";
  // Several times, since a busy machine may suspend this thread alone.
  let turned = false;
  for (let attempt = 0; attempt < 5 && !turned; attempt++) {
    let pending = true;
    const done = bcryptVerifier({ compare: nativeCompare }).verify(PASSWORD, hash).finally(() =>
      pending = false
    );
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 0));
    turned = pending;
    await done;
  }
  assert.equal(turned, true);
});

const BCRYPT =
  FOREIGN_HASHES.find(({ verifier, password }) => verifier === "bcrypt" && password === PASSWORD)?.hash ??
    assert.fail();

for (const [name, compare] of PACKAGES) {
  test(`users.import() of a bcrypt hash, a login through ${name}, and the hash is argon2id from then on (R13)`, async () => {
    let compared = 0;
    const counting: BcryptCompare = (password, hash) => {
      compared++;
      return compare(password, hash);
    };
    const { harbor, store, emailSender } = openHarbor(counting);
    await harbor.users.import({
      username: "Ada",
      email: "ada@example.org",
      passwordHash: BCRYPT,
      verified: true,
    });
    assert.equal(await store.getPasswordHash("Ada"), BCRYPT);
    await assert.rejects(harbor.login({ username: "ada", password: `${PASSWORD}!` }), isUserHarborError);
    await harbor.login({ username: "ada", password: PASSWORD });
    await harbor.settled();
    assert.match(await store.getPasswordHash("Ada") ?? "", /^\$argon2id\$/);
    await harbor.login({ username: "ada@example.org", password: PASSWORD });
    await harbor.settled();
    assert.equal(compared, 2);
    assert.deepEqual(emailSender.sent, []);
  });
}

test("users.import() of a bcrypt hash of absurd cost: its login computes nothing and is a wrong password (R14, V33)", async () => {
  const { harbor, store } = openHarbor(() => assert.fail("computed"));
  const passwordHash = BCRYPT.replace("$10$", "$31$");
  await harbor.users.import({ username: "Ada", email: "ada@example.org", passwordHash, verified: true });
  await assert.rejects(
    harbor.login({ username: "ada", password: PASSWORD }),
    (error) => isUserHarborError(error) && error.code === "invalid_credentials",
  );
  await harbor.settled();
  assert.equal(await store.getPasswordHash("Ada"), passwordHash);
});

function openHarbor(compare: BcryptCompare) {
  const store = new MemoryUserStore();
  const emailSender = new RecordingEmailSender();
  const passwordHasher = new VerifierChain(new Argon2PasswordHasher(), [bcryptVerifier({ compare })]);
  return { harbor: new UserHarbor({ store, emailSender, passwordHasher }), store, emailSender };
}
