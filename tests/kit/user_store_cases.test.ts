import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransactionReach, UserStore } from "@userharbor/core";
import { userStoreCases } from "@userharbor/core/testing";
import { MemoryUserStore } from "@userharbor/memory";
import { withoutOptionalMethods } from "../_without_optional_methods.ts";

const cases = userStoreCases(() => new MemoryUserStore());

/** A case of one store, and one that takes two. */
const ONE_STORE = "deleteUser() is true once, then false";
const TWO_STORES = "two stores: what one removes is gone for the other at once (R65, R66)";

/** Notes when it is disposed of, in which order. */
class NotingStore extends MemoryUserStore {
  readonly #disposed: string[];
  readonly #name: string;

  constructor(disposed: string[], name: string) {
    super();
    this.#disposed = disposed;
    this.#name = name;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.push(this.#name);
    return Promise.resolve();
  }
}

function caseOf(all: typeof cases, name: string): (typeof cases)[number] {
  const found = all.find((one) => one.name === name);
  assert(found !== undefined, `no case "${name}"`);
  return found;
}

test("userStoreCases() gives at least 100 cases, each under a name of its own", () => {
  assert(cases.length >= 100, `${cases.length} cases`);
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
});

test("userStoreCases() opens a store for each run and disposes of it", async () => {
  const disposed: string[] = [];
  let opened = 0;
  const { run } = caseOf(userStoreCases(() => new NotingStore(disposed, `store ${++opened}`)), ONE_STORE);
  assert.equal(opened, 0, "nothing is opened before a case runs");
  await run();
  await run();
  assert.deepEqual(disposed, ["store 1", "store 2"]);
});

test("userStoreCases() disposes of the other store first, also when the case fails", async () => {
  const disposed: string[] = [];
  const all = userStoreCases(() => new NotingStore(disposed, "store"), {
    // Not on the same data, so the case must fail.
    another: () => Promise.resolve(new NotingStore(disposed, "another")),
  });
  await assert.rejects(caseOf(all, TWO_STORES).run(), assert.AssertionError);
  assert.deepEqual(disposed, ["another", "store"]);
});

test("userStoreCases() disposes of a store once when another is the same one", async () => {
  const disposed: string[] = [];
  const all = userStoreCases(() => new NotingStore(disposed, "store"), { another: (store) => store });
  await caseOf(all, TWO_STORES).run();
  assert.deepEqual(disposed, ["store"]);
});

test("userStoreCases() disposes of a store through Symbol.dispose where that is all it has", async () => {
  let disposed = 0;
  const open = (): UserStore =>
    Object.assign(new MemoryUserStore(), { [Symbol.dispose]: () => void disposed++ });
  await caseOf(userStoreCases(open), ONE_STORE).run();
  assert.equal(disposed, 1);
});

test("userStoreCases() report a failing disposal, and rather the failure of the case", async () => {
  const open = (mistake: Partial<UserStore>): UserStore =>
    Object.assign(new MemoryUserStore(), mistake, {
      [Symbol.asyncDispose]: () => Promise.reject(new Error("cannot close")),
    });
  await assert.rejects(caseOf(userStoreCases(() => open({})), ONE_STORE).run(), /cannot close/);
  const broken = userStoreCases(() => open({ deleteUser: () => Promise.resolve(false) }));
  await assert.rejects(caseOf(broken, ONE_STORE).run(), assert.AssertionError);
});

test("userStoreCases() say why a case does not apply, and apply all that do", async () => {
  const applied: Record<TransactionReach, number> = { any: 0, "one-user": 0, none: 0 };
  for (const transactions of ["any", "one-user", "none"] as const) {
    const open = (): UserStore =>
      Object.defineProperty(new MemoryUserStore(), "transactions", { value: transactions });
    for (const outcome of await Promise.all(userStoreCases(open).map(({ run }) => run()))) {
      if (outcome === undefined) applied[transactions]++;
      else assert.match(outcome, /^Does not apply: /);
    }
  }
  assert(applied.any > applied["one-user"]);
  assert(applied["one-user"] > applied.none);
  assert(applied.none >= 100);
});

test("userStoreCases() say that a case about an optional method does not apply to a store without it", async () => {
  const named: Record<string, number> = {};
  const open = (): UserStore => withoutOptionalMethods(new MemoryUserStore());
  for (const { name, run } of userStoreCases(open, { records: () => [] })) {
    const [, method] = /has no (\w+)\(\)/.exec(await run() ?? "") ?? [];
    if (method === undefined) continue;
    assert.match(name, new RegExp(method));
    named[method] = (named[method] ?? 0) + 1;
  }
  assert.deepEqual(named, {
    listSessions: 16,
    removeSessionById: 13,
    setUserFlags: 21,
    setUsername: 37,
    listUsers: 18,
    append: 11,
    diagnose: 2,
  });
});

test("userStoreCases() say that a case about records does not apply where nobody can read them", async () => {
  const unread = new Set<string>();
  for (const { name, run } of cases) {
    if (/no way to read the records/.test(await run() ?? "")) unread.add(name);
  }
  assert.equal(unread.size, 10);
  const records = (store: MemoryUserStore) => store.records();
  for (const { name, run } of userStoreCases(() => new MemoryUserStore(), { records })) {
    if (unread.has(name)) assert.equal(await run(), undefined, name);
  }
});

for (const { name, run } of cases) {
  test(`MemoryUserStore: ${name}`, async (context) => {
    const doesNotApply = await run();
    if (typeof doesNotApply === "string") context.skip(doesNotApply);
  });
}
