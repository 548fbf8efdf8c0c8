import assert from "node:assert/strict";
import { addUser, addVerifiedUser, at, fieldsOf, hash, person } from "./_fixtures.ts";
import { refused } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

const TAKEN = "taken@example.org";

/** What `createUser` stores, and what it refuses. */
export const creationCases: readonly StoreCase[] = [
  storeCase("createUser() stores an unverified account with all it was given", async (store) => {
    const ada = await addUser(store, person("Ada", { createdAt: at(-60) }));
    assert.deepEqual(fieldsOf(await store.getUserByUsername("ada")), {
      id: ada.id,
      username: "Ada",
      email: "ada@example.org",
      verified: false,
      createdAt: at(-60),
    });
    assert.equal(await store.getPasswordHash("Ada"), "$fake$Ada");
  }),

  storeCase("createUser() stores the first verification token with the account (I5)", async (store) => {
    const first = { verificationTokenHash: hash(1), expiresAt: at(3600), createdAt: at(0) };
    await addUser(store, person("Ada", first));
    const stored = await store.getEmailVerification(hash(1));
    assert.ok(stored !== null, "the first token must be stored together with the account");
    assert.equal(stored.username, "Ada", "a token carries the spelling the person chose, not the key");
    assert.equal(stored.tokenHash, hash(1));
    assert.deepEqual(stored.expiresAt, at(3600));
    assert.deepEqual(stored.createdAt, at(0), "the first token was made when the account was");
    assert.equal(stored.email ?? "ada@example.org", "ada@example.org");
  }),

  storeCase("createUser() without a token stores the account alone", async (store) => {
    await addUser(store, "ada");
    assert.ok(await store.getUserByUsername("ada") !== null);
    assert.equal(
      await store.setEmailVerification({ username: "ada", tokenHash: hash(1), expiresAt: at(60) }),
      true,
    );
  }),

  storeCase(
    "createUser() without usernameKey makes the username unique in lower case (I1)",
    async (store) => {
      const { usernameKey: _, ...ada } = person("Ada");
      await store.createUser(ada);
      assert.equal((await store.getUserByUsername("ada"))?.username, "Ada");
      assert.equal(
        await store.getUserByUsername("Ada"),
        null,
        "getUserByUsername takes the key, not a spelling",
      );
      await refused(store.createUser(person("ADA", { email: "other@example.org" })), "username_taken");
    },
  ),

  storeCase(
    "createUser() keeps usernames apart by usernameKey and by nothing else (I1, R29)",
    async (store) => {
      await addUser(store, person("Ada", { usernameKey: "one" }));
      await addUser(store, person("Bob", { usernameKey: "ada" }));
      assert.equal((await store.getUserByUsername("one"))?.username, "Ada");
      assert.equal((await store.getUserByUsername("ada"))?.username, "Bob");
    },
  ),

  storeCase("createUser() refuses a username that is taken with username_taken (I1)", async (store) => {
    const ada = await addUser(store, "ada");
    const again = person("ADA", {
      email: "new@example.org",
      verificationTokenHash: hash(1),
      expiresAt: at(60),
    });
    await refused(store.createUser(again), "username_taken");
    assert.equal((await store.getUserByUsername("ada"))?.id, ada.id);
    assert.equal(await store.getPasswordHash("ada"), "$fake$ada", "a refusal must not change the account");
    assert.equal(await store.getUserByEmail("new@example.org"), null, "a refusal must not store an address");
    assert.equal(await store.getEmailVerification(hash(1)), null, "a refusal must not store the token (I5)");
  }),

  storeCase("createUser() refuses an address of a verified account with email_taken (I1)", async (store) => {
    const ada = await addVerifiedUser(store, person("ada", { email: TAKEN }));
    const bob = person("bob", { email: TAKEN, verificationTokenHash: hash(1), expiresAt: at(60) });
    await refused(store.createUser(bob), "email_taken");
    assert.equal((await store.getUserByEmail(TAKEN))?.id, ada.id);
    assert.equal(await store.getUserByUsername("bob"), null, "a refusal must not store the account (I5)");
    assert.equal(await store.getEmailVerification(hash(1)), null, "a refusal must not store the token (I5)");
    await addUser(store, person("bob", { email: "free@example.org" }));
  }),

  storeCase("createUser() with name and address both taken says username_taken", async (store) => {
    await addVerifiedUser(store, person("ada", { email: TAKEN }));
    await refused(store.createUser(person("ada", { email: TAKEN })), "username_taken");
    await addUser(store, "bob");
    await refused(store.createUser(person("bob", { email: TAKEN })), "username_taken");
    assert.equal((await store.getUserByEmail(TAKEN))?.username, "ada");
  }),

  storeCase("createUser() with holdsEmail false still refuses a taken username", async (store) => {
    const ada = await addVerifiedUser(store, "ada");
    await refused(store.createUser(person("ada", { holdsEmail: false })), "username_taken");
    assert.equal((await store.getUserByUsername("ada"))?.id, ada.id);
  }),

  storeCase("createUser() that is refused displaces nobody from an address (I5)", async (store) => {
    await addUser(store, "ada");
    const bob = await addUser(store, person("bob", { email: TAKEN }));
    await refused(store.createUser(person("ada", { email: TAKEN })), "username_taken");
    assert.equal((await store.getUserByEmail(TAKEN))?.id, bob.id, "displace only once the account is stored");
    assert.equal(await store.setUserVerified("bob"), true, "bob must hold the address still");
  }),

  storeCase("createUser() takes the name and the address of a deleted account", async (store) => {
    const first = await addVerifiedUser(store, "ada");
    await store.deleteUser("ada");
    const second = await addUser(store, "ada");
    assert.notEqual(second.id, first.id);
    assert.equal((await store.getUserByUsername("ada"))?.id, second.id);
    assert.equal((await store.getUserByEmail("ada@example.org"))?.id, second.id);
    assert.equal(
      (await store.getUserByUsername("ada"))?.verified,
      false,
      "a name used again starts unverified (I4)",
    );
  }),
];
