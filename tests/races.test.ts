import assert from "node:assert/strict";
import test from "node:test";
import type { OpenedSession, UserHarbor } from "../mod.ts";
import { effort } from "./_effort.ts";
import { emailOf, hasCode, NEW_PASSWORD, openHarbor, outcomes, PASSWORD, untyped } from "./_harness.ts";
import { type Race, race, said } from "./_race.ts";
import { stores } from "./_stores.ts";

/** T1 asks for 20 rounds of a thousand. */
const BURSTS = effort({ suite: 1, long: 20 });

const SPELLINGS = ["ada", "ADA", "Ada", "\uff41\uff44\uff41", "\uff21da"];

for (const { name, open, rounds } of stores) {
  test(`1 000 registrations of one name on ${name}, in any case and width, make one account (T1, I1, R29)`, async () => {
    for (let round = 0; round < BURSTS; round++) {
      const life = openHarbor({ store: await open(), usernameValidator: () => true });
      const registrations = Array.from({ length: 1_000 }, (_, index) =>
        life.harbor.register({
          username: SPELLINGS[index % SPELLINGS.length] ?? assert.fail(),
          email: `ada-${index}@example.org`,
          password: PASSWORD,
        }));
      assert.deepEqual(await outcomes(registrations), { ok: 1, username_taken: 999 });
      await life.harbor.settled();
      assert.equal(life.mails.length, 1);
      assert.equal((await life.store.getUserByUsername("ada"))?.email, life.mails[0]?.to);
    }
  });

  test(`1 000 registrations of one address on ${name}, in any case, leave it one holder (T1, I1)`, async () => {
    for (let round = 0; round < BURSTS; round++) {
      const life = openHarbor({ store: await open() });
      const register = (index: number) => {
        const email = index % 2 === 0 ? emailOf("ada") : emailOf("ada").toUpperCase();
        return life.harbor.register({ username: `user-${index}`, email, password: PASSWORD });
      };
      assert.deepEqual(await outcomes(Array.from({ length: 1_000 }, (_, index) => register(index))), {
        ok: 1_000,
      });
      await life.harbor.settled();
      assert.equal(life.mails.length, 1_000);
      assert.deepEqual(new Set(life.mails.map(({ to }) => to)), new Set([emailOf("ada")]));
      const verify = life.mails.map(({ token = "" }) => life.harbor.verifyEmail(token));
      assert.deepEqual(await outcomes(verify), { ok: 1, invalid_verification_token: 999 });
      const holder = await life.store.getUserByEmail(emailOf("ada"));
      assert.equal(holder?.verified, true);
    }
  });

  test(`100 uses of one verification token on ${name} have one effect (R49, V3, V30)`, async () => {
    for (let round = 0; round < rounds(20); round++) {
      const life = openHarbor({ store: await open() });
      await life.registered("ada");
      const token = life.verificationToken("ada");
      const uses = Array.from({ length: 100 }, () => life.harbor.verifyEmail(token));
      assert.deepEqual(await outcomes(uses), { ok: 1, invalid_verification_token: 99 });
      await life.harbor.settled();
      assert.equal(life.mails.filter(({ kind }) => kind === "email_verified").length, 1);
    }
  });

  test(`100 uses of one reset token on ${name} have one effect (R49, V3, V30)`, async () => {
    for (let round = 0; round < rounds(20); round++) {
      const life = openHarbor({ store: await open() });
      await life.verified("ada");
      const resetToken = await life.resetToken("ada");
      const passwords = Array.from({ length: 100 }, (_, index) => `${NEW_PASSWORD} ${index}`);
      const uses = passwords.map((newPassword) => life.harbor.resetPassword({ resetToken, newPassword }));
      const winner = (await Promise.allSettled(uses)).findIndex(({ status }) => status === "fulfilled");
      assert.deepEqual(await outcomes(uses), { ok: 1, invalid_password_reset_token: 99 });
      await life.login("ada", passwords[winner] ?? "");
      assert.equal(life.mails.filter(({ kind }) => kind === "password_changed").length, 1);
    }
  });

  test(`100 logouts of one session on ${name} have one effect (R49)`, async () => {
    for (let round = 0; round < rounds(20); round++) {
      const life = openHarbor({ store: await open() });
      const { sessionToken } = await life.loggedIn("ada");
      const uses = Array.from(
        { length: 100 },
        (_, index) =>
          index % 2 === 0 ? life.harbor.logout(sessionToken) : life.harbor.logoutAll(sessionToken),
      );
      assert.deepEqual(await outcomes(uses), { ok: 1, invalid_session_token: 99 });
    }
  });

  test(`a login that races a reset leaves no session behind on ${name} (R57, I3)`, async () => {
    const before = openHarbor();
    await before.verified("ada");
    const resetToken = await before.resetToken("ada");
    await raceLogins(
      { before, open, times: rounds(1_000) },
      (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
    );
  });

  test(`a login that races a change of password leaves no session behind on ${name} (R57, I3)`, async () => {
    const before = openHarbor();
    const { sessionToken } = await before.loggedIn("ada");
    await raceLogins(
      { before, open, times: rounds(1_000) },
      (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    );
  });

  test(`a login that races a deletion leaves no orphan session on ${name} (R43, R57, I4)`, async () => {
    const before = openHarbor();
    const { sessionToken } = await before.loggedIn("ada");
    await raceLogins(
      { before, open, times: rounds(1_000) },
      (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
    );
  });

  test(`a refresh that races a revocation never brings the session back on ${name} (R71)`, async () => {
    const before = openHarbor();
    const { sessionToken } = await before.loggedIn("ada");
    before.advance(24 * 86_400);
    await race({ before, open, times: rounds(1_000) }, {
      works: (seed) => [
        (harbor) => harbor.verifySession(sessionToken),
        (harbor) => seed % 2 === 0 ? harbor.logoutAll(sessionToken) : harbor.logout(sessionToken),
      ],
      async check({ harbor, results }) {
        assert.deepEqual(results.map(said), ["ok", "ok"]);
        assert.equal(await harbor.verifySession(sessionToken), false);
      },
    });
  });

  test(`a change of password that races a reset: one of them, and no old session, on ${name} (I3, T4)`, async () => {
    const before = openHarbor();
    const { sessionToken } = await before.loggedIn("ada");
    const resetToken = await before.resetToken("ada");
    const other = "changed to this one instead";
    await race({ before, open, times: rounds(400) }, {
      works: [
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: other }),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      async check({ harbor, results }) {
        const winners = results.map(({ status }) => status === "fulfilled");
        assert.notEqual(winners[0], winners[1]);
        assert.equal(await harbor.verifySession(sessionToken), false);
        await harbor.login({ username: "ada", password: winners[0] ? other : NEW_PASSWORD });
      },
    });
  });

  test(`a verification that races a newcomer's registration leaves one owner on ${name} (I1, T4)`, async () => {
    const before = openHarbor();
    await before.registered("ada");
    const token = before.verificationToken("ada");
    const email = emailOf("ada");
    await race({ before, open, times: rounds(400) }, {
      works: [
        (harbor) => harbor.verifyEmail(token),
        (harbor) => harbor.register({ username: "newcomer", email, password: PASSWORD }),
      ],
      async check({ store, results }) {
        assert.deepEqual(results.map(said), ["ok", "ok"]);
        assert.equal((await store.getUserByEmail(email))?.username, "ada");
        assert.equal((await store.getUserByUsername("newcomer"))?.verified, false);
      },
    });
  });
}

/** Lets a login with the old password race what ends that password. */
async function raceLogins(racing: Race, rival: (harbor: UserHarbor) => Promise<unknown>): Promise<void> {
  const seen = new Set<string>();
  await race(racing, {
    works: [(harbor) => harbor.login({ username: "ada", password: PASSWORD }), rival],
    async check({ harbor, results }) {
      const [login, ending] = results;
      assert.ok(login && ending);
      seen.add(`${said(login)}, ${said(ending)}`);
      if (login.status === "fulfilled") {
        const { sessionToken } = untyped<OpenedSession>(login.value);
        assert.equal(await harbor.verifySession(sessionToken), false);
      }
      await assert.rejects(
        harbor.login({ username: "ada", password: PASSWORD }),
        hasCode("invalid_credentials"),
      );
    },
  });
  // Both orders must have been met, or the race was none.
  assert.deepEqual([...seen].toSorted(), ["invalid_credentials, ok", "ok, ok"]);
}
