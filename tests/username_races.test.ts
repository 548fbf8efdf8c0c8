import assert from "node:assert/strict";
import test from "node:test";
import type { OpenedSession } from "../mod.ts";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { type Aftermath, type Contest, meet } from "./_race.ts";
import { stores } from "./_stores.ts";

/** What happens under a name while its account gets another one. */
const CONTESTS: Readonly<Record<string, (life: Life) => Promise<Contest>>> = {
  async "two accounts that take one name"(life) {
    const tokens = [await life.loggedIn("ada"), await life.loggedIn("eve")].map(({ sessionToken }) =>
      sessionToken
    );
    return {
      works: tokens.map((sessionToken, index) => (harbor) =>
        harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: index ? "Zoe" : "zoe" })
      ),
      once: [0, 1],
      ends: ["ok, username_taken", "username_taken, ok"],
    };
  },

  async "one account that takes two names"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: ["zoe", "mae"].map((newUsername) => (harbor) =>
        harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername })
      ),
      // The later one finds the session under the new name; or, once it was looked up, the account gone from the old.
      ends: ["ok, ok", "ok, invalid_credentials", "invalid_credentials, ok"],
      check: theSessionStays(sessionToken),
    };
  },

  async "two accounts that swap names"(life) {
    const ada = await life.loggedIn("ada");
    const eve = await life.loggedIn("eve");
    return {
      works: [[ada, "eve"], [eve, "ada"]].map(([opened, newUsername]) => (harbor) =>
        harbor.changeUsername({
          sessionToken: untyped<OpenedSession>(opened).sessionToken,
          password: PASSWORD,
          newUsername: untyped<string>(newUsername),
        })
      ),
      ends: ["username_taken, username_taken"],
    };
  },

  async "a new name and a registration under it"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.register({ username: "ZOE", email: emailOf("zoe"), password: PASSWORD }),
      ],
      once: [0, 1],
      ends: ["ok, username_taken", "username_taken, ok"],
    };
  },

  async "a new name and a registration under the old one"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.register({ username: "ada", email: "new@example.org", password: PASSWORD }),
      ],
      ends: ["ok, ok", "ok, username_taken"],
      check: theSessionStays(sessionToken),
    };
  },

  async "a new name and a logout from all sessions"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const other = await life.login("ada");
    return {
      works: [
        (harbor) =>
          harbor.changeUsername({ sessionToken: other.sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.logoutAll(sessionToken),
      ],
      ends: ["ok, ok", "invalid_session_token, ok"],
      async check({ harbor }) {
        for (const token of [sessionToken, other.sessionToken]) {
          assert.equal(await harbor.verifySession(token), false, "a session outlived the logout");
        }
      },
    };
  },

  async "a new name, a newcomer under the old one, and a logout from all sessions"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const other = await life.login("ada");
    await life.registered("eve");
    const change = { sessionToken: other.sessionToken, password: PASSWORD, newUsername: "zoe" };
    return {
      works: [
        (harbor) => harbor.changeUsername(change),
        (harbor) => harbor.register({ username: "ada", email: "new@example.org", password: PASSWORD }),
        (harbor) => harbor.logoutAll(sessionToken),
      ],
      ends: ["ok, ok, ok", "ok, username_taken, ok", "invalid_session_token, username_taken, ok"],
      async check({ harbor }) {
        for (const token of [sessionToken, other.sessionToken]) {
          assert.equal(await harbor.verifySession(token), false, "a session outlived the logout");
        }
      },
    };
  },

  async "a new name and a login"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.login({ username: "ada", password: PASSWORD }),
      ],
      ends: ["ok, ok", "ok, invalid_credentials"],
      async check({ harbor, results }) {
        const opened = results[1];
        if (opened?.status === "rejected") return;
        const { sessionToken } = untyped<PromiseFulfilledResult<OpenedSession>>(opened).value;
        assert.equal((await harbor.getCurrentUser(sessionToken)).username, "zoe");
      },
    };
  },

  async "a new name and a new password"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ],
      ends: [
        "ok, ok",
        "ok, invalid_credentials",
        "invalid_credentials, ok",
        "invalid_session_token, ok",
      ],
    };
  },

  async "a new name and a reset"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      ends: [
        "ok, ok",
        "ok, invalid_password_reset_token",
        "invalid_credentials, ok",
        "invalid_session_token, ok",
      ],
      async check({ harbor, results }) {
        // A token refused because the name was a moment old still works.
        if (results[1]?.status === "rejected") {
          await harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
        }
      },
    };
  },

  async "a new name and the confirmation of a new address"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, "ada@example.net");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.confirmEmailChange(token),
      ],
      ends: ["ok, ok", "ok, invalid_email_change_token"],
      async check({ harbor, results, store }) {
        if (results[1]?.status === "rejected") await harbor.confirmEmailChange(token);
        assert.equal((await store.getUserByEmail("ada@example.net"))?.username, "zoe");
      },
    };
  },

  async "a new name and the account's deletion"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
      ],
      ends: [
        "ok, ok",
        "ok, invalid_credentials",
        "invalid_credentials, ok",
        "invalid_session_token, ok",
      ],
      async check({ store, results }) {
        const isDeleted = results[1]?.status === "fulfilled";
        assert.equal(await store.getUserByEmail(emailOf("ada")) === null, isDeleted);
      },
    };
  },

  async "a new name and mail asked for before"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.sendPasswordReset(emailOf("ada")),
      ],
      ends: ["ok, ok"],
      check: theSessionStays(sessionToken),
    };
  },

  async "a new name and a role"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    await life.harbor.roles.create("admin");
    return {
      works: [
        (harbor) => harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "zoe" }),
        (harbor) => harbor.grantRole("ada", "admin"),
      ],
      ends: ["ok, ok", "ok, unknown_user"],
      async check({ harbor, store, results }) {
        const isGranted = results[1]?.status === "fulfilled";
        assert.equal(await harbor.hasRole(sessionToken, "admin"), isGranted);
        assert.deepEqual(await store.getUserRoles("ada"), new Set());
      },
    };
  },
};

for (const { name: kind, open, rounds } of stores) {
  for (const [name, prepare] of Object.entries(CONTESTS)) {
    test(`${name} at the same time, in every order, on ${kind} (T4, R29, R65, I1, I4, I5)`, async () => {
      const before = openHarbor();
      await meet(await prepare(before), { before, open, times: rounds(1_000) });
    });
  }
}

/** Whatever the account is called. */
function theSessionStays(sessionToken: string): (after: Aftermath) => Promise<void> {
  return async ({ harbor }) => {
    const { username, email } = await harbor.getCurrentUser(sessionToken);
    assert.notEqual(username, "ada");
    assert.equal(email, emailOf("ada"));
  };
}
