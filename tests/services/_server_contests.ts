import type { OpenedSession, UserHarbor } from "@userharbor/core";
import assert from "node:assert/strict";
import { emailOf, hasCode, type Life, NEW_PASSWORD, PASSWORD, untyped } from "../_harness.ts";
import type { Aftermath, Contest } from "../_race.ts";

const OTHER_PASSWORD = "and yet another pass phrase";
const MINE = "ada@example.net";
const ELSEWHERE = "elsewhere@example.net";

/** Late enough for a check of a session to move its expiry on. */
const REFRESH_IS_DUE_SECONDS = 24 * 86_400;

/** What two people, or one in two windows, do at the same time at two processes that use one database server. */
export const SERVER_CONTESTS: Readonly<Record<string, (life: Life) => Promise<Contest>>> = {
  async "a login and a reset"(life) {
    await life.verified("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [login, (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD })],
      ends: ["ok, ok", "invalid_credentials, ok"],
      async check(after) {
        await oldPasswordIsOver(after, 0);
        await after.harbor.login({ username: "ada", password: NEW_PASSWORD });
      },
    };
  },

  async "a login and a change of password"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        login,
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_credentials, ok"],
      check: (after) => oldPasswordIsOver(after, 0),
    };
  },

  async "a login and a deletion"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [login, (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD })],
      ends: ["ok, ok", "invalid_credentials, ok"],
      async check(after) {
        await oldPasswordIsOver(after, 0);
        assert.equal(await after.store.getUserByUsername("ada"), null);
      },
    };
  },

  async "a login and the end of the account by an administrator"(life) {
    await life.verified("ada");
    return {
      works: [login, (harbor) => harbor.users.disable("ada")],
      ends: ["ok, ok", "invalid_credentials, ok"],
      check: (after) => oldPasswordIsOver(after, 0),
    };
  },

  async "a logout of one session and the refresh of another by two checks"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const { sessionToken: other } = await life.login("ada");
    life.advance(REFRESH_IS_DUE_SECONDS);
    return {
      works: [
        (harbor) => harbor.logoutAll(sessionToken),
        (harbor) => harbor.verifySession(other),
        (harbor) => harbor.verifySession(other),
      ],
      ends: ["ok, ok, ok"],
      async check({ harbor }) {
        for (const token of [sessionToken, other]) assert.equal(await harbor.verifySession(token), false);
      },
    };
  },

  async "a new name and a login under the old one"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [(harbor) => rename(harbor, sessionToken), login],
      ends: ["ok, ok", "ok, invalid_credentials"],
      async check({ harbor, results: [, login] }) {
        const opened = [sessionToken, ...login?.status === "fulfilled" ? [tokenOf(login.value)] : []];
        for (const token of opened) assert.equal((await harbor.getCurrentUser(token)).username, "lovelace");
      },
    };
  },

  async "a new name and somebody's registration under it"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const newcomer = { username: "Lovelace", email: MINE, password: PASSWORD };
    return {
      works: [(harbor) => rename(harbor, sessionToken), (harbor) => harbor.register(newcomer)],
      once: [0, 1],
      ends: ["ok, username_taken", "username_taken, ok"],
    };
  },

  async "a change of address and the confirmation of an earlier one"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: ELSEWHERE }),
        (harbor) => harbor.confirmEmailChange(token),
      ],
      ends: ["ok, ok", "ok, invalid_email_change_token"],
      async check({ store, results }) {
        const isConfirmed = results[1]?.status === "fulfilled";
        assert.equal((await store.getUserByUsername("ada"))?.email, isConfirmed ? MINE : emailOf("ada"));
        assert.equal(await store.getUserByEmail(ELSEWHERE), null);
      },
    };
  },

  async "two accounts that move to one address"(life) {
    const tokens: string[] = [];
    for (const name of ["ada", "eve"]) {
      const { sessionToken } = await life.loggedIn(name);
      tokens.push(await life.emailChangeToken(sessionToken, MINE));
    }
    return {
      works: tokens.map((token) => (harbor) => harbor.confirmEmailChange(token)),
      once: [0, 1],
      ends: ["ok, invalid_email_change_token", "invalid_email_change_token, ok"],
    };
  },

  async "two resets with one token, and a login"(life) {
    await life.verified("ada");
    const resetToken = await life.resetToken("ada");
    const reset = (newPassword: string) => (harbor: UserHarbor) =>
      harbor.resetPassword({ resetToken, newPassword });
    return {
      works: [reset(NEW_PASSWORD), reset(OTHER_PASSWORD), login],
      once: [0, 1],
      ends: ["ok", "invalid_credentials"].flatMap((end) => [
        `ok, invalid_password_reset_token, ${end}`,
        `invalid_password_reset_token, ok, ${end}`,
      ]),
      async check(after) {
        await oldPasswordIsOver(after, 2);
        const password = after.results[0]?.status === "fulfilled" ? NEW_PASSWORD : OTHER_PASSWORD;
        await after.harbor.login({ username: "ada", password });
      },
    };
  },

  async "a deletion and a newcomer under the name"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.register({ username: "ada", email: MINE, password: OTHER_PASSWORD }),
        (harbor) => harbor.sendPasswordReset(emailOf("ada")),
      ],
      ends: ["ok, ok, ok", "ok, username_taken, ok"],
    };
  },
};

function login(harbor: UserHarbor): Promise<OpenedSession> {
  return harbor.login({ username: "ada", password: PASSWORD });
}

function rename(harbor: UserHarbor, sessionToken: string): Promise<void> {
  return harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" });
}

function tokenOf(opened: unknown): string {
  return untyped<OpenedSession>(opened).sessionToken;
}

/** The old password opens nothing any more, nor does what it opened in the race. */
async function oldPasswordIsOver({ harbor, results }: Aftermath, racer: number): Promise<void> {
  const opened = results[racer];
  if (opened?.status === "fulfilled") assert.equal(await harbor.verifySession(tokenOf(opened.value)), false);
  await assert.rejects(login(harbor), hasCode("invalid_credentials"));
}
