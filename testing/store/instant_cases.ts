import assert from "node:assert/strict";
import { addUser, at, hash, person, token } from "./_fixtures.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** Instants that a column in seconds, a float, a local time zone or a two-digit year gets wrong. */
const INSTANTS: readonly (readonly [string, Date])[] = [
  ["one millisecond after a second", at(86_400.001)],
  ["one millisecond before a second", at(86_400.999)],
  ["the last millisecond of a year", new Date("2037-12-31T23:59:59.999Z")],
  ["the first instant of a year", new Date("2038-01-01T00:00:00.000Z")],
  ["an instant past the 32-bit second", new Date("2038-01-19T03:14:08.001Z")],
  ["an hour that daylight saving skips", new Date("2040-03-25T02:30:00.123Z")],
  ["a leap day", new Date("2096-02-29T12:34:56.789Z")],
  ["the far future", new Date("9999-12-31T23:59:59.999Z")],
];

/** Instants are exact to the millisecond, and nobody shares a `Date` with the store. */
export const instantCases: readonly StoreCase[] = [
  ...INSTANTS.map(([what, instant]) =>
    storeCase(`expiresAt and createdAt keep ${what} (T10)`, async (store) => {
      await addUser(
        store,
        person("ada", { verificationTokenHash: hash(1), expiresAt: instant, createdAt: instant }),
      );
      const dates = { expiresAt: instant, createdAt: instant };
      await store.addSession({ username: "ada", tokenHash: hash(2), ...dates });
      await store.setPasswordReset({ username: "ada", tokenHash: hash(3), ...dates });
      assert.deepEqual((await store.getUserByUsername("ada"))?.createdAt, instant);
      const stored = [
        await store.getEmailVerification(hash(1)),
        await store.getSession(hash(2)),
        await store.getPasswordReset(hash(3)),
      ];
      for (const found of stored) {
        assert.deepEqual(found?.expiresAt, instant);
        assert.deepEqual(found?.createdAt, instant);
      }
      assert.deepEqual((await store.getSession(hash(2)))?.user.createdAt, instant);
    })
  ),

  storeCase("createdAt may lie decades back and be the epoch itself", async (store) => {
    for (const [number, text] of ["1999-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z"].entries()) {
      await addUser(store, person(`user${number}`, { createdAt: new Date(text) }));
      assert.deepEqual((await store.getUserByUsername(`user${number}`))?.createdAt, new Date(text));
    }
  }),

  storeCase("createdAt that was not given stays absent", async (store) => {
    await addUser(store, person("ada", { verificationTokenHash: hash(1), expiresAt: at(60) }));
    await store.addSession({ username: "ada", tokenHash: hash(2), expiresAt: at(60) });
    await store.setPasswordReset({ username: "ada", tokenHash: hash(3), expiresAt: at(60) });
    const why = "a store owns no clock: it neither makes up createdAt nor turns it into null";
    assert.equal((await store.getUserByUsername("ada"))?.createdAt, undefined, why);
    assert.equal((await store.getEmailVerification(hash(1)))?.createdAt, undefined, why);
    const session = await store.getSession(hash(2));
    assert.ok(session !== null);
    assert.equal(session.createdAt, undefined, why);
    assert.equal(session.user.createdAt, undefined, why);
    assert.equal((await store.getPasswordReset(hash(3)))?.createdAt, undefined, why);
  }),

  storeCase("createdAt stays what it was given through later changes", async (store) => {
    await addUser(store, person("ada", { createdAt: at(-60.001) }));
    await store.addSession({ ...token("ada", hash(1)), createdAt: at(-30.001) });
    await store.setUserVerified("ada", "new@example.org");
    await store.setPasswordHash("ada", "$fake$2");
    await store.refreshSession(hash(1), at(7200));
    assert.deepEqual((await store.getUserByUsername("ada"))?.createdAt, at(-60.001));
    assert.deepEqual((await store.getSession(hash(1)))?.createdAt, at(-30.001));
  }),

  storeCase("instants given out are copies", async (store) => {
    await addUser(
      store,
      person("ada", { verificationTokenHash: hash(1), expiresAt: at(60), createdAt: at(0) }),
    );
    await store.addSession(token("ada", hash(2)));
    await store.setPasswordReset(token("ada", hash(3)));
    const session = await store.getSession(hash(2));
    const given = [
      (await store.getUserByUsername("ada"))?.createdAt,
      (await store.getUserByEmail("ada@example.org"))?.createdAt,
      (await store.getEmailVerification(hash(1)))?.expiresAt,
      (await store.getPasswordReset(hash(3)))?.expiresAt,
      session?.expiresAt,
      session?.createdAt,
      session?.user.createdAt,
    ];
    for (const date of given) date?.setTime(0);
    assert.deepEqual((await store.getUserByUsername("ada"))?.createdAt, at(0));
    assert.deepEqual((await store.getEmailVerification(hash(1)))?.expiresAt, at(60));
    assert.deepEqual((await store.getPasswordReset(hash(3)))?.expiresAt, at(3600));
    assert.deepEqual((await store.getSession(hash(2)))?.expiresAt, at(3600));
    assert.deepEqual((await store.getSession(hash(2)))?.createdAt, at(0));
    assert.deepEqual((await store.getSession(hash(2)))?.user.createdAt, at(0));
  }),

  storeCase("instants taken in are copied", async (store) => {
    const expiresAt = at(60);
    const createdAt = at(0);
    const later = at(120);
    await addUser(store, person("ada", { verificationTokenHash: hash(1), expiresAt, createdAt }));
    await store.addSession({ username: "ada", tokenHash: hash(2), expiresAt, createdAt });
    await store.addSession({ username: "ada", tokenHash: hash(4), expiresAt, createdAt });
    await store.setPasswordReset({ username: "ada", tokenHash: hash(3), expiresAt, createdAt });
    await store.refreshSession(hash(4), later);
    for (const date of [expiresAt, createdAt, later]) date.setTime(0);
    assert.deepEqual((await store.getUserByUsername("ada"))?.createdAt, at(0));
    assert.deepEqual((await store.getEmailVerification(hash(1)))?.expiresAt, at(60));
    assert.deepEqual((await store.getSession(hash(2)))?.expiresAt, at(60));
    assert.deepEqual((await store.getSession(hash(4)))?.expiresAt, at(120));
    assert.deepEqual((await store.getPasswordReset(hash(3)))?.expiresAt, at(60));
  }),
];
