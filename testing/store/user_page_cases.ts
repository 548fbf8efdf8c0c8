import assert from "node:assert/strict";
import type { CreateUserRequest, ListUsersRequest, User, UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, at, person } from "./_fixtures.ts";
import {
  needing,
  type StoreCase,
  storeCase,
  type StoreCaseRun,
  transactionCase,
  twoStoreCase,
} from "./_store_case.ts";

/** What work throws of its own accord. */
const FAILURE = new Error("thrown by work");

function list(store: UserStore, request: Partial<ListUsersRequest> = {}): Promise<readonly User[]> {
  assert.ok(store.listUsers !== undefined, "the store that work is handed must have listUsers(), too");
  return store.listUsers({ limit: 1000, ...request });
}

/** The usernames of a page, in its order. */
async function namesOf(store: UserStore, request?: Partial<ListUsersRequest>): Promise<readonly string[]> {
  return (await list(store, request)).map(({ username }) => username);
}

/** Page after page to the end, for accounts whose canonical names are their spellings. */
async function walk(store: UserStore, request: ListUsersRequest): Promise<readonly string[]> {
  const names = [...await namesOf(store, request)];
  for (let last = names.at(-1), more = names.length; more === request.limit; last = names.at(-1)) {
    const page = await namesOf(store, { ...request, afterUsernameKey: last ?? "" });
    assert.ok(page.length <= request.limit);
    names.push(...page);
    more = page.length;
  }
  return names;
}

/** Stores accounts whose canonical names are their spellings, and whose addresses tell nothing about them. */
async function addNamed(store: UserStore, names: readonly string[]): Promise<void> {
  for (const [number, name] of names.entries()) {
    await addUser(store, person(name, { usernameKey: name, email: `~${number}@example.org` }));
  }
}

function pageCase(name: string, run: StoreCaseRun): StoreCase {
  return needing("listUsers", storeCase(name, run));
}

/** By code point; `<` of JavaScript has the last two the other way round. */
const IN_ORDER: readonly string[] = [
  "!",
  "-",
  "10",
  "9",
  "A",
  "Z",
  "_",
  "a",
  "a-b",
  "a.b",
  "aa",
  "aá",
  "b",
  "z",
  "ß",
  "é",
  "ζ",
  "я",
  "漢",
  "ａ",
  "\u{1f980}",
];

const orderCases: readonly StoreCase[] = [
  pageCase("listUsers() is empty where there is nobody", async (store) => {
    const answer = list(store);
    assert.ok(answer instanceof Promise, "listUsers must return a promise");
    assert.deepEqual(await answer, []);
    assert.deepEqual(await list(store, { startsWith: "a", afterUsernameKey: "a" }), []);
  }),

  pageCase(
    "listUsers() gives each account as getUserByUsername() does, whatever its state",
    async (store) => {
      await addVerifiedUser(store, person("Ada", { createdAt: at(-0.001) }));
      await addUser(store, person("Bob", { email: "shared@example.org" }));
      await addUser(store, person("Cid", { email: "shared@example.org" }));
      await addUser(store, person("Dan", { email: "ada@example.org", holdsEmail: false }));
      await store.setUserFlags?.("Ada", { disabled: true, mustChangePassword: true });
      const users = await list(store);
      const keys = ["ada", "bob", "cid", "dan"];
      assert.deepEqual(users, await Promise.all(keys.map((key) => store.getUserByUsername(key))));
      assert.deepEqual(users.map(({ email }) => email), [
        "ada@example.org",
        "shared@example.org",
        "shared@example.org",
        "ada@example.org",
      ]);
    },
  ),

  pageCase("listUsers() gives the order of the canonical names by code point", async (store) => {
    await addNamed(store, IN_ORDER.toSorted((one, other) => one.length - other.length).toReversed());
    assert.deepEqual(await namesOf(store), IN_ORDER);
    for (const [index, afterUsernameKey] of IN_ORDER.entries()) {
      assert.deepEqual(await namesOf(store, { afterUsernameKey }), IN_ORDER.slice(index + 1));
    }
  }),

  pageCase("listUsers() goes by the canonical name, not by the spelling", async (store) => {
    await addUser(store, person("Ada", { usernameKey: "two", email: "1@example.org" }));
    await addUser(store, person("Bob", { usernameKey: "one", email: "2@example.org" }));
    assert.deepEqual(await namesOf(store), ["Bob", "Ada"]);
    assert.deepEqual(await namesOf(store, { afterUsernameKey: "one" }), ["Ada"]);
    assert.deepEqual(await namesOf(store, { startsWith: "tw" }), ["Ada"]);
    assert.deepEqual(await namesOf(store, { startsWith: "Ad" }), []);
  }),

  pageCase("listUsers() in pages gives every account once", async (store) => {
    const names = Array.from({ length: 103 }, (_, number) => `user${String(number).padStart(3, "0")}`);
    await addNamed(store, names.toReversed());
    assert.deepEqual(await walk(store, { limit: 10 }), names);
    assert.deepEqual(await walk(store, { limit: 103 }), names);
  }),

  pageCase("listUsers() goes on after a name that is gone, and skips nobody", async (store) => {
    await addNamed(store, ["a", "b", "c", "d", "e"]);
    assert.deepEqual(await namesOf(store, { limit: 2 }), ["a", "b"]);
    await store.deleteUser("a");
    await store.deleteUser("b");
    assert.deepEqual(await namesOf(store, { afterUsernameKey: "b", limit: 2 }), ["c", "d"]);
    await addUser(store, person("bb", { email: "bb@example.org" }));
    assert.deepEqual(await namesOf(store, { afterUsernameKey: "b", limit: 2 }), ["bb", "c"]);
    assert.deepEqual(await namesOf(store, { afterUsernameKey: "zz" }), []);
  }),

  pageCase("listUsers() gives at most so many, also none", async (store) => {
    await addNamed(store, ["a", "b", "c"]);
    assert.deepEqual(
      await namesOf(store, { limit: 0 }),
      [],
      "some engines take a limit of 0 for none at all",
    );
    assert.deepEqual(await namesOf(store, { startsWith: "a", limit: 0 }), []);
    assert.deepEqual(await namesOf(store, { limit: 1 }), ["a"]);
    assert.deepEqual(await namesOf(store, { limit: 3 }), ["a", "b", "c"]);
  }),
];

/** One account that holds its address, and nothing else that a search could meet. */
function holder(username: string, email: string): CreateUserRequest {
  return person(username, { usernameKey: username, email });
}

const searchCases: readonly StoreCase[] = [
  pageCase("listUsers() finds whose canonical name starts so", async (store) => {
    await addNamed(store, ["ad", "ada", "adam", "ae", "b", "bada", "Ada", "ac\u{10fffd}"]);
    assert.deepEqual(await namesOf(store, { startsWith: "ad" }), ["ad", "ada", "adam"]);
    assert.deepEqual(await namesOf(store, { startsWith: "ada" }), ["ada", "adam"]);
    assert.deepEqual(await namesOf(store, { startsWith: "adamant" }), []);
    assert.deepEqual(await namesOf(store, { startsWith: "ac" }), ["ac\u{10fffd}"]);
    assert.equal((await namesOf(store, { startsWith: "" })).length, 8);
  }),

  pageCase("listUsers() finds whose held address starts so", async (store) => {
    await addUser(store, holder("u1", "mail@example.org"));
    await addVerifiedUser(store, holder("u2", "mailer@example.org"));
    await addUser(store, holder("u3", "nomail@example.org"));
    assert.deepEqual(await namesOf(store, { startsWith: "mail" }), ["u1", "u2"]);
    assert.deepEqual(await namesOf(store, { startsWith: "mail@" }), ["u1"]);
    assert.deepEqual(await namesOf(store, { startsWith: "mail@example.org" }), ["u1"]);
    assert.deepEqual(await namesOf(store, { startsWith: "mail@example.org.uk" }), []);
    assert.deepEqual(await namesOf(store, { startsWith: "MAIL" }), []);
    assert.deepEqual(await namesOf(store, { startsWith: "example.org" }), []);
  }),

  pageCase("listUsers() gives once who is met by name and by address", async (store) => {
    await addUser(store, holder("mail", "mail@example.org"));
    await addUser(store, holder("mailer", "other@example.org"));
    await addUser(store, holder("zed", "mail2@example.org"));
    assert.deepEqual(await namesOf(store, { startsWith: "mail" }), ["mail", "mailer", "zed"]);
  }),

  pageCase("listUsers() never finds anybody by an address that somebody else holds", async (store) => {
    await addUser(store, holder("displaced", "mail@example.org"));
    await addVerifiedUser(store, holder("owner", "mail@example.org"));
    await addUser(store, person("newcomer", { email: "mail@example.org", holdsEmail: false }));
    assert.deepEqual(await namesOf(store, { startsWith: "mail" }), ["owner"]);
    await store.deleteUser("owner");
    assert.deepEqual(await namesOf(store, { startsWith: "mail" }), []);
  }),

  pageCase(
    "listUsers() never finds anybody by what stands for an address that is not held",
    async (store) => {
      await addUser(store, holder("~displaced", "~@example.org"));
      await addVerifiedUser(store, holder("~owner", "~@example.org"));
      for (let index = 0; index < 10; index++) {
        await addUser(store, person(`~newcomer${index}`, { email: "~@example.org", holdsEmail: false }));
      }
      for (const startsWith of "0123456789abcdefghijklmnopqrstuvwxyz!#$%&*_-.@ :{") {
        assert.deepEqual(
          await namesOf(store, { startsWith }),
          [],
          `nothing anybody chose starts with "${startsWith}"`,
        );
      }
    },
  ),

  pageCase("listUsers() takes what it searches for as it is: no wildcards, no patterns", async (store) => {
    const names = ["a", "aa", "a%", "a_", "a*", "a\\", "a[b]", "a'", 'a"', "a.b", "^a", "%", "_", "*"];
    await addNamed(store, names);
    for (const name of names.slice(2)) {
      assert.deepEqual(await namesOf(store, { startsWith: name }), [name]);
    }
    for (const startsWith of ["%a", "_a", "*a", ".a", ".", "[a]", "a%a", "a\\%", "(a", "a|b"]) {
      assert.deepEqual(await namesOf(store, { startsWith }), []);
    }
    await addUser(store, holder("zed", "m%x@example.org"));
    await addUser(store, holder("zoe", "m_x@example.org"));
    await addUser(store, holder("zac", "max@example.org"));
    assert.deepEqual(await namesOf(store, { startsWith: "m%" }), ["zed"]);
    assert.deepEqual(await namesOf(store, { startsWith: "m_" }), ["zoe"]);
  }),

  pageCase("listUsers() compares whole code points of any script", async (store) => {
    await addNamed(store, ["ße", "sse", "é", "e\u0301", "\u{1f980}x", "\u{1f981}x", "ａ", "漢".repeat(255)]);
    assert.deepEqual(await namesOf(store, { startsWith: "ß" }), ["ße"]);
    assert.deepEqual(await namesOf(store, { startsWith: "s" }), ["sse"]);
    assert.deepEqual(await namesOf(store, { startsWith: "é" }), ["é"]);
    assert.deepEqual(await namesOf(store, { startsWith: "e" }), ["e\u0301"]);
    assert.deepEqual(await namesOf(store, { startsWith: "\u{1f980}" }), ["\u{1f980}x"]);
    assert.deepEqual(await namesOf(store, { startsWith: "a" }), []);
    assert.deepEqual(await namesOf(store, { startsWith: "漢".repeat(254) }), ["漢".repeat(255)]);
  }),

  pageCase("listUsers() searches in pages, by name and by address together", async (store) => {
    for (let number = 0; number < 30; number++) {
      const name = String(number).padStart(2, "0");
      const [username, local] = number % 3 === 0
        ? [`mail${name}`, `~${name}`]
        : number % 3 === 1
        ? [`u${name}`, `mail${name}`]
        : [`u${name}`, `~${name}`];
      await addUser(store, holder(username, `${local}@example.org`));
    }
    const all = await namesOf(store, { startsWith: "mail" });
    assert.equal(all.length, 20);
    assert.deepEqual(await walk(store, { startsWith: "mail", limit: 3 }), all);
  }),
];

const stateCases: readonly StoreCase[] = [
  pageCase("listUsers() gives a snapshot, not the stored objects", async (store) => {
    await addUser(store, person("ada", { createdAt: at(-60) }));
    const [before] = await list(store);
    before?.createdAt?.setTime(0);
    await store.setUserVerified("ada");
    assert.equal(before?.verified, false, "an account read earlier must not change with the store");
    assert.deepEqual((await list(store))[0]?.createdAt, at(-60));
  }),

  needing(
    "listUsers",
    transactionCase("listUsers() in a transaction sees the work's own writes", async (store) => {
      await addUser(store, "ada");
      const transaction = store.transaction(async (inside) => {
        await inside.setUserVerified("ada");
        assert.deepEqual((await list(inside)).map(({ verified }) => verified), [true]);
        await inside.deleteUser("ada");
        assert.deepEqual(await namesOf(inside), []);
        throw FAILURE;
      });
      await assert.rejects(transaction, (error) => error === FAILURE);
      assert.deepEqual((await list(store)).map(({ verified }) => verified), [false]);
    }),
  ),

  needing(
    "listUsers",
    transactionCase("listUsers() through a handle that has ended is a TypeError", async (store) => {
      const { inside } = await store.transaction((handle) => Promise.resolve({ inside: handle }));
      await assert.rejects(async () => await list(inside), TypeError);
    }),
  ),

  needing(
    "listUsers",
    twoStoreCase(
      "two stores: listUsers() gives what the other stored and removed",
      async (store, another) => {
        await addUser(store, "ada");
        assert.deepEqual(await namesOf(another, { startsWith: "a" }), ["ada"]);
        await store.deleteUser("ada");
        assert.deepEqual(await namesOf(another), []);
      },
    ),
  ),
];

/** Pages of accounts: the optional method `listUsers`. */
export const userPageCases: readonly StoreCase[] = [...orderCases, ...searchCases, ...stateCases];
