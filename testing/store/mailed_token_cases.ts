import assert from "node:assert/strict";
import type { UserStore, UserToken } from "../../interfaces.ts";
import { addUser, addVerifiedUser, at, hash, token } from "./_fixtures.ts";
import { atOnce, exactlyOne } from "./_outcomes.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** The four methods that verifications and resets have alike. */
interface MailedToken {
  readonly kind: string;
  readonly set: (store: UserStore, record: UserToken) => Promise<boolean>;
  readonly get: (store: UserStore, tokenHash: string) => Promise<UserToken | null>;
  readonly remove: (store: UserStore, tokenHash: string) => Promise<boolean>;
  readonly removeForUser: (store: UserStore, username: string) => Promise<void>;
}

const KINDS: readonly MailedToken[] = [
  {
    kind: "EmailVerification",
    set: (store, record) => store.setEmailVerification(record),
    get: (store, tokenHash) => store.getEmailVerification(tokenHash),
    remove: (store, tokenHash) => store.removeEmailVerification(tokenHash),
    removeForUser: (store, username) => store.removeEmailVerificationForUser(username),
  },
  {
    kind: "PasswordReset",
    set: (store, record) => store.setPasswordReset(record),
    get: (store, tokenHash) => store.getPasswordReset(tokenHash),
    remove: (store, tokenHash) => store.removePasswordReset(tokenHash),
    removeForUser: (store, username) => store.removePasswordResetForUser(username),
  },
];

function storingCases({ kind, set, get }: MailedToken): StoreCase[] {
  return [
    storeCase(`get${kind}() gives what was set, and null for an unknown hash`, async (store) => {
      await addUser(store, "Ada");
      assert.equal(await get(store, hash(1)), null);
      assert.equal(await set(store, token("Ada", hash(1))), true);
      const stored = await get(store, hash(1));
      assert.ok(stored !== null);
      const { username, tokenHash, expiresAt, createdAt } = stored;
      assert.deepEqual({ username, tokenHash, expiresAt, createdAt }, token("Ada", hash(1)));
      assert.equal(await get(store, hash(2)), null);
    }),

    storeCase(`get${kind}() gives an expired token as it is (I6)`, async (store) => {
      await addUser(store, "ada");
      await set(store, { username: "ada", tokenHash: hash(1), expiresAt: at(-3600), createdAt: at(-7200) });
      const why = "only the core judges time; a store returns what has expired";
      assert.deepEqual((await get(store, hash(1)))?.expiresAt, at(-3600), why);
    }),

    storeCase(`set${kind}() for a missing account is false and writes nothing (I4)`, async (store) => {
      assert.equal(await set(store, token("ada", hash(1))), false);
      assert.equal(await get(store, hash(1)), null);
      await addUser(store, "ada");
      assert.equal(await get(store, hash(1)), null);
    }),
  ];
}

function replacingCases({ kind, set, get }: MailedToken): StoreCase[] {
  return [
    storeCase(`set${kind}() replaces the earlier token of the user (R51)`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      assert.equal(await set(store, { ...token("ada", hash(2)), expiresAt: at(60) }), true);
      assert.equal(await get(store, hash(1)), null, "a user has one token of this kind");
      assert.deepEqual((await get(store, hash(2)))?.expiresAt, at(60));
    }),

    storeCase(`set${kind}() with the same hash again stores the newer expiry`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      assert.equal(await set(store, { ...token("ada", hash(1)), expiresAt: at(60) }), true);
      assert.deepEqual((await get(store, hash(1)))?.expiresAt, at(60));
    }),

    storeCase(`set${kind}() forgets createdAt of the token it replaces`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      await set(store, { username: "ada", tokenHash: hash(2), expiresAt: at(60) });
      assert.equal((await get(store, hash(2)))?.createdAt, undefined);
    }),
  ];
}

function racingCases({ kind, set, get, remove }: MailedToken): StoreCase[] {
  return [
    storeCase(`set${kind}() by 100 callers at once leaves exactly one live token (I2)`, async (store) => {
      await addUser(store, "ada");
      const answers = await atOnce(100, (number) => set(store, token("ada", hash(number))));
      assert.ok(answers.every((answer) => answer), "replacing never fails for an account that exists");
      const found = await atOnce(100, (number) => get(store, hash(number)));
      const live = found.filter((stored) => stored !== null).length;
      assert.equal(live, 1, `${live} live tokens: replace in one statement under a unique key per user`);
    }),

    storeCase(`set${kind}() by many users at once keeps one token for each`, async (store) => {
      await atOnce(10, (number) => addUser(store, `user${number}`));
      await atOnce(50, (number) => set(store, token(`user${number % 10}`, hash(number))));
      const found = await atOnce(50, (number) => get(store, hash(number)));
      const owners = found.flatMap((stored) => stored === null ? [] : [stored.username]);
      assert.deepEqual(owners.sort(), Array.from({ length: 10 }, (_, number) => `user${number}`));
    }),

    storeCase(`remove${kind}() is true for exactly one of 100 callers (I2, R49)`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      exactlyOne(await atOnce(100, () => remove(store, hash(1))), `remove${kind}`);
      assert.equal(await get(store, hash(1)), null);
    }),

    storeCase(`remove${kind}() racing a new token removes at most its own (I2)`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      const [removed, replaced] = await Promise.all([
        remove(store, hash(1)),
        set(store, token("ada", hash(2))),
      ]);
      assert.equal(typeof removed, "boolean");
      assert.equal(replaced, true);
      assert.equal(await get(store, hash(1)), null);
      assert.ok(await get(store, hash(2)) !== null);
    }),
  ];
}

function removingCases({ kind, set, get, remove, removeForUser }: MailedToken): StoreCase[] {
  return [
    storeCase(`remove${kind}() is true once, then false`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      assert.equal(await remove(store, hash(1)), true);
      assert.equal(await get(store, hash(1)), null);
      assert.equal(await remove(store, hash(1)), false);
    }),

    storeCase(`remove${kind}() is false for an unknown hash and leaves the others`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      assert.equal(await remove(store, hash(2)), false);
      assert.ok(await get(store, hash(1)) !== null);
    }),

    storeCase(`remove${kind}() is false for a token that was replaced (R51)`, async (store) => {
      await addUser(store, "ada");
      await set(store, token("ada", hash(1)));
      await set(store, token("ada", hash(2)));
      assert.equal(await remove(store, hash(1)), false);
      assert.ok(
        await get(store, hash(2)) !== null,
        "removing the old hash must not remove the user's new token",
      );
    }),

    storeCase(`remove${kind}() removes an expired token, too`, async (store) => {
      await addUser(store, "ada");
      await set(store, { username: "ada", tokenHash: hash(1), expiresAt: at(-60) });
      assert.equal(await remove(store, hash(1)), true, "true is about the row, not about time");
    }),

    storeCase(`remove${kind}ForUser() removes the user's token`, async (store) => {
      await addVerifiedUser(store, "ada");
      await set(store, token("ada", hash(1)));
      await removeForUser(store, "ada");
      assert.equal(await get(store, hash(1)), null);
      assert.equal(await remove(store, hash(1)), false);
      assert.equal(await set(store, token("ada", hash(1))), true);
    }),

    storeCase(
      `remove${kind}ForUser() does nothing for a user without one, or a missing user`,
      async (store) => {
        await addUser(store, "ada");
        await addUser(store, "bob");
        await set(store, token("bob", hash(1)));
        await removeForUser(store, "ada");
        await removeForUser(store, "nobody");
        assert.ok(await get(store, hash(1)) !== null);
      },
    ),
  ];
}

/** Mailed tokens: one of each kind for a user, and each good for one use. */
export const mailedTokenCases: readonly StoreCase[] = [
  ...KINDS.flatMap((kind) => [
    ...storingCases(kind),
    ...replacingCases(kind),
    ...removingCases(kind),
    ...racingCases(kind),
  ]),

  storeCase("setEmailVerification() keeps the address it proves, and its absence", async (store) => {
    await addUser(store, "ada");
    await store.setEmailVerification({ ...token("ada", hash(1)), email: "new@example.org" });
    assert.equal((await store.getEmailVerification(hash(1)))?.email, "new@example.org");
    await store.setEmailVerification(token("ada", hash(2)));
    const email = (await store.getEmailVerification(hash(2)))?.email;
    assert.equal(
      email ?? "ada@example.org",
      "ada@example.org",
      "the address of the replaced token must not stay",
    );
  }),

  storeCase("setEmailVerification() replaces the token that createUser stored", async (store) => {
    await addUser(store, "bob");
    await store.createUser({
      id: crypto.randomUUID(),
      username: "ada",
      usernameKey: "ada",
      email: "ada@example.org",
      passwordHash: "$fake$1",
      verificationTokenHash: hash(1),
      expiresAt: at(60),
    });
    assert.equal(await store.setEmailVerification(token("ada", hash(2))), true);
    assert.equal(await store.getEmailVerification(hash(1)), null);
    assert.ok(await store.getEmailVerification(hash(2)) !== null);
  }),
];
