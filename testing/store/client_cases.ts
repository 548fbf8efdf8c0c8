import assert from "node:assert/strict";
import type { SessionClient, UserStore } from "../../interfaces.ts";
import { addVerifiedUser, at, furnish, hash, recordOf, token } from "./_fixtures.ts";
import { atOnce } from "./_outcomes.ts";
import { needing, type StoreCase, storeCase } from "./_store_case.ts";

const CLIENT: SessionClient = { address: "2001:db8::1", userAgent: "Mozilla/5.0 (X11; Linux x86_64)" };

/** As long as the core lets them be, and as odd. */
const CLIENTS: readonly SessionClient[] = [
  CLIENT,
  { address: "192.0.2.1" },
  { userAgent: "curl/8.0" },
  { address: "a".repeat(64), userAgent: "\u{1f980}".repeat(256) },
  { address: "%", userAgent: `'"\`\\;--{}[]<script>$1?:x` },
];

const NO_ROOM = "Does not apply: this store has no room for the client of a session, which is optional";

/** A promise about clients, for a store that keeps them. */
function clientCase(name: string, run: (store: UserStore) => Promise<void>): StoreCase {
  return storeCase(name, async (store) => await keepsClients(store) ? await run(store) : NO_ROOM);
}

async function keepsClients(store: UserStore): Promise<boolean> {
  await addVerifiedUser(store, "probe");
  await store.addSession({ ...token("probe", hash(999)), client: CLIENT });
  const session = await store.getSession(hash(999));
  await store.deleteUser("probe");
  return session?.client !== undefined;
}

/** Stores the numbered session of `ada`, opened so many seconds from now. */
async function addSession(
  store: UserStore,
  { number, openedAt = 0, client = CLIENT }: { number: number; openedAt?: number; client?: SessionClient },
): Promise<void> {
  await store.addSession({ ...token("ada", hash(number)), createdAt: at(openedAt), client });
}

async function clientOf(store: UserStore, number: number): Promise<SessionClient | undefined> {
  const session = await store.getSession(hash(number));
  assert.ok(session !== null, "a session must not end by what is forgotten of it");
  return session.client;
}

/** Where a session was opened: the optional field `client`, and how a purge forgets it. */
export const clientCases: readonly StoreCase[] = [
  clientCase("addSession() keeps the client of a session as it is given", async (store) => {
    await addVerifiedUser(store, "ada");
    for (const [number, client] of CLIENTS.entries()) {
      await addSession(store, { number, client });
      assert.deepEqual(await clientOf(store, number), client);
      await store.refreshSession(hash(number), at(7200));
      assert.deepEqual(await clientOf(store, number), client, "a refresh forgets nothing");
    }
  }),

  storeCase("addSession() without a client gives a session without the field", async (store) => {
    await addVerifiedUser(store, "ada");
    await store.addSession(token("ada", hash(1)));
    assert.equal(await clientOf(store, 1), undefined);
  }),

  needing(
    "listSessions",
    clientCase("listSessions() gives the client of each session as getSession() does", async (store) => {
      await addVerifiedUser(store, "ada");
      await atOnce(CLIENTS.length, (number) => addSession(store, { number, client: CLIENTS[number] ?? {} }));
      await store.addSession(token("ada", hash(99)));
      for (const { tokenHash, client } of await store.listSessions?.("ada") ?? []) {
        assert.deepEqual(client, (await store.getSession(tokenHash))?.client);
      }
    }),
  ),

  clientCase(
    "purgeExpired() forgets the clients of sessions opened before an instant, and no other",
    async (store) => {
      await addVerifiedUser(store, "ada");
      const opened = [-7200, -60.001, -60, -59.999, 0];
      for (const [number, openedAt] of opened.entries()) {
        await addSession(store, { number, openedAt });
      }
      await store.addSession({ username: "ada", tokenHash: hash(9), expiresAt: at(60), client: CLIENT });
      const request = { before: at(-3600), clientsBefore: at(-60), limit: 10 };
      assert.equal(await store.purgeExpired(request), 2);
      for (const number of [0, 1]) assert.equal(await clientOf(store, number), undefined);
      for (const number of [2, 3, 4]) assert.deepEqual(await clientOf(store, number), CLIENT);
      assert.deepEqual(await clientOf(store, 9), CLIENT, "nobody knows when it was opened");
      assert.equal(await store.purgeExpired(request), 0, "what is forgotten is not counted again");
    },
  ),

  clientCase("purgeExpired() that forgets clients leaves all else as it is", async (store) => {
    await furnish(store, { username: "ada", first: 1 });
    await addSession(store, { number: 9, openedAt: -7200 });
    const before = await recordOf(store, { username: "ada", first: 1 });
    const { client: _, ...session } = await store.getSession(hash(9)) ?? assert.fail();
    await store.purgeExpired({ before: at(-3600), clientsBefore: at(-60), limit: 10 });
    assert.deepEqual(await recordOf(store, { username: "ada", first: 1 }), before);
    assert.deepEqual(await store.getSession(hash(9)), session);
  }),

  clientCase("purgeExpired() forgets no client unless clientsBefore says so", async (store) => {
    await addVerifiedUser(store, "ada");
    await addSession(store, { number: 1, openedAt: -7200 });
    assert.equal(await store.purgeExpired({ before: at(-3600), unverifiedBefore: at(0), limit: 10 }), 0);
    assert.deepEqual(await clientOf(store, 1), CLIENT);
  }),

  clientCase("purgeExpired() counts forgotten clients towards its limit", async (store) => {
    await addVerifiedUser(store, "ada");
    for (let number = 0; number < 7; number++) {
      await addSession(store, { number, openedAt: -7200 });
    }
    await store.addSession({ username: "ada", tokenHash: hash(9), expiresAt: at(-7200), client: CLIENT });
    const request = { before: at(-3600), clientsBefore: at(-60), limit: 3 };
    const purged: number[] = [];
    for (let round = 0; round < 4; round++) purged.push(await store.purgeExpired(request));
    assert.deepEqual(purged, [3, 3, 2, 0]);
    for (let number = 0; number < 7; number++) assert.equal(await clientOf(store, number), undefined);
    assert.equal(await store.purgeExpired({ ...request, limit: 0 }), 0);
  }),

  clientCase("purgeExpired() by two at once counts every forgotten client once", async (store) => {
    await addVerifiedUser(store, "ada");
    for (let number = 0; number < 30; number++) {
      await addSession(store, { number, openedAt: -7200 });
    }
    const request = { before: at(-3600), clientsBefore: at(-60), limit: 50 };
    const purged = await atOnce(2, () => store.purgeExpired(request));
    const rest = await store.purgeExpired(request);
    assert.equal(purged.reduce((sum, count) => sum + count, rest), 30);
    for (let number = 0; number < 30; number++) assert.equal(await clientOf(store, number), undefined);
  }),
];
