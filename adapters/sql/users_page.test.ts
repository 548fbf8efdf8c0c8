import assert from "node:assert/strict";
import { test } from "node:test";
import { ADA, TestStore } from "./_test_store.ts";

for (const limit of [-1, 1.5, NaN, Infinity]) {
  test(`listUsers() refuses a limit of ${limit}, which SQLite might take for none`, async () => {
    const store = await TestStore.open();
    await store.createUser(ADA);
    await assert.rejects(store.listUsers({ limit }), RangeError);
    await assert.rejects(store.listUsers({ startsWith: "a", limit }), RangeError);
    store.database.close();
  });
}

test("listUsers() is one read, whatever it searches for", async () => {
  const store = await TestStore.open();
  await store.createUser(ADA);
  for (const request of [{}, { startsWith: "ad" }, { startsWith: "ad", afterUsernameKey: "ab" }]) {
    const before = store.statements.length;
    assert.deepEqual((await store.listUsers({ ...request, limit: 5 })).map(({ id }) => id), [ADA.id]);
    assert.deepEqual(store.statements.slice(before).map(({ method }) => method), ["query"]);
  }
  store.database.close();
});
