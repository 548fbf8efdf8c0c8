import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import type { ListUsersRequest, User } from "../mod.ts";
import { setFlags } from "./_flags.ts";
import { emailOf, type Life, openHarbor, untyped } from "./_harness.ts";
import { stores } from "./_stores.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

const HASH = "$elsewhere$";

/** Everything a list answers, page by page. */
async function pages(life: Life, input: Parameters<Life["harbor"]["users"]["list"]>[0]) {
  const names: (readonly string[])[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Life["harbor"]["users"]["list"]>> = await life.harbor.users.list({
      ...input,
      ...(cursor === null ? {} : { cursor }),
    });
    names.push(page.users.map(({ username }) => username));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return names;
}

async function importAll(life: Life, ...usernames: readonly string[]): Promise<void> {
  for (const [index, username] of usernames.entries()) {
    const email = `mail-${index}@example.org`;
    await life.harbor.users.import({ username, email, passwordHash: HASH, verified: true });
  }
}

test("users.get() finds an account by its name in any case, disabled or not; null for anything else", async () => {
  const life = openHarbor();
  await importAll(life, "Ada");
  const user = await life.harbor.users.get("ADA");
  assert.deepEqual(user, await life.store.getUserByUsername("ada"));
  await setFlags(life, "Ada", { disabled: true });
  assert.equal((await life.harbor.users.get("ada"))?.disabled, true);
  for (const name of ["bob", "mail-0@example.org", "", " ", "a".repeat(1_000), null, 7, {}]) {
    assert.equal(await life.harbor.users.get(untyped(name)), null);
  }
});

test("users.get() and users.list() know no lapsed account (R41)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  life.advance(1);
  await life.registered("bob");
  life.advance(604_799);
  assert.equal(await life.harbor.users.get("ada"), null);
  assert.equal((await life.harbor.users.get("bob"))?.username, "bob");
  assert.deepEqual(await pages(life, { limit: 1 }), [[], ["bob"]]);
});

for (const { name, open } of stores) {
  test(`users.list() has every account on exactly one page, in the order of the names, on ${name}`, async () => {
    const life = openHarbor({ store: await open(), usernameValidator: () => true });
    const usernames = ["Zoe", "ada", "_x", "B-2", "b-1", "\u00e9ve", "Ada2", "\u{1f98a}", "\ufb01", "\u4e2d"];
    await importAll(life, ...usernames);
    const sorted = ["_x", "ada", "Ada2", "b-1", "B-2", "Zoe", "\u00e9ve", "\u4e2d", "\ufb01", "\u{1f98a}"];
    for (const limit of [1, 2, 3, 9, 10, 11, 500]) {
      const found = await pages(life, { limit });
      assert.deepEqual(found.flat(), sorted, `limit ${limit}`);
      assert.deepEqual(found.map(({ length }) => length > limit), found.map(() => false));
      assert.equal(found.length, Math.max(1, Math.ceil(sorted.length / limit)));
    }
  });

  test(`users.list() finds by the beginning of a name or an address, in any case, on ${name}`, async () => {
    const life = openHarbor({ store: await open(), usernameValidator: () => true });
    await importAll(life, "Ada", "adam", "bob", "a_c", "a%d", "\u00c9ve");
    const found = async (startsWith: string) => (await pages(life, { startsWith })).flat();
    assert.deepEqual(await found("AD"), ["Ada", "adam"]);
    assert.deepEqual(await found("\uff21\uff24"), ["Ada", "adam"], "full-width");
    assert.deepEqual(await found("MAIL-2@Exam"), ["bob"]);
    assert.deepEqual(await found("e\u0301"), ["\u00c9ve"], "decomposed");
    assert.deepEqual(await found("a_"), ["a_c"]);
    assert.deepEqual(await found("a%"), ["a%d"]);
    assert.equal((await found("")).length, 6);
    assert.deepEqual(await found("da"), []);
    assert.deepEqual(await pages(life, { startsWith: "mail-", limit: 4 }).then(([page]) => page?.length), 4);
  });
}

test("users.list() asks nothing of the store for a beginning that no name and no address has", async () => {
  const life = openHarbor();
  for (const startsWith of ["a b", "a\u0000", "\ud800", "a\u200bb", "a".repeat(256), "a".repeat(1_000_000)]) {
    assert.deepEqual(await life.harbor.users.list({ startsWith }), { users: [], nextCursor: null });
  }
  assert.deepEqual(life.calls, []);
  await life.harbor.users.list({ startsWith: "a".repeat(255) });
  assert.equal(life.calls.length, 1);
});

test("users.list() goes on behind its cursor whoever comes and goes meanwhile", async () => {
  const life = openHarbor();
  await importAll(life, "bob", "eve", "joe", "zoe");
  const first = await life.harbor.users.list({ limit: 2 });
  await life.harbor.users.delete("eve");
  await life.harbor.users.import({ username: "abe", email: emailOf("abe"), passwordHash: HASH });
  await life.harbor.users.import({ username: "kim", email: emailOf("kim"), passwordHash: HASH });
  const second = await life.harbor.users.list({ cursor: first.nextCursor ?? "", limit: 2 });
  assert.deepEqual(second.users.map(({ username }) => username), ["joe", "kim"]);
});

test("users.list() goes on behind the canonical form of a name, however it is written", async () => {
  const life = openHarbor({ usernameValidator: () => true });
  await importAll(life, "\uff21\uff24\uff21", "bob", "eve");
  assert.deepEqual(await pages(life, { limit: 1 }), [["\uff21\uff24\uff21"], ["bob"], ["eve"]]);
});

test("users.list() has 50 accounts on a page by default", async () => {
  const life = openHarbor();
  await importAll(life, ...Array.from({ length: 51 }, (_, index) => `user-${index + 10}`));
  assert.deepEqual((await pages(life, {})).map(({ length }) => length), [50, 1]);
  assert.equal((await life.harbor.users.list()).users.length, 50);
});

test("users.list() refuses a limit, a cursor or a beginning that is none, before the store is asked", async () => {
  const life = openHarbor();
  const { users } = life.harbor;
  for (const limit of [0, -1, 1.5, 501, NaN, Infinity]) {
    await assert.rejects(users.list({ limit }), RangeError);
  }
  for (const limit of ["10", null, {}]) {
    await assert.rejects(users.list({ limit: untyped(limit) }), TypeError);
  }
  for (const cursor of ["", "!", "YQ==", "YR", "_w", "7aCA", "a".repeat(1_021), "a".repeat(1_000_000)]) {
    await assert.rejects(users.list({ cursor }), RangeError, cursor.slice(0, 20));
  }
  for (const cursor of [null, 7, ["YQ"]]) {
    await assert.rejects(users.list({ cursor: untyped(cursor) }), TypeError);
  }
  await assert.rejects(users.list({ startsWith: untyped(7) }), TypeError);
  assert.deepEqual(life.calls, []);
});

test("users.list() of a new store is empty: there is no account by default (R35)", async () => {
  for (const { open } of stores) {
    const life = openHarbor({ store: await open() });
    assert.deepEqual(await life.harbor.users.list(), { users: [], nextCursor: null });
    for (const name of ["admin", "root", "administrator"]) {
      assert.equal(await life.harbor.users.get(name), null);
    }
  }
});

test("users.list() needs a store that lists", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  await assert.rejects(life.harbor.users.list(), /listUsers/);
});

test("users.list() answers the store's own type, and its cursor shows no name to whoever glances at it", async () => {
  class OwnStore extends MemoryUserStore {
    override async listUsers(request: ListUsersRequest): Promise<readonly User[]> {
      return (await super.listUsers(request)).map((user) => ({ ...user, plan: "free" }));
    }
  }
  const life = openHarbor({ store: new OwnStore() });
  await importAll(life, "ada", "bob");
  const { users, nextCursor } = await life.harbor.users.list({ limit: 1 });
  assert.deepEqual(users.map((user) => untyped<{ plan: string }>(user).plan), ["free"]);
  assert.match(nextCursor ?? "", /^[\w-]+$/);
  assert.equal(nextCursor?.includes("ada"), false);
});
