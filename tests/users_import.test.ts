import assert from "node:assert/strict";
import test from "node:test";
import { isUserHarborError } from "../mod.ts";
import { FastPasswordHasher } from "../testing.ts";
import { emailOf, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";

/** A well-formed hash of nothing; it is only ever stored. */
const HASH = "$elsewhere$v=1$c2FsdA$aGFzaA";
const ADA = { username: "Ada", email: "Ada@Example.org", passwordHash: HASH };

test("users.import() keeps the hash as it came, and mails nobody", async () => {
  const life = openHarbor();
  const mails = await life.mailsOf(() => life.harbor.users.import({ ...ADA, verified: true }));
  assert.deepEqual(mails, []);
  assert.equal(life.hashes, 0);
  assert.equal(await life.store.getPasswordHash("Ada"), HASH);
});

test("users.import() answers the account as it is stored, with its age", async () => {
  const life = openHarbor();
  const createdAt = new Date("2012-03-04T05:06:07.089Z");
  const { user } = await life.harbor.users.import({ ...ADA, verified: true, createdAt });
  const { id } = user;
  assert.deepEqual(user, { id, username: "Ada", email: "ada@example.org", verified: true, createdAt });
  assert.deepEqual(await life.store.getUserByUsername("ada"), user);
  assert.equal((await life.store.getUserByEmail("ada@example.org"))?.id, id);
});

test("users.import() without an age makes an account of now, verified or not", async () => {
  const life = openHarbor();
  life.advance(1);
  for (const [username, verified] of [["ada", true], ["bob", false]] as const) {
    const { user } = await life.harbor.users.import({ ...ADA, username, email: emailOf(username), verified });
    assert.deepEqual(user.createdAt, life.clock.now());
  }
});

test("users.import() lets people log in with the password they have, and rehashes it then (R13)", async () => {
  const life = openHarbor();
  const passwordHash = await new FastPasswordHasher(1).hash(PASSWORD);
  life.passwordHasher.rounds = 2;
  await life.harbor.users.import({ ...ADA, passwordHash, verified: true });
  await life.refuses("invalid_credentials", () => life.login("ada", NEW_PASSWORD));
  const { user } = await life.login("ada");
  assert.equal(user.mustChangePassword ?? false, false);
  assert.match(await life.store.getPasswordHash("Ada") ?? "", /^\$fast\$r=2\$/);
});

test("users.import() of an unverified account has it lapse from now on, however old it is (R41)", async () => {
  const life = openHarbor();
  await life.harbor.users.import({ ...ADA, createdAt: new Date("2012-03-04T05:06:07Z") });
  life.advance(604_799);
  await life.harbor.resendVerification("ada@example.org");
  await life.harbor.settled();
  assert.deepEqual(life.mails.map(({ kind }) => kind), ["verification"]);
  assert.notEqual(await life.harbor.users.get("ada"), null);
  life.advance(1);
  assert.equal(await life.harbor.users.get("ada"), null);
});

test("users.import() refuses names and addresses as users.create() does", async () => {
  const life = openHarbor();
  await life.verified("bob");
  const refused = {
    invalid_username: { username: "a b" },
    invalid_email: { email: "ada" },
    username_taken: { username: "BOB", email: emailOf("bob") },
    email_taken: { email: emailOf("bob") },
  } as const;
  for (const [code, input] of Object.entries(refused)) {
    await life.refuses(
      code as keyof typeof refused,
      () => life.harbor.users.import({ ...ADA, ...input }),
    );
  }
});

test("users.import() refuses what is no hash, and says nothing of it (R14)", async () => {
  const life = openHarbor();
  const hashes: readonly (readonly [unknown, typeof TypeError | typeof RangeError])[] = [
    [undefined, TypeError],
    [null, TypeError],
    [7, TypeError],
    [[HASH], TypeError],
    ["", RangeError],
    [`${HASH}\n`, RangeError],
    [`${HASH}\u0000`, RangeError],
    [`${HASH}\u00e9`, RangeError],
    [`${HASH}\ud800`, RangeError],
    [`$canary$${"a".repeat(505)}`, RangeError],
    ["a".repeat(1_000_000), RangeError],
  ];
  for (const [passwordHash, kind] of hashes) {
    await assert.rejects(
      life.harbor.users.import({ ...ADA, passwordHash: untyped(passwordHash) }),
      (error) => {
        assert.ok(error instanceof kind && !isUserHarborError(error));
        assert.match(error.message, /passwordHash/);
        assert.doesNotMatch(error.message, /elsewhere|canary|aaaa/);
        return true;
      },
    );
  }
  assert.deepEqual(life.calls, []);
  await life.harbor.users.import({ ...ADA, passwordHash: "a".repeat(512) });
});

test("users.import() refuses what is no instant", async () => {
  const life = openHarbor();
  for (const createdAt of ["2012-03-04", 0, null, {}]) {
    await assert.rejects(life.harbor.users.import({ ...ADA, createdAt: untyped(createdAt) }), TypeError);
  }
  await assert.rejects(life.harbor.users.import({ ...ADA, createdAt: new Date(NaN) }), RangeError);
  assert.deepEqual(life.calls, []);
});

test("users.import() takes the instant as it was when it was called", async () => {
  const life = openHarbor();
  const createdAt = new Date("2012-03-04T05:06:07Z");
  const importing = life.harbor.users.import({ ...ADA, verified: true, createdAt });
  createdAt.setTime(0);
  assert.equal((await importing).user.createdAt?.getUTCFullYear(), 2012);
});
