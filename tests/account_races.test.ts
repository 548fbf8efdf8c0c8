import assert from "node:assert/strict";
import test from "node:test";
import type { OpenedSession } from "../mod.ts";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { type Contest, meet } from "./_race.ts";
import { stores } from "./_stores.ts";

const OTHER_PASSWORD = "and yet another pass phrase";

/** Long enough for whatever is about to end to end. */
const A_MOMENT_SECONDS = 2;

/** What two or more people, or one in two windows, do at the same time. */
const CONTESTS: Readonly<Record<string, (life: Life) => Promise<Contest>>> = {
  async "a reset and the same reset"(life) {
    await life.verified("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [NEW_PASSWORD, OTHER_PASSWORD].map((newPassword) => (harbor) =>
        harbor.resetPassword({ resetToken, newPassword })
      ),
      once: [0, 1],
      ends: ["ok, invalid_password_reset_token", "invalid_password_reset_token, ok"],
      async check({ harbor, results }) {
        const password = results[0]?.status === "fulfilled" ? NEW_PASSWORD : OTHER_PASSWORD;
        await harbor.login({ username: "ada", password });
      },
    };
  },

  async "a reset and the mail of another token"(life) {
    await life.verified("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
        (harbor) => harbor.sendPasswordReset(emailOf("ada")),
      ],
      ends: ["ok, ok", "invalid_password_reset_token, ok"],
    };
  },

  async "a reset of an unverified account and the click on its verification"(life) {
    await life.registered("ada");
    const token = life.verificationToken("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
        (harbor) => harbor.verifyEmail(token),
      ],
      ends: ["ok, ok", "ok, invalid_verification_token"],
      async check({ harbor }) {
        await harbor.login({ username: "ada", password: NEW_PASSWORD });
      },
    };
  },

  async "a verification and the same verification"(life) {
    await life.registered("ada");
    const token = life.verificationToken("ada");
    return {
      works: [(harbor) => harbor.verifyEmail(token), (harbor) => harbor.verifyEmail(token)],
      once: [0, 1],
      ends: ["ok, invalid_verification_token", "invalid_verification_token, ok"],
      check({ mails }) {
        assert.equal(mails.flat().length, 1);
        return Promise.resolve();
      },
    };
  },

  async "two verifications of one address"(life) {
    const email = emailOf("ada");
    const tokens: string[] = [];
    for (const username of ["ada", "eve"]) {
      await life.harbor.register({ username, email, password: PASSWORD });
      await life.harbor.settled();
      tokens.push(life.emailSender.tokenFor("verification", email));
    }
    return {
      works: tokens.map((token) => (harbor) => harbor.verifyEmail(token)),
      once: [0, 1],
      ends: ["ok, invalid_verification_token", "invalid_verification_token, ok"],
    };
  },

  async "a verification and a reset of another account for one address"(life) {
    const email = emailOf("ada");
    await life.registered("ada");
    const verification = life.verificationToken("ada");
    await life.harbor.register({ username: "eve", email, password: PASSWORD });
    await life.harbor.sendPasswordReset(email);
    await life.harbor.settled();
    const resetToken = life.emailSender.tokenFor("password_reset", email);
    return {
      works: [
        (harbor) => harbor.verifyEmail(verification),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      once: [0, 1],
      ends: ["ok, invalid_password_reset_token", "invalid_verification_token, ok"],
    };
  },

  async "a verification and the mail of another token"(life) {
    await life.registered("ada");
    const token = life.verificationToken("ada");
    return {
      works: [(harbor) => harbor.verifyEmail(token), (harbor) => harbor.resendVerification(emailOf("ada"))],
      ends: ["ok, ok", "invalid_verification_token, ok"],
      async check({ harbor, results, mails }) {
        if (results[0]?.status === "rejected") return await harbor.verifyEmail(mails[1]?.[0]?.token ?? "");
        assert.deepEqual(mails[1], [], "a token was mailed to an account verified before");
      },
    };
  },

  "two registrations of one name": () =>
    Promise.resolve({
      works: ["ada", "ADA"].map((username, index) => (harbor) =>
        harbor.register({ username, email: `ada${index}@example.org`, password: PASSWORD })
      ),
      once: [0, 1],
      ends: ["ok, username_taken", "username_taken, ok"],
    }),

  "two registrations of one address": () =>
    Promise.resolve({
      works: ["ada", "eve"].map((username) => (harbor) =>
        harbor.register({ username, email: emailOf("ada"), password: PASSWORD })
      ),
      ends: ["ok, ok"],
      async check({ harbor, mails }) {
        const tokens = mails.flat().map(({ token = "" }) => token);
        await harbor.verifyEmail(tokens[0] ?? "");
        await assert.rejects(harbor.verifyEmail(tokens[1] ?? ""));
      },
    }),

  async "a registration and the reset of the account that holds its address"(life) {
    await life.registered("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [
        (harbor) => harbor.register({ username: "eve", email: emailOf("ada"), password: PASSWORD }),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      ends: ["ok, ok"],
      async check({ store }) {
        assert.equal((await store.getUserByEmail(emailOf("ada")))?.username, "ada");
      },
    };
  },

  async "a registration under a name that is about to lapse, and its verification"(life) {
    await life.registered("ada");
    await life.harbor.settled();
    life.advance(604_800 - 1);
    await life.harbor.resendVerification(emailOf("ada"));
    await life.harbor.settled();
    const token = life.verificationToken("ada");
    return {
      works: [
        (harbor) => harbor.verifyEmail(token),
        async (harbor) => {
          await harbor.roles.list();
          life.advance(A_MOMENT_SECONDS);
          await harbor.register({ username: "ada", email: "new@example.org", password: PASSWORD });
        },
      ],
      once: [0, 1],
      ends: ["ok, username_taken", "invalid_verification_token, ok"],
    };
  },

  async "a purge of an account that is about to lapse, and its verification"(life) {
    await life.registered("ada");
    life.advance(604_800 - 1);
    await life.harbor.resendVerification(emailOf("ada"));
    await life.harbor.settled();
    const token = life.verificationToken("ada");
    return {
      works: [
        (harbor) => harbor.verifyEmail(token),
        async (harbor) => {
          await harbor.roles.list();
          life.advance(A_MOMENT_SECONDS);
          await harbor.purgeExpired({ graceSeconds: 0 });
        },
      ],
      ends: ["ok, ok", "invalid_verification_token, ok"],
      async check({ store, results }) {
        const user = await store.getUserByUsername("ada");
        assert.equal(
          user?.verified ?? false,
          results[0]?.status === "fulfilled",
          "a purge took an owner away",
        );
      },
    };
  },

  async "a purge of a session that is about to end, and its refresh"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    life.advance(2_592_000 - 1);
    return {
      works: [
        async (harbor) => {
          assert.equal(await harbor.verifySession(sessionToken), true);
        },
        async (harbor) => {
          await harbor.purgeExpired({ graceSeconds: 0 });
          await harbor.purgeExpired({ graceSeconds: 0 });
        },
      ],
      ends: ["ok, ok"],
      async check({ harbor }) {
        life.advance(A_MOMENT_SECONDS);
        assert.equal(await harbor.verifySession(sessionToken), true);
      },
    };
  },

  async "three logins where two sessions are allowed"(life) {
    await life.verified("ada");
    const login = { username: "ada", password: PASSWORD };
    return {
      options: { maxSessionsPerUser: 2 },
      works: [0, 1, 2].map(() => (harbor) => harbor.login(login)),
      ends: ["ok, ok, ok"],
      async check({ harbor, results }) {
        const live = [];
        for (const result of results) {
          const { sessionToken } = untyped<PromiseFulfilledResult<OpenedSession>>(result).value;
          if (await harbor.verifySession(sessionToken)) live.push(sessionToken);
        }
        assert.equal(live.length, 2);
        assert.equal((await harbor.sessions.list(live[0] ?? "")).length, 2);
      },
    };
  },

  async "a deletion and the same deletion"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [0, 1].map(() => (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD })),
      once: [0, 1],
      // The later one finds the session gone, or the account once its password was read.
      ends: [
        "ok, invalid_session_token",
        "invalid_session_token, ok",
        "ok, invalid_credentials",
        "invalid_credentials, ok",
      ],
    };
  },

  async "a deletion and a reset"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      once: [0, 1],
      ends: ["ok, invalid_password_reset_token", "invalid_session_token, ok", "invalid_credentials, ok"],
    };
  },

  async "a deletion and a change of password"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ],
      once: [0, 1],
      ends: [
        "ok, invalid_session_token",
        "ok, invalid_credentials",
        "invalid_session_token, ok",
        "invalid_credentials, ok",
      ],
    };
  },

  async "a deletion, a newcomer under the name, and mail asked for before"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.register({ username: "ada", email: "new@example.org", password: OTHER_PASSWORD }),
        (harbor) => harbor.sendPasswordReset(emailOf("ada")),
      ],
      ends: ["ok, ok, ok", "ok, username_taken, ok"],
    };
  },

  async "a change of address and a reset mailed to the earlier one"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const newEmail = "new@example.org";
    await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail });
    await life.harbor.settled();
    const token = life.emailSender.tokenFor("email_change", newEmail);
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(token),
        (harbor) => harbor.sendPasswordReset(emailOf("ada")),
      ],
      ends: ["ok, ok"],
      async check({ harbor, mails }) {
        for (const { to, token: resetToken = "" } of mails[1] ?? []) {
          assert.equal(to, emailOf("ada"));
          // Whoever reads the earlier mailbox must not get in by it.
          await assert.rejects(harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }));
        }
      },
    };
  },

  async "a deletion and a role"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    await life.harbor.roles.create("admin");
    return {
      works: [
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.grantRole("ada", "admin"),
      ],
      ends: ["ok, ok", "ok, unknown_user"],
    };
  },
};

for (const { name: kind, open, rounds } of stores) {
  for (const [name, prepare] of Object.entries(CONTESTS)) {
    test(`${name} at the same time, in every order, on ${kind} (T4, I1, I2, I3, I4, I5, I6)`, async () => {
      const before = openHarbor();
      await meet(await prepare(before), { before, open, times: rounds(1_000) });
    });
  }
}
