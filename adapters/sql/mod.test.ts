import { userStoreCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADA, TestStore, withTemporaryFile } from "./_test_store.ts";

const records = (store: TestStore) => store.records();
const casesInMemory = userStoreCases(() => TestStore.open(), { records });

for (const { name, run } of casesInMemory) {
  test(`in memory: ${name}`, async (context) => {
    const doesNotApply = await run();
    if (typeof doesNotApply === "string") context.skip(doesNotApply);
  });
}

/** The file of the case that is running. */
let path: string;
const casesOnFile = userStoreCases(() => TestStore.open(path), {
  another: () => TestStore.open(path),
  records,
});

for (const { name, run } of casesOnFile) {
  test(`on a file: ${name}`, async (context) => {
    await withTemporaryFile(async (file) => {
      path = file;
      const doesNotApply = await run();
      if (typeof doesNotApply === "string") context.skip(doesNotApply);
    });
  });
}

test("getSession() is one read and no write", async () => {
  const store = await TestStore.open();
  await store.createUser(ADA);
  await store.addSession({ username: "Ada", tokenHash: "session", expiresAt: new Date(0) });
  const before = store.statements.length;
  assert.equal((await store.getSession("session"))?.user.id, ADA.id);
  assert.deepEqual(store.statements.slice(before).map(({ method }) => method), ["query"]);
  store.database.close();
});
