import assert from "node:assert/strict";
import { test } from "node:test";
import { isUserHarborError, type UserStore } from "@userharbor/core";
import { outboxQueueCases, userStoreCases } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";

for (
  const { name, run } of userStoreCases(() => new MemoryUserStore(), { records: (store) => store.records() })
) {
  test(name, async (context) => {
    const doesNotApply = await run();
    if (typeof doesNotApply === "string") context.skip(doesNotApply);
  });
}

function openQueue() {
  const store = new MemoryUserStore();
  return { store, queue: store.outboxQueue };
}

for (
  const { name, run } of outboxQueueCases(openQueue, {
    another: ({ store }) => ({ store, queue: store.outboxQueue }),
  })
) {
  test(`outboxQueue: ${name}`, async () => assert.equal(await run(), undefined));
}

const LATER = "2030-01-01T00:00:00.000Z";
const HASH = "a".repeat(64);
const ADA = { id: "1", username: "Ada", email: "ada@example.org", passwordHash: "$ada" };
const BOB = { id: "2", username: "bob", email: "bob@example.org", passwordHash: "$bob" };

test("createUser() keeps its own copy of the instants it is given", async () => {
  const store = new MemoryUserStore();
  const [createdAt, expiresAt] = [new Date(LATER), new Date(LATER)];
  await store.createUser({ ...ADA, verificationTokenHash: HASH, expiresAt, createdAt });
  createdAt.setTime(0);
  expiresAt.setTime(0);

  assert.equal((await store.getUserByUsername("ada"))?.createdAt?.toISOString(), LATER);
  const verification = await store.getEmailVerification(HASH);
  assert.equal(verification?.createdAt?.toISOString(), LATER);
  assert.equal(verification?.expiresAt.toISOString(), LATER);
});

test("addSession() and refreshSession() keep their own copy of the instants they are given", async () => {
  const store = await withAda();
  const expiresAt = new Date(0);
  await store.addSession({ username: "Ada", tokenHash: HASH, expiresAt });
  expiresAt.setTime(1);
  assert.equal((await store.getSession(HASH))?.expiresAt.getTime(), 0);

  const refreshedTo = new Date(LATER);
  assert.equal(await store.refreshSession(HASH, refreshedTo, new Date(0)), true);
  refreshedTo.setTime(0);
  assert.equal((await store.getSession(HASH))?.expiresAt.toISOString(), LATER);
});

test("getSession() answers a copy, its user and instants included", async () => {
  const store = await withAda();
  await store.addSession({ username: "Ada", tokenHash: HASH, expiresAt: new Date(LATER) });
  const session = await store.getSession(HASH);
  assert(session);
  session.expiresAt.setTime(0);
  session.user.createdAt?.setTime(0);
  Object.assign(session.user, { email: "mallory@example.org", verified: true });

  const again = await store.getSession(HASH);
  assert.equal(again?.expiresAt.toISOString(), LATER);
  assert.deepEqual(again?.user, await store.getUserByUsername("ada"));
  assert.equal(again?.user.createdAt?.toISOString(), LATER);
  assert.equal(again?.user.email, ADA.email);
  assert.equal(again?.user.verified, false);
});

test("setEmailVerification() and setPasswordReset() store copies and answer copies", async () => {
  const store = await withAda();
  const expiresAt = new Date(LATER);
  await store.setEmailVerification({ username: "Ada", tokenHash: HASH, expiresAt });
  await store.setPasswordReset({ username: "Ada", tokenHash: HASH, expiresAt });
  expiresAt.setTime(0);
  (await store.getEmailVerification(HASH))?.expiresAt.setTime(0);
  (await store.getPasswordReset(HASH))?.expiresAt.setTime(0);

  assert.equal((await store.getEmailVerification(HASH))?.expiresAt.toISOString(), LATER);
  assert.equal((await store.getPasswordReset(HASH))?.expiresAt.toISOString(), LATER);
});

test("the sets of names that are answered are copies", async () => {
  const store = await withAda();
  await store.createRole("editor");
  await store.createPermission("posts.edit");
  await store.grantPermissionToRole("editor", "posts.edit");
  await store.grantRoleToUser("Ada", "editor");
  const read = () =>
    Promise.all([
      store.listRoles(),
      store.listPermissions(),
      store.getUserRoles("Ada"),
      store.getRolePermissions("editor"),
      store.getUserPermissions("Ada"),
    ]);
  const before = await read();
  assert.deepEqual(before.map((names) => names.size), [1, 1, 1, 1, 1]);
  for (const names of await read()) names.clear();
  assert.deepEqual(await read(), before);
});

test("createUser() and set…Token leave a token hash with the user that has it", async () => {
  const store = await withAda();
  await store.createUser(BOB);
  const tokenOf = (username: string) => ({ username, tokenHash: HASH, expiresAt: new Date(LATER) });
  await store.setEmailVerification(tokenOf("Ada"));
  await store.setPasswordReset(tokenOf("Ada"));

  assert.equal(await store.setEmailVerification(tokenOf("bob")), false);
  assert.equal(await store.setPasswordReset(tokenOf("bob")), false);
  const eve = { ...BOB, id: "3", username: "eve", verificationTokenHash: HASH, expiresAt: new Date(LATER) };
  await assert.rejects(store.createUser(eve), (error) => !isUserHarborError(error));
  assert.equal(await store.getUserByUsername("eve"), null);
  assert.equal((await store.getUserByEmail(BOB.email))?.username, "bob");
  assert.equal((await store.getEmailVerification(HASH))?.username, "Ada");
  assert.equal((await store.getPasswordReset(HASH))?.username, "Ada");
});

test("setUserVerified() with another address gives the earlier one up", async () => {
  const store = await withAda();
  assert.equal(await store.setUserVerified("Ada", "lovelace@example.org"), true);
  assert.equal(await store.getUserByEmail(ADA.email), null);
  assert.equal((await store.getUserByEmail("lovelace@example.org"))?.username, "Ada");
  await store.createUser({ ...BOB, email: ADA.email });
  assert.equal((await store.getUserByEmail(ADA.email))?.username, "bob");
});

test("every method answers with a promise, whatever it is handed", async () => {
  for (const name of methodNames()) {
    const answer: unknown = Reflect.apply(Reflect.get(MemoryUserStore.prototype, name), await withAda(), []);
    assert(answer instanceof Promise, name);
    await answer.catch(() => {});
  }
});

test("every method of a handle rejects with a TypeError once its transaction has ended", async () => {
  const store = await withAda();
  const committed = await store.transaction((handle) => Promise.resolve(handle));
  const rolledBack: UserStore[] = [];
  await assert.rejects(store.transaction((handle) => {
    rolledBack.push(handle);
    return Promise.reject(new Error("rolled back"));
  }));
  for (const handle of [committed, ...rolledBack]) {
    for (const name of methodNames()) {
      await assert.rejects(Reflect.apply(Reflect.get(handle, name), handle, []), TypeError, name);
    }
  }
  assert.equal((await store.getUserByUsername("ada"))?.username, "Ada");
});

test("transaction() on a handle joins: what it wrote goes when the outer work rejects", async () => {
  const store = await withAda();
  const why = new Error("outer work failed");
  const outcome = store.transaction(async (outer) => {
    const inner = await outer.transaction(async (handle) => {
      await handle.createUser(BOB);
      return (await handle.getUserByUsername("bob"))?.username;
    });
    assert.equal(inner, "bob");
    assert.equal((await outer.getUserByUsername("bob"))?.username, "bob");
    throw why;
  });
  await assert.rejects(outcome, (error) => error === why);
  assert.equal(await store.getUserByUsername("bob"), null);
});

test("transaction() that rolls back leaves every table as it was", async () => {
  const store = await withAda();
  await store.createRole("editor");
  await store.createPermission("posts.edit");
  await store.grantPermissionToRole("editor", "posts.edit");
  await store.grantRoleToUser("Ada", "editor");
  await store.addSession({ username: "Ada", tokenHash: HASH, expiresAt: new Date(LATER) });
  const read = () =>
    Promise.all([
      store.getSession(HASH),
      store.getPasswordHash("Ada"),
      store.getUserByEmail(ADA.email),
      store.getUserRoles("Ada"),
      store.getUserPermissions("Ada"),
      store.listPermissions(),
    ]);
  const before = await read();
  await assert.rejects(store.transaction(async (handle) => {
    await handle.revokeRoleFromUser("Ada", "editor");
    await handle.revokePermissionFromRole("editor", "posts.edit");
    await handle.createPermission("posts.delete");
    await handle.grantPermissionToRole("editor", "posts.delete");
    await handle.refreshSession(HASH, new Date("2031-01-01T00:00:00Z"));
    await handle.setPasswordHash("Ada", "$other");
    await handle.setUserVerified("Ada", "lovelace@example.org");
    throw new Error("rolled back");
  }));
  assert.deepEqual(await read(), before);
});

test("calls from outside an open transaction take their turns in the order they came", async () => {
  const store = await withAda();
  const release = Promise.withResolvers<void>();
  const held = store.transaction(() => release.promise);
  const calls = Promise.all([
    store.getPasswordHash("Ada"),
    store.setPasswordHash("Ada", "$1"),
    store.transaction(async (handle) => {
      const before = await handle.getPasswordHash("Ada");
      await handle.setPasswordHash("Ada", "$2");
      return before;
    }),
    store.getPasswordHash("Ada"),
  ]);
  release.resolve();
  await held;
  assert.deepEqual(await calls, ["$ada", true, "$1", "$2"]);
});

test("transaction() open for 5 s turns waiters away with a plain Error and still commits its work", async () => {
  const store = await withAda();
  const release = Promise.withResolvers<void>();
  const fireTimers = captureTimers();
  let waiting: Promise<unknown>;
  const transaction = store.transaction(async (handle) => {
    await release.promise;
    await handle.setPasswordHash("Ada", "$new");
  });
  try {
    waiting = store.getPasswordHash("Ada");
  } finally {
    assert.deepEqual(fireTimers().map((delayMs) => delayMs > 4_000 && delayMs <= 5_000), [true]);
  }
  const isPlain = (error: unknown) =>
    error instanceof Error && error.name === "Error" && !isUserHarborError(error);
  await assert.rejects(waiting, isPlain);
  await assert.rejects(store.deleteUser("Ada"), isPlain);
  release.resolve();
  await transaction;
  assert.equal(await store.getPasswordHash("Ada"), "$new");
});

test("purgeExpired() counts an account as one row, whatever goes with it", async () => {
  const store = new MemoryUserStore();
  const createdAt = new Date(0);
  await store.createUser({ ...ADA, createdAt, verificationTokenHash: HASH, expiresAt: new Date(LATER) });
  await store.createUser({ ...BOB, createdAt });
  const request = { before: new Date(1), unverifiedBefore: new Date(1), limit: 1 };
  assert.equal(await store.purgeExpired(request), 1);
  assert.equal(await store.getEmailVerification(HASH), null);
  assert.equal((await store.getUserByUsername("bob"))?.id, "2");
  assert.equal(await store.purgeExpired(request), 1);
  assert.equal(await store.purgeExpired(request), 0);
});

test("setUsername() takes all that refers to the account along (I4)", async () => {
  const store = await withAda();
  await store.createUser({ ...BOB, email: ADA.email });
  await store.createRole("editor");
  await store.grantRoleToUser("Ada", "editor");
  await store.setUserFlags("Ada", { mustChangePassword: true });
  const token = { username: "Ada", tokenHash: HASH, expiresAt: new Date(LATER) };
  await store.addSession(token);
  await store.setPasswordReset(token);
  await store.setEmailVerification({ ...token, email: "lovelace@example.org" });

  assert.equal(await store.setUsername("Ada", { username: "Byron", usernameKey: "byron" }), true);
  const user = await store.getUserByUsername("byron");
  assert.deepEqual(user, {
    id: ADA.id,
    username: "Byron",
    email: ADA.email,
    verified: false,
    createdAt: new Date(LATER),
    mustChangePassword: true,
  });
  assert.equal(await store.getUserByUsername("ada"), null);
  assert.equal((await store.getUserByEmail(ADA.email))?.username, "bob");
  assert.equal(await store.getPasswordHash("Byron"), ADA.passwordHash);
  assert.deepEqual(await store.getSession(HASH), { ...token, username: "Byron", user });
  assert.equal((await store.getPasswordReset(HASH))?.username, "Byron");
  assert.deepEqual(await store.getEmailVerification(HASH), {
    ...token,
    username: "Byron",
    email: "lovelace@example.org",
  });
  assert.deepEqual(await store.getUserRoles("Byron"), new Set(["editor"]));

  await store.createUser({ ...BOB, id: "3", username: "Ada", email: "new@example.org" });
  assert.deepEqual(await store.getUserRoles("Ada"), new Set());
  assert.deepEqual(await store.listSessions("Ada"), []);
});

test("setUsername() refuses a name of somebody else's and changes nothing (I1)", async () => {
  const store = await withAda();
  await store.createUser(BOB);
  const outcome = store.setUsername("Ada", { username: "BOB", usernameKey: "bob" });
  await assert.rejects(outcome, (error) => isUserHarborError(error) && error.code === "username_taken");
  assert.equal((await store.getUserByUsername("ada"))?.username, "Ada");
  assert.equal((await store.getUserByUsername("bob"))?.id, BOB.id);
  assert.equal(await store.setUsername("Ada", { username: "ADA", usernameKey: "ada" }), true);
  assert.equal((await store.getUserByEmail(ADA.email))?.username, "ADA");
});

test("listUsers() orders by code point, not by halves of surrogate pairs", async () => {
  const store = new MemoryUserStore();
  for (const [index, username] of ["\u{1f600}", "\uff21", "a", "ab"].entries()) {
    await store.createUser({
      ...ADA,
      id: `${index}`,
      username,
      usernameKey: username,
      email: `${index}@x.org`,
    });
  }
  const page = async (request: { startsWith?: string; afterUsernameKey?: string }) =>
    (await store.listUsers({ ...request, limit: 10 })).map(({ username }) => username);
  assert.deepEqual(await page({}), ["a", "ab", "\uff21", "\u{1f600}"]);
  assert.deepEqual(await page({ afterUsernameKey: "ab" }), ["\uff21", "\u{1f600}"]);
  assert.deepEqual(await page({ startsWith: "a" }), ["a", "ab"]);
  assert.deepEqual(await page({ startsWith: "3@" }), ["ab"]);
});

test("records() has copies of what was appended by transactions that committed", async () => {
  const store = new MemoryUserStore();
  const record = { id: "1", kind: "event", createdAt: new Date(LATER), body: "{}" };
  await store.append(record);
  record.createdAt.setTime(0);
  await assert.rejects(store.append(record), (error) => !isUserHarborError(error));
  await assert.rejects(store.transaction(async (handle) => {
    await handle.append?.({ ...record, id: "2" });
    throw new Error("rolled back");
  }));
  await store.transaction(async (handle) => await handle.append?.({ ...record, id: "3", userId: ADA.id }));
  (await store.records())[0]?.createdAt.setTime(0);
  assert.deepEqual(await store.records(), [
    { ...record, createdAt: new Date(LATER) },
    { ...record, id: "3", userId: ADA.id },
  ]);
});

test("diagnose() says that the store is in memory", async () => {
  const findings = await new MemoryUserStore().diagnose();
  assert.deepEqual(findings.map(({ code, level }) => [code, level]), [["store_in_memory", "unsafe"]]);
});

async function withAda(): Promise<MemoryUserStore> {
  const store = new MemoryUserStore();
  await store.createUser({ ...ADA, createdAt: new Date(LATER) });
  return store;
}

function methodNames(): string[] {
  return Object.getOwnPropertyNames(MemoryUserStore.prototype).filter((name) => name !== "constructor");
}

/** Holds back the timers started from now on; calling the result restores real ones and fires those held back. */
function captureTimers(): () => number[] {
  const real = globalThis.setTimeout;
  const held: { readonly fire: () => void; readonly delayMs: number }[] = [];
  globalThis.setTimeout = ((fire: () => void, delayMs: number) => {
    held.push({ fire, delayMs });
    return real(() => {}, 0);
  }) as typeof setTimeout;
  return () => {
    globalThis.setTimeout = real;
    for (const { fire } of held) fire();
    return held.map(({ delayMs }) => delayMs);
  };
}
