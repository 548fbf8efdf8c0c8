import assert from "node:assert/strict";
import type { CreateUserRequest } from "../../interfaces.ts";
import { addUser, addVerifiedUser, at, fieldsOf, hash, person } from "./_fixtures.ts";
import { refused } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

const SHARED = "shared@example.org";

/** An account that asks for the shared address. */
function claiming(username: string): CreateUserRequest {
  return person(username, { email: SHARED });
}

/** An account that asks for the shared address without holding it. */
function asking(username: string): CreateUserRequest {
  return person(username, { email: SHARED, holdsEmail: false });
}

/** Who holds an address: only verification makes it somebody's. */
export const ownershipCases: readonly StoreCase[] = [
  storeCase("getUserByEmail() finds the unverified account that holds the address", async (store) => {
    const ada = await addUser(store, "ada");
    assert.deepEqual(fieldsOf(await store.getUserByEmail("ada@example.org")), {
      id: ada.id,
      username: "ada",
      email: "ada@example.org",
      verified: false,
      createdAt: undefined,
    });
  }),

  storeCase("getUserByEmail() finds the owner, and null for an address nobody holds", async (store) => {
    const ada = await addVerifiedUser(store, "ada");
    assert.equal((await store.getUserByEmail("ada@example.org"))?.id, ada.id);
    assert.equal((await store.getUserByEmail("ada@example.org"))?.verified, true);
    assert.equal(await store.getUserByEmail("bob@example.org"), null);
  }),

  storeCase("createUser() displaces an unverified holder from the address (I1)", async (store) => {
    await addUser(store, claiming("ada"));
    const bob = await addUser(store, claiming("bob"));
    assert.equal((await store.getUserByEmail(SHARED))?.id, bob.id, "the newcomer holds the address now");
  }),

  storeCase("createUser() leaves a displaced account its name, password hash and token", async (store) => {
    const ada = await addUser(
      store,
      person("ada", { email: SHARED, verificationTokenHash: hash(1), expiresAt: at(60), createdAt: at(-60) }),
    );
    await store.setPasswordReset({ username: "ada", tokenHash: hash(2), expiresAt: at(60) });
    await addUser(store, claiming("bob"));
    assert.deepEqual(fieldsOf(await store.getUserByUsername("ada")), {
      id: ada.id,
      username: "ada",
      email: SHARED,
      verified: false,
      createdAt: at(-60),
    }, "User.email of a displaced account is the address it asked for, never a placeholder");
    assert.equal(await store.getPasswordHash("ada"), ada.passwordHash);
    assert.equal((await store.getEmailVerification(hash(1)))?.username, "ada");
    assert.equal((await store.getPasswordReset(hash(2)))?.username, "ada");
  }),

  storeCase(
    "createUser() displaces one holder after the other, none in another's way (I1)",
    async (store) => {
      for (const name of ["ada", "bob", "cid", "dan"]) await addUser(store, claiming(name));
      assert.equal((await store.getUserByEmail(SHARED))?.username, "dan");
      for (const name of ["ada", "bob", "cid"]) {
        assert.equal((await store.getUserByUsername(name))?.email, SHARED);
        assert.equal(await store.setUserVerified(name), false, `${name} holds no address any more`);
      }
    },
  ),

  storeCase("createUser() with holdsEmail false does not disturb the owner", async (store) => {
    const ada = await addVerifiedUser(store, claiming("ada"));
    const bob = await addUser(store, asking("bob"));
    assert.equal((await store.getUserByEmail(SHARED))?.id, ada.id);
    assert.deepEqual(fieldsOf(await store.getUserByUsername("bob")), {
      id: bob.id,
      username: "bob",
      email: SHARED,
      verified: false,
      createdAt: undefined,
    }, "User.email is the address it asked for, never a placeholder");
    assert.equal((await store.getUserByUsername("ada"))?.verified, true);
  }),

  storeCase(
    "createUser() with holdsEmail false holds nothing, even when the address is free",
    async (store) => {
      await addUser(store, asking("ada"));
      assert.equal(await store.getUserByEmail(SHARED), null);
      assert.equal(await store.setUserVerified("ada"), false);
    },
  ),

  storeCase("createUser() with holdsEmail false does not displace an unverified holder", async (store) => {
    const ada = await addUser(store, claiming("ada"));
    await addUser(store, asking("bob"));
    await addUser(store, asking("cid"));
    assert.equal((await store.getUserByEmail(SHARED))?.id, ada.id);
    assert.equal(await store.setUserVerified("ada"), true);
  }),

  storeCase("createUser() takes an address that was only asked for", async (store) => {
    await addUser(store, asking("ada"));
    const bob = await addVerifiedUser(store, claiming("bob"));
    assert.equal((await store.getUserByEmail(SHARED))?.id, bob.id);
    assert.equal((await store.getUserByEmail(SHARED))?.verified, true);
  }),

  storeCase("setUserVerified() verifies the account that holds its address", async (store) => {
    const ada = await addUser(store, person("Ada", { createdAt: at(-60) }));
    assert.equal(await store.setUserVerified("Ada"), true);
    const verified = {
      id: ada.id,
      username: "Ada",
      email: "ada@example.org",
      verified: true,
      createdAt: at(-60),
    };
    assert.deepEqual(fieldsOf(await store.getUserByUsername("ada")), verified);
    assert.deepEqual(fieldsOf(await store.getUserByEmail("ada@example.org")), verified);
  }),

  storeCase("setUserVerified() is false for a missing account and creates none", async (store) => {
    assert.equal(await store.setUserVerified("nobody"), false);
    assert.equal(await store.setUserVerified("nobody", SHARED), false);
    assert.equal(await store.getUserByUsername("nobody"), null);
    assert.equal(await store.getUserByEmail(SHARED), null);
  }),

  storeCase("setUserVerified() for a missing account displaces nobody (I5)", async (store) => {
    const ada = await addUser(store, claiming("ada"));
    assert.equal(await store.setUserVerified("nobody", SHARED), false);
    assert.equal((await store.getUserByEmail(SHARED))?.id, ada.id);
  }),

  storeCase("setUserVerified() without an address is false for a displaced account", async (store) => {
    await addUser(store, claiming("ada"));
    const bob = await addUser(store, claiming("bob"));
    assert.equal(await store.setUserVerified("ada"), false);
    assert.equal((await store.getUserByUsername("ada"))?.verified, false);
    assert.equal((await store.getUserByEmail(SHARED))?.id, bob.id);
  }),

  storeCase(
    "setUserVerified() without an address stays false once the other holder is gone",
    async (store) => {
      await addUser(store, claiming("ada"));
      await addUser(store, claiming("bob"));
      await store.deleteUser("bob");
      assert.equal(
        await store.getUserByEmail(SHARED),
        null,
        "the address does not fall back to who was displaced",
      );
      assert.equal(await store.setUserVerified("ada"), false);
      assert.equal((await store.getUserByUsername("ada"))?.verified, false);
    },
  ),

  storeCase(
    "setUserVerified() with the address takes it back from an unverified holder (I1)",
    async (store) => {
      const ada = await addUser(store, claiming("ada"));
      const bob = await addUser(
        store,
        person("bob", { email: SHARED, verificationTokenHash: hash(1), expiresAt: at(9) }),
      );
      assert.equal(await store.setUserVerified("ada", SHARED), true);
      assert.equal((await store.getUserByEmail(SHARED))?.id, ada.id);
      assert.equal((await store.getUserByUsername("ada"))?.verified, true);
      assert.deepEqual(fieldsOf(await store.getUserByUsername("bob")), {
        id: bob.id,
        username: "bob",
        email: SHARED,
        verified: false,
        createdAt: undefined,
      }, "who is displaced keeps the account, and its email is the address it asked for");
      assert.equal(await store.getPasswordHash("bob"), bob.passwordHash);
      assert.equal((await store.getEmailVerification(hash(1)))?.username, "bob");
      assert.equal(await store.setUserVerified("bob"), false, "bob holds no address any more");
    },
  ),

  storeCase(
    "setUserVerified() with the address makes a holder of one that only asked for it",
    async (store) => {
      const ada = await addUser(store, asking("ada"));
      assert.equal(await store.setUserVerified("ada", SHARED), true);
      assert.equal((await store.getUserByEmail(SHARED))?.id, ada.id);
    },
  ),

  storeCase(
    "setUserVerified() with the address somebody owns is email_taken and changes nothing (I1)",
    async (store) => {
      await addUser(store, claiming("ada"));
      const bob = await addVerifiedUser(store, claiming("bob"));
      await refused(store.setUserVerified("ada", SHARED), "email_taken");
      assert.equal((await store.getUserByEmail(SHARED))?.id, bob.id);
      assert.equal((await store.getUserByUsername("ada"))?.verified, false);
      assert.equal((await store.getUserByUsername("bob"))?.verified, true);
    },
  ),

  storeCase(
    "setUserVerified() that is refused leaves the account the address it holds (I5)",
    async (store) => {
      const ada = await addUser(store, "ada");
      await addVerifiedUser(store, claiming("bob"));
      await refused(store.setUserVerified("ada", SHARED), "email_taken");
      assert.equal((await store.getUserByEmail("ada@example.org"))?.id, ada.id);
      assert.equal((await store.getUserByUsername("ada"))?.email, "ada@example.org");
      assert.equal(await store.setUserVerified("ada"), true);
    },
  ),

  storeCase("setUserVerified() with the account's own address is no conflict with itself", async (store) => {
    await addUser(store, claiming("ada"));
    assert.equal(await store.setUserVerified("ada", SHARED), true);
    await store.setUserVerified("ada", SHARED);
    assert.equal((await store.getUserByEmail(SHARED))?.verified, true);
  }),

  storeCase("deleteUser() of one that holds no address leaves the address to its owner", async (store) => {
    const ada = await addVerifiedUser(store, claiming("ada"));
    await addUser(store, asking("bob"));
    assert.equal(await store.deleteUser("bob"), true);
    assert.equal((await store.getUserByEmail(SHARED))?.id, ada.id);
    await refused(store.createUser(claiming("cid")), "email_taken");
  }),

  storeCase("deleteUser() of a displaced account leaves the address to its holder", async (store) => {
    await addUser(store, claiming("ada"));
    const bob = await addUser(store, claiming("bob"));
    assert.equal(await store.deleteUser("ada"), true);
    assert.equal((await store.getUserByEmail(SHARED))?.id, bob.id);
    assert.equal(await store.setUserVerified("bob"), true);
  }),

  storeCase("deleteUser() of the owner frees the address", async (store) => {
    await addVerifiedUser(store, claiming("ada"));
    await addUser(store, asking("bob"));
    await store.deleteUser("ada");
    assert.equal(await store.getUserByEmail(SHARED), null);
    assert.equal(await store.setUserVerified("bob", SHARED), true);
    assert.equal((await store.getUserByEmail(SHARED))?.username, "bob");
  }),
];
