import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, furnish, hash, person, token } from "./_fixtures.ts";
import { didIt, giveAMoment, holdOpen, settled } from "./_held_open.ts";
import { atOnce, exactlyOne, outcomeOf, tally } from "./_outcomes.ts";
import {
  needing,
  type StoreCase,
  storeCase,
  type StoreCaseRun,
  transactionCase,
  twoStoreCase,
  twoStoreTransactionCase,
} from "./_store_case.ts";
import { rename } from "./renaming_cases.ts";

const ORPHAN = "a session refers to a name that nobody has (I4): touch the row that a renaming changes";

/** The numbered accounts that still have the name they began with. */
async function unrenamed(store: UserStore, count: number): Promise<number> {
  const users = await atOnce(count, (number) => store.getUserByUsername(`user${number}`));
  return users.filter((user) => user !== null).length;
}

/** Expects a session, if it is stored, to be of this account under the name it has now, and to end with it. */
async function followsItsAccount(store: UserStore, sessionHash: string, id: string): Promise<void> {
  const session = await store.getSession(sessionHash);
  if (session !== null) {
    assert.equal(session.user.id, id, ORPHAN);
    assert.equal(session.username, session.user.username);
    await store.removeAllSessions(session.username);
  }
  assert.equal(await store.removeSession(sessionHash), false, ORPHAN);
}

/** Races of one store with itself, or of two on the same data. */
const RACES: readonly (readonly [name: string, run: StoreCaseRun])[] = [
  ["setUsername() of 20 accounts to one name is done for exactly one (I1)", async (store, another) => {
    for (let number = 0; number < 20; number++) await addUser(store, `user${number}`);
    const outcomes = await atOnce(20, (number) => {
      const renaming = rename(number % 2 === 0 ? store : another, { from: `user${number}`, to: "Ada" });
      return outcomeOf(renaming.then((done) => assert.ok(done)));
    });
    assert.deepEqual(tally(outcomes), { resolved: 1, username_taken: 19 });
    const winner = outcomes.indexOf("resolved");
    assert.equal((await store.getUserByUsername("ada"))?.email, `user${winner}@example.org`);
    assert.equal(await unrenamed(store, 20), 19);
  }],

  ["setUsername() of one account to 20 names is done for exactly one (I1)", async (store, another) => {
    const { id } = await addUser(store, "ada");
    const answers = await atOnce(
      20,
      (number) => rename(number % 2 === 0 ? store : another, { from: "ada", to: `user${number}` }),
    );
    exactlyOne(answers, "setUsername");
    assert.equal((await store.getUserByUsername(`user${answers.indexOf(true)}`))?.id, id);
    assert.equal(await unrenamed(store, 20), 1);
    assert.equal(await store.getUserByUsername("ada"), null);
  }],

  ["setUsername() racing createUser() for the name leaves it to one of them (I1)", async (store, another) => {
    for (let round = 0; round < 10; round++) {
      const [from, to] = [`old${round}`, `new${round}`];
      const { id } = await addUser(store, from);
      const newcomer = person(to.toUpperCase());
      const [renaming, creation] = await Promise.all([
        outcomeOf(rename(store, { from, to })),
        outcomeOf(another.createUser(newcomer)),
      ]);
      assert.deepEqual(tally([renaming, creation]), { resolved: 1, username_taken: 1 });
      const winner = renaming === "resolved" ? id : newcomer.id;
      assert.equal((await store.getUserByUsername(to))?.id, winner);
      assert.equal((await store.getUserByUsername(from))?.id, renaming === "resolved" ? undefined : id);
    }
  }],

  ["setUsername() racing logins takes along, or refuses, every session (I3, I4)", async (store, another) => {
    for (let round = 0; round < 5; round++) {
      const [from, to] = [`old${round}`, `new${round}`];
      const { id, passwordHash } = await addVerifiedUser(store, from);
      const hashes = Array.from({ length: 10 }, (_, number) => hash(100 * round + number));
      const login = (tokenHash: string): Promise<boolean> =>
        another.addSession(token(from, tokenHash), { userId: id, passwordHash });
      const [early, renamed, late] = await Promise.all([
        Promise.all(hashes.slice(0, 5).map(login)),
        rename(store, { from, to, guard: { userId: id } }),
        Promise.all(hashes.slice(5).map(login)),
      ]);
      const added = [...early, ...late];
      assert.equal(renamed, true);
      for (const [number, tokenHash] of hashes.entries()) {
        const session = await store.getSession(tokenHash);
        assert.equal(session !== null, added[number], ORPHAN);
        if (session !== null) assert.deepEqual([session.user.id, session.username], [id, to], ORPHAN);
      }
      await store.removeAllSessions(to);
      for (const tokenHash of hashes) assert.equal(await store.removeSession(tokenHash), false, ORPHAN);
    }
  }],

  [
    "setUsername() racing deleteUser(): exactly one is done, and nothing is left over (I4)",
    async (store, another) => {
      for (let round = 0; round < 10; round++) {
        const [from, to, first] = [`old${round}`, `new${round}`, 10 * round];
        const { id } = await furnish(store, { username: from, first });
        const [renamed, deleted] = await Promise.all([
          rename(store, { from, to, guard: { userId: id } }),
          another.deleteUser(from, { userId: id }),
        ]);
        assert.notEqual(renamed, deleted);
        assert.equal((await store.getUserByUsername(to))?.id, renamed ? id : undefined);
        assert.equal(await store.getUserByUsername(from), null);
        assert.equal(await store.getSession(hash(first + 1)) !== null, renamed, ORPHAN);
        assert.equal(await store.deleteUser(to), renamed);
        for (const username of [from, to]) {
          await addUser(store, person(username, { email: `${username}@example.com` }));
          assert.deepEqual(
            await store.getUserRoles(username),
            new Set(),
            "a name used again inherits nothing",
          );
        }
        assert.equal(await store.removeSession(hash(first + 1)), false, ORPHAN);
        assert.equal(await store.removeEmailVerification(hash(first)), false, ORPHAN);
        assert.equal(await store.removePasswordReset(hash(first + 2)), false, ORPHAN);
      }
    },
  ],

  [
    "setUsername() of two accounts to each other's name at once is refused to both (I1)",
    async (store, another) => {
      const [ada, bob] = [await addUser(store, "ada"), await addUser(store, "bob")];
      const outcomes = await Promise.all([
        outcomeOf(rename(store, { from: "ada", to: "bob" })),
        outcomeOf(rename(another, { from: "bob", to: "ada" })),
      ]);
      assert.deepEqual(outcomes, ["username_taken", "username_taken"]);
      assert.equal((await store.getUserByUsername("ada"))?.id, ada.id);
      assert.equal((await store.getUserByUsername("bob"))?.id, bob.id);
    },
  ],
];

/** Two sides meet on one account, or one name: the first holds a transaction open while the second tries. */
const MEETINGS: readonly (readonly [name: string, run: StoreCaseRun])[] = [
  [
    "setUsername() while a login is held open takes its session along, or refuses it (I4)",
    async (first, second) => {
      const { id, passwordHash } = await addVerifiedUser(first, "ada");
      const held = await holdOpen(first, async (inside, pause) => {
        const added = await inside.addSession(token("ada", hash(1)), { passwordHash });
        await pause();
        return added;
      });
      const renaming = settled(rename(second, { from: "ada", to: "byron" }));
      await giveAMoment(renaming);
      held.release();
      const [added, renamed] = [didIt(await held.outcome), didIt(await renaming)];
      assert.ok(added || renamed, "one of the two has to come through");
      assert.equal((await first.getUserByUsername(renamed ? "byron" : "ada"))?.id, id);
      assert.equal(await first.getSession(hash(1)) !== null, added, ORPHAN);
      await followsItsAccount(first, hash(1), id);
    },
  ],

  [
    "setUsername() held open while somebody logs in leaves no session of nobody (I4)",
    async (first, second) => {
      const { id } = await addVerifiedUser(first, "ada");
      const held = await holdOpen(first, async (inside, pause) => {
        const renamed = await rename(inside, { from: "ada", to: "byron" });
        await pause();
        return renamed;
      });
      const login = settled(second.addSession(token("ada", hash(1)), { userId: id }));
      await giveAMoment(login);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      assert.equal(await first.getSession(hash(1)) !== null, didIt(await login), ORPHAN);
      await followsItsAccount(first, hash(1), id);
      assert.equal((await first.getUserByUsername("byron"))?.id, id);
    },
  ],

  [
    "setUsername() held open while somebody registers the name leaves it to one (I1)",
    async (first, second) => {
      const ada = await addUser(first, "ada");
      const newcomer = person("BYRON");
      const held = await holdOpen(first, async (inside, pause) => {
        const renamed = await rename(inside, { from: "ada", to: "byron" });
        await pause();
        return renamed;
      });
      const registration = outcomeOf(second.createUser(newcomer));
      await giveAMoment(registration);
      held.release();
      const [renamed, created] = [didIt(await held.outcome), await registration === "resolved"];
      assert.notEqual(renamed, created, "exactly one of the two gets the name");
      assert.equal((await first.getUserByUsername("byron"))?.id, renamed ? ada.id : newcomer.id);
      assert.equal((await first.getUserByUsername("ada"))?.id, renamed ? undefined : ada.id);
    },
  ],

  ["setUsername() to a name that is being registered leaves it to one (I1)", async (first, second) => {
    const ada = await addUser(first, "ada");
    const newcomer = person("BYRON");
    const held = await holdOpen(first, async (inside, pause) => {
      await inside.createUser(newcomer);
      await pause();
      return true;
    });
    const renaming = outcomeOf(rename(second, { from: "ada", to: "byron" }));
    await giveAMoment(renaming);
    held.release();
    const [created, renamed] = [didIt(await held.outcome), await renaming === "resolved"];
    assert.notEqual(created, renamed, "exactly one of the two gets the name");
    assert.equal((await first.getUserByUsername("byron"))?.id, created ? newcomer.id : ada.id);
    assert.equal((await first.getUserByUsername("ada"))?.id, created ? ada.id : undefined);
  }],

  [
    "setUsername() held open while the account is deleted: exactly one is done (I4)",
    async (first, second) => {
      const { id } = await furnish(first, { username: "ada", first: 1 });
      const held = await holdOpen(first, async (inside, pause) => {
        const renamed = await rename(inside, { from: "ada", to: "byron", guard: { userId: id } });
        await pause();
        return renamed;
      });
      const deletion = settled(second.deleteUser("ada", { userId: id }));
      await giveAMoment(deletion);
      held.release();
      const [renamed, deleted] = [didIt(await held.outcome), didIt(await deletion)];
      assert.notEqual(renamed, deleted);
      if (renamed) assert.equal(await first.deleteUser("byron", { userId: id }), true);
      assert.equal(await first.removeSession(hash(2)), false, ORPHAN);
      assert.equal(await first.removePasswordReset(hash(3)), false, ORPHAN);
    },
  ],
];

/** What goes wrong with `setUsername` only while somebody else is at work. */
export const renamingRaceCases: readonly StoreCase[] = [
  ...RACES.map(([name, run]) => needing("setUsername", storeCase(name, run))),
  ...RACES.map(([name, run]) => needing("setUsername", twoStoreCase(`two stores: ${name}`, run))),
  ...MEETINGS.map(([name, run]) => needing("setUsername", transactionCase(name, run))),
  ...MEETINGS.map(([name, run]) =>
    needing("setUsername", twoStoreTransactionCase(`two stores: ${name}`, run))
  ),
];
