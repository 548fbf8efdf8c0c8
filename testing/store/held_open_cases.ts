import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, hash, person, token } from "./_fixtures.ts";
import { didIt, giveAMoment, holdOpen, settled } from "./_held_open.ts";
import {
  type StoreCase,
  type StoreCaseRun,
  transactionCase,
  twoStoreTransactionCase,
} from "./_store_case.ts";

const OLD = "$fake$old";
const NEW = "$fake$new";
const SHARED = "shared@example.org";

const SURVIVOR =
  "a session outlives the password it was opened with (I3): a guarded insert must write the user row " +
  "first, in one conflict scope with whatever changes that row";

const ORPHAN =
  "a token outlives the account it was made for (I4): a guarded insert must write the user row first";

/** Sets a new password and ends the sessions, as a flow does: the user row first. */
function changePassword(store: UserStore): Promise<boolean> {
  return store.transaction(async (inside) => {
    if (!await inside.setPasswordHash("ada", NEW, { passwordHash: OLD })) return false;
    await inside.removeAllSessions("ada");
    return true;
  });
}

/** Deletes the account and lets somebody else use the name. */
async function renew(store: UserStore, userId: string): Promise<boolean> {
  if (!await store.deleteUser("ada", { userId })) return false;
  await addUser(store, person("ada", { passwordHash: NEW }));
  return true;
}

function login(store: UserStore, number: number): Promise<boolean> {
  return store.addSession(token("ada", hash(number)), { passwordHash: OLD });
}

async function noSessionUnderOldHash(store: UserStore): Promise<void> {
  for (const number of [1, 2, 3]) {
    assert.equal(await store.getSession(hash(number)), null, SURVIVOR);
    assert.equal(await store.removeSession(hash(number)), false, SURVIVOR);
  }
}

async function noTokens(store: UserStore): Promise<void> {
  assert.equal(await store.getEmailVerification(hash(1)), null, ORPHAN);
  assert.equal(await store.getPasswordReset(hash(1)), null, ORPHAN);
  assert.equal(await store.getSession(hash(1)), null, ORPHAN);
}

/** Two sides meet on one account: the first holds a transaction open while the second tries. */
interface Meeting {
  readonly name: string;
  /** `first` and `second` are the same store, or two on the same data. */
  readonly run: StoreCaseRun;
}

const LOGIN_HELD: readonly Meeting[] = [
  {
    name: "a login held open while the password is changed leaves no session of the old one (I3, R57)",
    run: async (first, second) => {
      await addVerifiedUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        const added = await login(inside, 1);
        await pause();
        return added;
      });
      const change = settled(changePassword(second));
      await giveAMoment(change);
      held.release();
      const [added, changed] = [didIt(await held.outcome), didIt(await change)];
      assert.ok(added || changed, "one of the two has to come through");
      const passwordHash = await first.getPasswordHash("ada");
      assert.equal(passwordHash, changed ? NEW : OLD);
      if (changed) await noSessionUnderOldHash(first);
      else assert.ok(await first.getSession(hash(1)) !== null);
    },
  },
  {
    name:
      "a login held open before its insert while the password is changed leaves no session of the old one (I3, R57)",
    run: async (first, second) => {
      await addVerifiedUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        // The read is what a login decides on; a store that keeps its snapshot must not trust it later.
        assert.ok(await inside.getPasswordHash("ada") !== null);
        await pause();
        return await login(inside, 1);
      });
      const change = settled(changePassword(second));
      await giveAMoment(change);
      held.release();
      const [added, changed] = [didIt(await held.outcome), didIt(await change)];
      assert.ok(added || changed, "one of the two has to come through");
      if (changed) await noSessionUnderOldHash(first);
    },
  },
  {
    name: "a login held open while the account is deleted leaves no orphan (I4, R43)",
    run: async (first, second) => {
      await addVerifiedUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        const added = await login(inside, 1);
        await pause();
        return added;
      });
      const deletion = settled(
        second.transaction((inside) => inside.deleteUser("ada", { passwordHash: OLD })),
      );
      await giveAMoment(deletion);
      held.release();
      await held.outcome;
      if (!didIt(await deletion)) assert.equal(await first.deleteUser("ada"), true);
      await noSessionUnderOldHash(first);
      await addUser(first, "ada");
      await noSessionUnderOldHash(first);
    },
  },
];

const LOGIN_TRIES: readonly Meeting[] = [
  {
    name: "a login while a password change is held open opens no session under the old one (I3, R57)",
    run: async (first, second) => {
      await addVerifiedUser(first, person("ada", { passwordHash: OLD }));
      await first.addSession(token("ada", hash(3)));
      const held = await holdOpen(first, async (inside, pause) => {
        if (!await inside.setPasswordHash("ada", NEW, { passwordHash: OLD })) return false;
        await inside.removeAllSessions("ada");
        await pause();
        return true;
      });
      const logins = [
        settled(login(second, 1)),
        settled(second.transaction((inside) => login(inside, 2))),
      ];
      await giveAMoment(...logins);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      await Promise.all(logins);
      assert.equal(await first.getPasswordHash("ada"), NEW);
      await noSessionUnderOldHash(first);
    },
  },
  {
    name: "a login between the two writes of a password change opens no session under the old one (I3, R57)",
    run: async (first, second) => {
      await addVerifiedUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        const changed = await inside.setPasswordHash("ada", NEW, { passwordHash: OLD });
        await pause();
        await inside.removeAllSessions("ada");
        return changed;
      });
      const tried = settled(login(second, 1));
      await giveAMoment(tried);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      await tried;
      await noSessionUnderOldHash(first);
    },
  },
  {
    name: "a login while a deletion is held open leaves no orphan (I4, R43)",
    run: async (first, second) => {
      await addVerifiedUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        const deleted = await inside.deleteUser("ada", { passwordHash: OLD });
        await pause();
        return deleted;
      });
      const logins = [settled(login(second, 1)), settled(second.addSession(token("ada", hash(2))))];
      await giveAMoment(...logins);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      await Promise.all(logins);
      await addUser(first, "ada");
      await noSessionUnderOldHash(first);
    },
  },
  {
    name: "a login after an acknowledged password change is false for the old hash (I3)",
    run: async (first, second) => {
      await addVerifiedUser(first, person("ada", { passwordHash: OLD }));
      assert.equal(await changePassword(second), true);
      assert.equal(
        await login(first, 1),
        false,
        "a guard judges the newest committed row, never a cached one",
      );
      assert.equal(await first.transaction((inside) => login(inside, 2)), false);
      await noSessionUnderOldHash(second);
    },
  },
];

/** Whatever mints a token later, guarded by the account it was asked for. */
const MINTS: readonly (readonly [string, (store: UserStore, userId: string) => Promise<boolean>])[] = [
  [
    "a verification",
    (store, userId) => store.setEmailVerification(token("ada", hash(1)), { userId, verified: false }),
  ],
  ["a reset", (store, userId) => store.setPasswordReset(token("ada", hash(1)), { userId })],
  ["a session", (store, userId) => store.addSession(token("ada", hash(1)), { userId })],
];

const MINTS_HELD: readonly Meeting[] = MINTS.flatMap(([what, mint]) => [
  {
    name: `${what} held open while the name changes hands is not the newcomer's (I4)`,
    run: async (first: UserStore, second: UserStore) => {
      const { id } = await addUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        const minted = await mint(inside, id);
        await pause();
        return minted;
      });
      const renewal = settled(renew(second, id));
      await giveAMoment(renewal);
      held.release();
      await held.outcome;
      if (!didIt(await renewal)) assert.equal(await renew(first, id), true);
      await noTokens(first);
    },
  },
  {
    name: `${what} minted while a deletion is held open is not the newcomer's (I4)`,
    run: async (first: UserStore, second: UserStore) => {
      const { id } = await addUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        const deleted = await inside.deleteUser("ada", { userId: id });
        await pause();
        return deleted;
      });
      const minted = settled(mint(second, id));
      await giveAMoment(minted);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      await minted;
      await addUser(first, "ada");
      await noTokens(first);
      assert.equal(await mint(first, id), false);
      await noTokens(first);
    },
  },
]);

const OWNERSHIP: readonly Meeting[] = [
  {
    name: "a verification held open while another account verifies the address makes one owner (I1)",
    run: async (first, second) => {
      await addUser(first, person("bob", { email: SHARED }));
      await addUser(first, person("ada", { email: SHARED }));
      const held = await holdOpen(first, async (inside, pause) => {
        const verified = await inside.setUserVerified("ada", SHARED);
        await pause();
        return verified;
      });
      const other = settled(second.setUserVerified("bob", SHARED));
      await giveAMoment(other);
      held.release();
      const winners = [didIt(await held.outcome), didIt(await other)];
      assert.equal(winners.filter((winner) => winner).length, 1, "exactly one of the two becomes the owner");
      const verified = [
        (await first.getUserByUsername("ada"))?.verified,
        (await first.getUserByUsername("bob"))?.verified,
      ];
      assert.deepEqual(verified, winners, "never two verified holders, and nobody who was told otherwise");
      assert.equal((await first.getUserByEmail(SHARED))?.username, winners[0] ? "ada" : "bob");
    },
  },
  {
    name: "a verification held open while a newcomer registers the address makes it the owner's (I1)",
    run: async (first, second) => {
      await addUser(first, person("ada", { email: SHARED }));
      const held = await holdOpen(first, async (inside, pause) => {
        const verified = await inside.setUserVerified("ada", SHARED);
        await pause();
        return verified;
      });
      const newcomer = settled(second.createUser(person("bob", { email: SHARED })));
      await giveAMoment(newcomer);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      await newcomer;
      const holder = await first.getUserByEmail(SHARED);
      assert.deepEqual([holder?.username, holder?.verified], ["ada", true]);
      assert.equal(await first.setUserVerified("bob"), false);
    },
  },
  {
    name: "a resend while a verification is held open leaves no token behind (R51)",
    run: async (first, second) => {
      const { id } = await addUser(first, "ada");
      const held = await holdOpen(first, async (inside, pause) => {
        const verified = await inside.setUserVerified("ada", undefined, { verified: false });
        await inside.removeEmailVerificationForUser("ada");
        await pause();
        return verified;
      });
      const resend = settled(
        second.setEmailVerification(token("ada", hash(1)), { userId: id, verified: false }),
      );
      await giveAMoment(resend);
      held.release();
      assert.deepEqual(await held.outcome, { status: "fulfilled", value: true });
      await resend;
      assert.equal(
        await first.getEmailVerification(hash(1)),
        null,
        "a verified account got a verification token",
      );
    },
  },
  {
    name: "a deletion and a password change of one account: exactly one is done, whoever holds",
    run: async (first, second) => {
      await addUser(first, person("ada", { passwordHash: OLD }));
      const held = await holdOpen(first, async (inside, pause) => {
        const changed = await inside.setPasswordHash("ada", NEW, { passwordHash: OLD });
        await pause();
        return changed;
      });
      const deletion = settled(second.deleteUser("ada", { passwordHash: OLD }));
      await giveAMoment(deletion);
      held.release();
      const [changed, deleted] = [didIt(await held.outcome), didIt(await deletion)];
      assert.notEqual(changed, deleted);
      assert.equal(await first.getPasswordHash("ada"), changed ? NEW : null);
    },
  },
  {
    name: "one reset token in two transactions at once is used once (I2, R49)",
    run: async (first, second) => {
      await addUser(first, person("ada", { passwordHash: OLD }));
      await first.setPasswordReset(token("ada", hash(1)));
      const reset = async (inside: UserStore, passwordHash: string): Promise<boolean> =>
        await inside.removePasswordReset(hash(1)) && await inside.setPasswordHash("ada", passwordHash);
      const held = await holdOpen(first, async (inside, pause) => {
        const done = await reset(inside, "$fake$first");
        await pause();
        return done;
      });
      const other = settled(second.transaction((inside) => reset(inside, "$fake$second")));
      await giveAMoment(other);
      held.release();
      const [one, two] = [didIt(await held.outcome), didIt(await other)];
      assert.notEqual(one, two, "exactly one of the two may use the token");
      assert.equal(await first.getPasswordHash("ada"), one ? "$fake$first" : "$fake$second");
    },
  },
];

const MEETINGS: readonly Meeting[] = [...LOGIN_HELD, ...LOGIN_TRIES, ...MINTS_HELD, ...OWNERSHIP];

/** What random races rarely hit: one side waits in the middle while the other tries. */
export const heldOpenCases: readonly StoreCase[] = [
  ...MEETINGS.map(({ name, run }) => transactionCase(name, run)),
  ...MEETINGS.map(({ name, run }) => twoStoreTransactionCase(`two stores: ${name}`, run)),
];
