import assert from "node:assert/strict";
import test from "node:test";
import type { OpenedSession, UserHarbor } from "../mod.ts";
import { emailOf, hasCode, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { type Aftermath, type Contest, meet } from "./_race.ts";
import { stores } from "./_stores.ts";

const HASH = "$elsewhere$v=1$c2FsdA$aGFzaA";

function login(harbor: UserHarbor): Promise<OpenedSession> {
  return harbor.login({ username: "ada", password: PASSWORD });
}

function disable(harbor: UserHarbor): Promise<void> {
  return harbor.users.disable("ada");
}

/** Asserts that no session is left of whatever opened one, not even for an account that is enabled again. */
async function assertNoSession({ harbor, store, results }: Aftermath): Promise<void> {
  assert.deepEqual(await store.listSessions?.("ada"), []);
  if (await store.getUserByUsername("ada") !== null) await harbor.users.enable("ada");
  for (const result of results) {
    if (result.status === "rejected" || result.value === undefined) continue;
    const { sessionToken } = untyped<OpenedSession>(result.value);
    assert.equal(await harbor.verifySession(sessionToken), false);
  }
}

/** Asserts that the account was disabled, and that neither sessions nor mailed tokens are left of it. */
async function assertDisabled(after: Aftermath): Promise<void> {
  const { harbor, store, mails } = after;
  assert.equal((await store.getUserByUsername("ada"))?.disabled, true);
  await assertNoSession(after);
  for (const { kind, token = "" } of mails.flat()) {
    if (kind !== "password_reset") continue;
    const use = harbor.resetPassword({ resetToken: token, newPassword: NEW_PASSWORD });
    await assert.rejects(use, hasCode("invalid_password_reset_token"));
  }
}

/** What trusted code and a person do at the same time. */
const CONTESTS: Readonly<Record<string, (life: Life) => Promise<Contest>>> = {
  async "a login and users.disable()"(life) {
    await life.verified("ada");
    return {
      works: [login, disable],
      ends: ["ok, ok", "invalid_credentials, ok"],
      async check(after) {
        await assert.rejects(login(after.harbor), hasCode("invalid_credentials"));
        await assertDisabled(after);
      },
    };
  },

  async "a reset and users.disable()"(life) {
    await life.loggedIn("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [(harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }), disable],
      ends: ["ok, ok", "invalid_password_reset_token, ok"],
      check: assertDisabled,
    };
  },

  async "the mail of a reset token and users.disable()"(life) {
    await life.verified("ada");
    return {
      works: [(harbor) => harbor.sendPasswordReset(emailOf("ada")), disable],
      ends: ["ok, ok"],
      check: assertDisabled,
    };
  },

  async "a verification and users.disable()"(life) {
    await life.registered("ada");
    const token = life.verificationToken("ada");
    return {
      works: [(harbor) => harbor.verifyEmail(token), disable],
      ends: ["ok, ok", "invalid_verification_token, ok"],
      async check({ store, results }) {
        const user = await store.getUserByUsername("ada");
        assert.deepEqual([user?.disabled, user?.verified], [true, results[0]?.status === "fulfilled"]);
      },
    };
  },

  async "a change of password and users.disable()"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
        disable,
      ],
      ends: ["ok, ok", "invalid_session_token, ok", "invalid_credentials, ok"],
      check: assertDisabled,
    };
  },

  async "sessions.reauthenticate() and users.disable()"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [(harbor) => harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }), disable],
      ends: ["ok, ok", "invalid_session_token, ok", "invalid_credentials, ok"],
      check: assertDisabled,
    };
  },

  async "users.forceReset() and users.disable()"(life) {
    await life.loggedIn("ada");
    return {
      works: [(harbor) => harbor.users.forceReset("ada"), disable],
      ends: ["ok, ok"],
      check: assertDisabled,
    };
  },

  async "a login and users.forceReset()"(life) {
    await life.verified("ada");
    return {
      works: [login, (harbor) => harbor.users.forceReset("ada")],
      ends: ["ok, ok", "invalid_credentials, ok"],
      async check(after) {
        await assertNoSession(after);
        await assert.rejects(login(after.harbor), hasCode("invalid_credentials"));
      },
    };
  },

  async "a change of password and users.forceReset()"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
        (harbor) => harbor.users.forceReset("ada"),
      ],
      ends: ["ok, ok", "invalid_session_token, ok", "invalid_credentials, ok"],
      async check(after) {
        await assertNoSession(after);
        await assert.rejects(login(after.harbor), hasCode("invalid_credentials"));
      },
    };
  },

  async "a change of password and users.requirePasswordChange()"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
        (harbor) => harbor.users.requirePasswordChange("ada"),
      ],
      ends: ["ok, ok"],
      async check({ store, harbor, results }) {
        const { sessionToken: fresh } = untyped<PromiseFulfilledResult<OpenedSession>>(results[0]).value;
        const isDue = (await store.getUserByUsername("ada"))?.mustChangePassword ?? false;
        assert.equal(await harbor.verifySession(fresh), !isDue);
      },
    };
  },

  async "a login and users.delete()"(life) {
    await life.verified("ada");
    return {
      works: [login, (harbor) => harbor.users.delete("ada")],
      ends: ["ok, ok", "invalid_credentials, ok"],
      async check(after) {
        assert.equal(await after.store.getUserByUsername("ada"), null);
        await assertNoSession(after);
      },
    };
  },

  async "another name and users.revokeSessions()"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" }),
        (harbor) => harbor.users.revokeSessions("ada"),
      ],
      ends: ["ok, unknown_user", "invalid_session_token, ok"],
      async check({ harbor, results }) {
        const isRevoked = results[1]?.status === "fulfilled";
        assert.equal(await harbor.verifySession(sessionToken), !isRevoked);
      },
    };
  },

  async "users.delete(), a newcomer under the name, and users.disable()"(life) {
    await life.verified("ada");
    return {
      works: [
        (harbor) => harbor.users.delete("ada"),
        (harbor) => harbor.register({ username: "ada", email: emailOf("new"), password: PASSWORD }),
        disable,
      ],
      ends: [
        "ok, ok, ok",
        "ok, ok, unknown_user",
        "ok, username_taken, ok",
        "ok, username_taken, unknown_user",
      ],
    };
  },

  "users.create() and a registration of the name": () =>
    Promise.resolve({
      works: [
        (harbor) => harbor.users.create({ username: "ada", email: emailOf("ada"), password: PASSWORD }),
        (harbor) => harbor.register({ username: "ADA", email: emailOf("ada"), password: PASSWORD }),
      ],
      once: [0, 1],
      ends: ["ok, username_taken", "username_taken, ok"],
      async check({ store, results }) {
        const user = await store.getUserByUsername("ada");
        assert.equal((await store.getUserByEmail(emailOf("ada")))?.id, user?.id);
        assert.equal(user?.mustChangePassword ?? false, results[0]?.status === "fulfilled");
      },
    }),

  "two imports of one account": () =>
    Promise.resolve({
      works: ["ada", "ADA"].map((username) => (harbor) =>
        harbor.users.import({ username, email: emailOf("ada"), verified: true, passwordHash: HASH })
      ),
      once: [0, 1],
      // Between the two look-ups of the later one the earlier one may take both.
      ends: ["ok, username_taken", "username_taken, ok", "ok, email_taken", "email_taken, ok"],
      async check({ store }) {
        const user = await store.getUserByUsername("ada");
        assert.deepEqual(await store.getUserByEmail(emailOf("ada")), user);
        assert.equal(user?.verified, true);
      },
    }),

  "two imports for one address": () =>
    Promise.resolve({
      works: ["ada", "bob"].map((username) => (harbor) =>
        harbor.users.import({ username, email: emailOf("ada"), verified: true, passwordHash: HASH })
      ),
      once: [0, 1],
      ends: ["ok, email_taken", "email_taken, ok"],
    }),
};

for (const { name: kind, open, rounds } of stores) {
  for (const [name, prepare] of Object.entries(CONTESTS)) {
    test(`${name} at the same time, in every order, on ${kind} (R43, R57, R94, V7, T4)`, async () => {
      const before = openHarbor();
      await meet(await prepare(before), { before, open, times: rounds(1_000) });
    });
  }
}
