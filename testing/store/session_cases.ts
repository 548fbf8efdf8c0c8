import assert from "node:assert/strict";
import { addUser, addVerifiedUser, at, fieldsOf, hash, person, token } from "./_fixtures.ts";
import { atOnce, exactlyOne } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** Sessions: many for a user, each ended once, moved to later instants only. */
export const sessionCases: readonly StoreCase[] = [
  storeCase("getSession() gives the session and its user in one call", async (store) => {
    const ada = await addVerifiedUser(store, person("Ada", { createdAt: at(-60) }));
    const id = "4a2f2f4e-0b7d-4c9a-8a43-1d2e3f405162";
    assert.equal(await store.addSession({ ...token("Ada", hash(1)), id }), true);
    const session = await store.getSession(hash(1));
    assert.ok(session !== null);
    const { user, username, tokenHash, expiresAt, createdAt } = session;
    assert.deepEqual({ username, tokenHash, expiresAt, createdAt }, token("Ada", hash(1)));
    assert.equal(session.id, id);
    assert.deepEqual(fieldsOf(user), {
      id: ada.id,
      username: "Ada",
      email: "ada@example.org",
      verified: true,
      createdAt: at(-60),
    });
  }),

  storeCase("getSession() is null for an unknown hash", async (store) => {
    assert.equal(await store.getSession(hash(1)), null);
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    assert.equal(await store.getSession(hash(2)), null);
  }),

  storeCase("getSession() gives the user as stored now, not as at login (R67)", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    await store.setUserVerified("ada", "new@example.org");
    const user = (await store.getSession(hash(1)))?.user;
    assert.equal(user?.verified, true);
    assert.equal(user?.email, "new@example.org");
  }),

  storeCase("getSession() gives the same user as getUserByUsername()", async (store) => {
    await addVerifiedUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    assert.deepEqual((await store.getSession(hash(1)))?.user, await store.getUserByUsername("ada"));
    assert.deepEqual(await store.getUserByEmail("ada@example.org"), await store.getUserByUsername("ada"));
  }),

  storeCase("getSession() gives a displaced account with the address it asked for", async (store) => {
    await addUser(store, person("ada", { email: "shared@example.org" }));
    await store.addSession(token("ada", hash(1)));
    await addUser(store, person("bob", { email: "shared@example.org" }));
    assert.equal((await store.getSession(hash(1)))?.user.email, "shared@example.org");
  }),

  storeCase("getSession() gives an expired session as it is (I6)", async (store) => {
    await addUser(store, "ada");
    await store.addSession({ username: "ada", tokenHash: hash(1), expiresAt: at(-3600) });
    const why = "only the core judges time; a store returns what has expired";
    assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(-3600), why);
    await store.addSession({ username: "ada", tokenHash: hash(2), expiresAt: at(-0.001) });
    assert.deepEqual((await store.getSession(hash(2)))?.expiresAt, at(-0.001), why);
  }),

  storeCase("getSession() gives a snapshot, not the stored object", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    const before = await store.getSession(hash(1));
    await store.refreshSession(hash(1), at(7200));
    await store.setUserVerified("ada");
    assert.deepEqual(before?.expiresAt, at(3600), "a session read earlier must not change with the store");
    assert.equal(before?.user.verified, false);
  }),

  storeCase("addSession() keeps any number of sessions for one user", async (store) => {
    await addUser(store, "ada");
    const answers = await atOnce(100, (number) => store.addSession(token("ada", hash(number))));
    assert.ok(answers.every((answer) => answer));
    const found = await atOnce(100, (number) => store.getSession(hash(number)));
    assert.ok(found.every((session) => session?.user.username === "ada"));
  }),

  storeCase("addSession() for a missing account is false and writes nothing (I4)", async (store) => {
    assert.equal(await store.addSession(token("ada", hash(1))), false);
    assert.equal(await store.getSession(hash(1)), null);
    await addUser(store, "ada");
    assert.equal(await store.getSession(hash(1)), null, "who registers later must not inherit it");
  }),

  storeCase(
    "addSession() with a hash already stored is false and leaves the earlier session",
    async (store) => {
      await addUser(store, "ada");
      await addUser(store, "bob");
      await store.addSession(token("ada", hash(1)));
      assert.equal(await store.addSession({ ...token("ada", hash(1)), expiresAt: at(9000) }), false);
      assert.equal(await store.addSession(token("bob", hash(1))), false);
      const session = await store.getSession(hash(1));
      assert.equal(session?.user.username, "ada");
      assert.deepEqual(session?.expiresAt, at(3600));
      await store.removeAllSessions("bob");
      assert.ok(await store.getSession(hash(1)) !== null);
    },
  ),

  storeCase("addSession() of one hash is true for exactly one of 100 callers", async (store) => {
    await addUser(store, "ada");
    await addUser(store, "bob");
    const answers = await atOnce(
      100,
      (number) => store.addSession(token(number % 2 === 0 ? "ada" : "bob", hash(1))),
    );
    exactlyOne(answers, "addSession");
    const owner = answers.indexOf(true) % 2 === 0 ? "ada" : "bob";
    assert.equal((await store.getSession(hash(1)))?.user.username, owner);
  }),

  storeCase("removeSession() is true once, then false", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    assert.equal(await store.removeSession(hash(1)), true);
    assert.equal(await store.getSession(hash(1)), null);
    assert.equal(await store.removeSession(hash(1)), false);
  }),

  storeCase("removeSession() ends one session and leaves the user's others", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    await store.addSession(token("ada", hash(2)));
    assert.equal(await store.removeSession(hash(3)), false);
    await store.removeSession(hash(1));
    assert.ok(await store.getSession(hash(2)) !== null);
  }),

  storeCase("removeSession() is true for exactly one of 100 callers (I2, R49)", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    exactlyOne(await atOnce(100, () => store.removeSession(hash(1))), "removeSession");
    assert.equal(await store.getSession(hash(1)), null);
  }),

  storeCase("removeSession() frees the hash for nobody but a new session", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    await store.removeSession(hash(1));
    assert.equal(await store.addSession({ username: "ada", tokenHash: hash(1), expiresAt: at(60) }), true);
    const session = await store.getSession(hash(1));
    assert.deepEqual(session?.expiresAt, at(60));
    assert.equal(session?.createdAt, undefined, "nothing of the removed session may stay");
  }),

  storeCase("removeAllSessions() ends every session of the user, expired ones too (R57)", async (store) => {
    await addUser(store, "ada");
    await atOnce(30, (number) => store.addSession(token("ada", hash(number))));
    await store.addSession({ username: "ada", tokenHash: hash(99), expiresAt: at(-60) });
    await store.removeAllSessions("ada");
    const found = await atOnce(100, (number) => store.getSession(hash(number)));
    assert.ok(found.every((session) => session === null));
    assert.equal(await store.removeSession(hash(1)), false);
  }),

  storeCase("removeAllSessions() does nothing for a user without one, or a missing user", async (store) => {
    await addUser(store, "ada");
    await addUser(store, "bob");
    await store.addSession(token("bob", hash(1)));
    await store.removeAllSessions("ada");
    await store.removeAllSessions("nobody");
    assert.ok(await store.getSession(hash(1)) !== null);
  }),

  storeCase("refreshSession() moves the expiry and nothing else", async (store) => {
    await addUser(store, "ada");
    const id = "4a2f2f4e-0b7d-4c9a-8a43-1d2e3f405162";
    await store.addSession({ ...token("ada", hash(1)), id });
    await store.addSession(token("ada", hash(2)));
    const before = await store.getSession(hash(1));
    assert.ok(before !== null);
    assert.equal(await store.refreshSession(hash(1), at(7200.001)), true);
    assert.deepEqual(await store.getSession(hash(1)), { ...before, expiresAt: at(7200.001) });
    assert.deepEqual((await store.getSession(hash(2)))?.expiresAt, at(3600), "only this one session");
  }),

  storeCase("refreshSession() moves to a later instant only", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    assert.equal(await store.refreshSession(hash(1), at(3599.999)), false);
    assert.equal(await store.refreshSession(hash(1), at(3600)), false, "the same instant is not later");
    assert.equal(await store.refreshSession(hash(1), at(60), at(3600)), false);
    assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(3600));
    assert.equal(await store.refreshSession(hash(1), at(3600.001)), true);
  }),

  storeCase("refreshSession() moves only what still has ifExpiresAt", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    assert.equal(await store.refreshSession(hash(1), at(7200), at(3600.001)), false);
    assert.equal(await store.refreshSession(hash(1), at(7200), at(3599.999)), false);
    assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(3600));
    assert.equal(await store.refreshSession(hash(1), at(7200), at(3600)), true);
    assert.equal(await store.refreshSession(hash(1), at(9000), at(3600)), false);
    assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(7200));
  }),

  storeCase(
    "refreshSession() of a missing or removed session is false and brings nothing back (R71)",
    async (store) => {
      await addUser(store, "ada");
      assert.equal(await store.refreshSession(hash(1), at(7200)), false);
      assert.equal(await store.getSession(hash(1)), null);
      await store.addSession(token("ada", hash(1)));
      await store.removeSession(hash(1));
      assert.equal(await store.refreshSession(hash(1), at(7200)), false);
      assert.equal(await store.refreshSession(hash(1), at(7200), at(3600)), false);
      assert.equal(
        await store.getSession(hash(1)),
        null,
        "a refresh must update, never write the session anew",
      );
      await store.addSession(token("ada", hash(2)));
      await store.removeAllSessions("ada");
      assert.equal(await store.refreshSession(hash(2), at(7200)), false);
      assert.equal(await store.getSession(hash(2)), null);
    },
  ),

  storeCase("refreshSession() of an expired session works, for only the core judges time", async (store) => {
    await addUser(store, "ada");
    await store.addSession({ username: "ada", tokenHash: hash(1), expiresAt: at(-60) });
    assert.equal(await store.refreshSession(hash(1), at(60)), true);
    assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(60));
  }),

  storeCase(
    "refreshSession() with one ifExpiresAt is true for exactly one of 100 callers (R71)",
    async (store) => {
      await addUser(store, "ada");
      await store.addSession(token("ada", hash(1)));
      const answers = await atOnce(
        100,
        (number) => store.refreshSession(hash(1), at(7200 + number), at(3600)),
      );
      exactlyOne(answers, "refreshSession");
      assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(7200 + answers.indexOf(true)));
    },
  ),

  storeCase("refreshSession() by 100 callers ends at the latest instant", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    // 37 and 100 have no common divisor: every instant once, in no order.
    await atOnce(100, (number) => store.refreshSession(hash(1), at(7200 + (number * 37) % 100)));
    assert.deepEqual((await store.getSession(hash(1)))?.expiresAt, at(7299));
  }),

  storeCase("refreshSession() racing removeSession() never brings the session back (R71)", async (store) => {
    await addUser(store, "ada");
    await atOnce(20, (number) => store.addSession(token("ada", hash(number))));
    await atOnce(20, async (number) => {
      const refreshes = atOnce(5, (again) => store.refreshSession(hash(number), at(7200 + again)));
      const removed = store.removeSession(hash(number));
      const more = atOnce(5, (again) => store.refreshSession(hash(number), at(8000 + again)));
      await Promise.all([refreshes, more]);
      assert.equal(await removed, true);
    });
    const found = await atOnce(20, (number) => store.getSession(hash(number)));
    assert.ok(found.every((session) => session === null), "a removed session came back by a refresh");
  }),

  storeCase(
    "refreshSession() racing removeAllSessions() never brings a session back (R71)",
    async (store) => {
      await addUser(store, "ada");
      await atOnce(20, (number) => store.addSession(token("ada", hash(number))));
      const refreshes = atOnce(20, (number) => store.refreshSession(hash(number), at(7200)));
      const removed = store.removeAllSessions("ada");
      const more = atOnce(20, (number) => store.refreshSession(hash(number), at(8000)));
      await Promise.all([refreshes, removed, more]);
      const found = await atOnce(20, (number) => store.getSession(hash(number)));
      assert.ok(found.every((session) => session === null), "a removed session came back by a refresh");
    },
  ),
];
