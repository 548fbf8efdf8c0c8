import assert from "node:assert/strict";
import { test } from "node:test";
import { ADA, TestStore } from "./_test_store.ts";

const DEAD = new Date("2026-01-01T00:00:00.000Z");
const NOW = new Date("2026-02-01T00:00:00.000Z");

async function storeWithDeadRows(): Promise<TestStore> {
  const store = await TestStore.open();
  await store.transaction(async (handle) => {
    for (let i = 0; i < 250; i++) {
      const username = `Ada${i}`;
      const verificationTokenHash = `verification-${i}`;
      await handle.createUser({
        ...ADA,
        id: `user-${i}`,
        username,
        email: `${i}@example.com`,
        verificationTokenHash,
        createdAt: DEAD,
      });
      await handle.addSession({ username, tokenHash: `session-${i}`, expiresAt: DEAD });
    }
  });
  return store;
}

test("purgeExpired() removes `limit` rows over several batches, and timers fire in between", async () => {
  const store = await storeWithDeadRows();
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 0);
  assert.equal(await store.purgeExpired({ before: NOW, limit: 230 }), 230);
  clearInterval(ticking);
  assert.ok(ticks > 0);
  assert.equal(await store.purgeExpired({ before: NOW, limit: 230 }), 20);
  assert.equal(await store.purgeExpired({ before: NOW, limit: 230 }), 0);
  store.database.close();
});

test("purgeExpired() takes all that refers to an unverified account along (I4)", async () => {
  const store = await storeWithDeadRows();
  assert.equal(await store.purgeExpired({ before: DEAD, unverifiedBefore: NOW, limit: 230 }), 230);
  assert.equal(await store.purgeExpired({ before: DEAD, unverifiedBefore: NOW, limit: 230 }), 20);
  for (const table of ["users", "sessions", "email_verifications"]) {
    assert.deepEqual(store.database.prepare(`SELECT * FROM userharbor_${table}`).all(), []);
  }
  store.database.close();
});

for (const limit of [-1, 1.5, 250.5, NaN, Infinity]) {
  test(`purgeExpired() refuses a limit of ${limit}, removes nothing and dooms its transaction`, async () => {
    const store = await storeWithDeadRows();
    const request = { before: NOW, unverifiedBefore: NOW, limit };
    await assert.rejects(store.purgeExpired(request), RangeError);
    const swallowed = store.transaction((handle) => handle.purgeExpired(request).catch(() => 0));
    await assert.rejects(swallowed, RangeError);
    assert.equal((await store.getSession("session-0"))?.username, "Ada0");
    store.database.close();
  });
}
