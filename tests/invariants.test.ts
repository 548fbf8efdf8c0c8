import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { isUserHarborError, type UserStore } from "../mod.ts";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";
import { race, type Work } from "./_race.ts";
import { type Mistake, mistaken, without } from "./kit/_mistaken.ts";

/** A store that does one thing wrong, and a race in which that shows. */
interface Broken {
  readonly invariant: string;
  readonly mistake: Mistake;
  readonly works: (life: Life) => Promise<readonly Work[]>;
}

const LOGIN: Work = (harbor) => harbor.login({ username: "ada", password: PASSWORD });

const BROKEN: Readonly<Record<string, Broken>> = {
  "a verification takes an address that somebody owns": {
    invariant: "I1",
    mistake: (store) => ({
      setUserVerified: (username, email, guard) =>
        store.setUserVerified(username, email, guard).catch((error: unknown) => {
          if (!isUserHarborError(error)) throw error;
          return true;
        }),
      getUserByUsername: async (key) => {
        const user = await store.getUserByUsername(key);
        return user && { ...user, verified: true };
      },
    }),
    async works(life) {
      for (const username of ["ada", "eve"]) {
        await life.harbor.register({ username, email: emailOf("ada"), password: PASSWORD });
        await life.harbor.settled();
      }
      const token = life.verificationToken("ada");
      return [(harbor) => harbor.verifyEmail(token)];
    },
  },

  "a removal is true for everybody": {
    invariant: "I2",
    mistake: (store) => ({ removeSession: (tokenHash) => store.removeSession(tokenHash).then(() => true) }),
    async works(life) {
      const { sessionToken } = await life.loggedIn("ada");
      return [(harbor) => harbor.logout(sessionToken), (harbor) => harbor.logout(sessionToken)];
    },
  },

  "a login is not guarded by the password hash": {
    invariant: "I3",
    mistake: (store) => ({
      addSession: (session, guard) => store.addSession(session, without("passwordHash", guard)),
    }),
    async works(life) {
      await life.verified("ada");
      const resetToken = await life.resetToken("ada");
      return [LOGIN, (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD })];
    },
  },

  "a mailed token is not guarded by the account's id": {
    invariant: "I4",
    mistake: (store) => ({
      setPasswordReset: (reset, guard) => store.setPasswordReset(reset, without("userId", guard)),
    }),
    async works(life) {
      const { sessionToken } = await life.loggedIn("ada");
      return [
        (harbor) => harbor.sendPasswordReset(emailOf("ada")),
        async (harbor) => {
          await harbor.deleteAccount({ sessionToken, password: PASSWORD });
          await harbor.register({ username: "ada", email: emailOf("new"), password: PASSWORD });
        },
      ];
    },
  },

  "a login is not guarded by the account being enabled": {
    invariant: "R43",
    mistake: (store) => ({
      addSession: (session, guard) => store.addSession(session, without("disabled", guard)),
    }),
    async works(life) {
      await life.verified("ada");
      return [LOGIN, (harbor) => harbor.users.disable("ada")];
    },
  },

  "a deletion leaves roles": {
    invariant: "I4",
    mistake: (store) => ({ getUserRoles: () => store.listRoles() }),
    async works(life) {
      const { sessionToken } = await life.loggedIn("ada");
      await life.harbor.roles.create("admin");
      return [(harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD })];
    },
  },

  "a transaction keeps what a refusal wrote": {
    invariant: "I5",
    mistake: (store) => ({ transaction: (work) => work(store) }),
    async works(life) {
      await life.verified("ada");
      const resetToken = await life.resetToken("ada");
      return [NEW_PASSWORD, PASSWORD].map((newPassword) => (harbor) =>
        harbor.resetPassword({ resetToken, newPassword })
      );
    },
  },

  "a purge takes what is live": {
    invariant: "I6",
    mistake: (store) => ({
      purgeExpired: (request) => store.purgeExpired({ ...request, before: new Date("2030-01-01") }),
    }),
    async works(life) {
      await life.verified("ada");
      return [LOGIN];
    },
  },

  "a purge leaves what is dead": {
    invariant: "I6",
    mistake: () => ({ purgeExpired: () => Promise.resolve(0) }),
    async works(life) {
      await life.verified("ada");
      return [LOGIN];
    },
  },
};

for (const [name, { invariant, mistake, works }] of Object.entries(BROKEN)) {
  test(`a race notices that ${name} (T4, T19)`, async () => {
    const before = openHarbor();
    const racing = { before, times: 200, works: await works(before) };
    const run = (open: () => UserStore) =>
      race({ ...racing, open: () => Promise.resolve(open()) }, { works: racing.works });
    await run(() => new MemoryUserStore());
    await assert.rejects(
      run(() => mistaken(mistake)),
      ({ cause }: Error) => cause instanceof Error && cause.message.startsWith(invariant),
    );
  });
}

test("a race notices that two spent what one alone may spend (T4, T19)", async () => {
  const before = openHarbor();
  await before.verified("ada");
  const racing = { before, open: () => Promise.resolve(new MemoryUserStore()), times: 10 };
  await assert.rejects(race(racing, { works: [LOGIN, LOGIN], once: [0, 1] }));
});
