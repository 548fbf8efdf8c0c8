import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, outcomes, PASSWORD } from "./_harness.ts";
import { type Aftermath, type Contest, meet, race } from "./_race.ts";
import { stores } from "./_stores.ts";

const MINE = "ada@example.net";
const VICTIMS = "victim@example.net";

/** What one person does about an address, while the same one or somebody else does something, too. */
const CONTESTS: Readonly<Record<string, (life: Life) => Promise<Contest>>> = {
  async "two changes of address"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const change = { sessionToken, password: PASSWORD };
    return {
      works: [MINE, VICTIMS].map((newEmail) => (harbor) => harbor.changeEmail({ ...change, newEmail })),
      ends: ["ok, ok"],
      check: onlyTheLaterCounts,
    };
  },

  async "a change of address and the confirmation of an earlier one"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: VICTIMS }),
        (harbor) => harbor.confirmEmailChange(token),
      ],
      ends: ["ok, ok", "ok, invalid_email_change_token"],
      async check({ store, results }) {
        const isConfirmed = results[1]?.status === "fulfilled";
        assert.equal((await store.getUserByUsername("ada"))?.email, isConfirmed ? MINE : emailOf("ada"));
        assert.equal(await store.getUserByEmail(VICTIMS), null);
      },
    };
  },

  async "the same change of address and the confirmation of the earlier one"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: MINE }),
        (harbor) => harbor.confirmEmailChange(token),
      ],
      ends: ["ok, ok", "ok, invalid_email_change_token"],
      check({ results, mails }) {
        // Who has the address by then is not asked to confirm it.
        const isConfirmed = results[1]?.status === "fulfilled";
        const asked = mails.flat().filter(({ kind }) => kind === "email_change");
        assert.equal(asked.length, isConfirmed ? 0 : 1);
        return Promise.resolve();
      },
    };
  },

  async "a confirmation and the same confirmation"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [0, 1].map(() => (harbor) => harbor.confirmEmailChange(token)),
      once: [0, 1],
      ends: ["ok, invalid_email_change_token", "invalid_email_change_token, ok"],
      check({ mails }) {
        const sent = mails.flat().map(({ kind, to }) => `${kind} ${to}`);
        assert.deepEqual(sent, [`email_changed ${emailOf("ada")}`, `email_verified ${MINE}`]);
        return Promise.resolve();
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
      async check({ store, results }) {
        const winner = results[0]?.status === "fulfilled" ? "ada" : "eve";
        assert.equal((await store.getUserByEmail(MINE))?.username, winner);
        const loser = winner === "ada" ? "eve" : "ada";
        assert.equal((await store.getUserByEmail(emailOf(loser)))?.username, loser);
      },
    };
  },

  async "a confirmation and somebody else's verification of the address"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    await life.registered("eve");
    const token = await life.emailChangeToken(sessionToken, emailOf("eve"));
    const verification = life.verificationToken("eve");
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(token),
        (harbor) => harbor.verifyEmail(verification),
      ],
      once: [0, 1],
      ends: ["ok, invalid_verification_token", "invalid_email_change_token, ok"],
    };
  },

  async "a confirmation and somebody else's registration with the address"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(token),
        (harbor) => harbor.register({ username: "eve", email: MINE, password: PASSWORD }),
      ],
      ends: ["ok, ok"],
      async check({ harbor, store, mails }) {
        assert.equal((await store.getUserByEmail(MINE))?.username, "ada");
        const [mail] = mails[1] ?? [];
        if (mail?.kind === "verification") await assert.rejects(harbor.verifyEmail(mail.token ?? ""));
        else assert.deepEqual([mail?.kind, mail?.username], ["address_in_use", "ada"]);
      },
    };
  },

  async "a change of address and somebody else's verification of it"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    await life.registered("eve");
    const verification = life.verificationToken("eve");
    const newEmail = emailOf("eve");
    return {
      works: [
        (harbor) => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail }),
        (harbor) => harbor.verifyEmail(verification),
      ],
      ends: ["ok, ok"],
      async check({ harbor, store, mails }) {
        const [mail] = mails[0] ?? [];
        if (mail?.kind === "email_change") {
          assert.deepEqual(await outcomes([harbor.confirmEmailChange(mail.token ?? "")]), {
            invalid_email_change_token: 1,
          });
        } else assert.deepEqual([mail?.kind, mail?.username], ["address_in_use", "eve"]);
        assert.equal((await store.getUserByEmail(newEmail))?.username, "eve");
      },
    };
  },

  async "a move away from an address and somebody else's move there"(life) {
    const ada = await life.loggedIn("ada");
    const eve = await life.loggedIn("eve");
    const away = await life.emailChangeToken(ada.sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(away),
        (harbor) =>
          harbor.changeEmail({
            sessionToken: eve.sessionToken,
            password: PASSWORD,
            newEmail: emailOf("ada"),
          }),
      ],
      ends: ["ok, ok"],
      async check({ harbor, store, mails }) {
        const token = mails[1]?.find(({ kind }) => kind === "email_change")?.token;
        if (token === undefined) return assert.equal(await store.getUserByEmail(emailOf("ada")), null);
        await harbor.confirmEmailChange(token);
        assert.equal((await store.getUserByEmail(emailOf("ada")))?.username, "eve");
      },
    };
  },

  async "a change of address and the account's deletion"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: MINE }),
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_session_token, ok", "invalid_credentials, ok"],
      check: nobodyConfirms,
    };
  },

  async "a confirmation and the account's deletion"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(token),
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_email_change_token, ok"],
      async check({ store }) {
        for (const address of [MINE, emailOf("ada")]) {
          assert.equal(await store.getUserByEmail(address), null);
        }
      },
    };
  },

  async "a change of address and a change of password"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: MINE }),
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_session_token, ok", "invalid_credentials, ok"],
      check: nobodyConfirms,
    };
  },

  async "a confirmation and a change of password"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(token),
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_email_change_token, ok"],
    };
  },

  async "a confirmation and a reset"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const resetToken = await life.resetToken("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(token),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      once: [0, 1],
      ends: ["ok, invalid_password_reset_token", "invalid_email_change_token, ok"],
    };
  },

  async "a confirmation and a login by the old address"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const token = await life.emailChangeToken(sessionToken, MINE);
    return {
      works: [
        (harbor) => harbor.confirmEmailChange(token),
        (harbor) => harbor.login({ username: emailOf("ada"), password: PASSWORD }),
      ],
      ends: ["ok, ok", "ok, invalid_credentials"],
    };
  },
};

for (const { name: kind, open, rounds } of stores) {
  for (const [name, prepare] of Object.entries(CONTESTS)) {
    test(`${name} at the same time, in every order, on ${kind} (T4, R39, I1, I2, I5)`, async () => {
      const before = openHarbor();
      await meet(await prepare(before), { before, open, times: rounds(1_000) });
    });
  }

  test(`the address that becomes owned is one whose own token was presented, on ${kind} (R39, V17)`, async () => {
    const before = openHarbor();
    const { sessionToken } = await before.loggedIn("ada");
    const earlier = await before.emailChangeToken(sessionToken, "earlier@example.net");
    const ask = { sessionToken, password: PASSWORD };
    const seen = new Set<string>();
    await race({ before, open, times: rounds(1_000) }, {
      // A schedule of each seed, not every order: three parties have too many.
      works: () => [
        (harbor) => harbor.changeEmail({ ...ask, newEmail: MINE }),
        (harbor) => harbor.changeEmail({ ...ask, newEmail: VICTIMS }),
        (harbor) => harbor.confirmEmailChange(earlier),
      ],
      async check({ harbor, store, results, mails }) {
        const own = async () => (await store.getUserByUsername("ada"))?.email;
        const confirmed = results[2]?.status === "fulfilled" ? "earlier@example.net" : emailOf("ada");
        assert.equal(await own(), confirmed);
        // The token that was mailed to the attacker's own mailbox.
        const mine = mails[0]?.find(({ to }) => to === MINE)?.token ?? assert.fail();
        const isLatest = await harbor.confirmEmailChange(mine).then(() => true, () => false);
        assert.equal(await own(), isLatest ? MINE : confirmed);
        assert.equal(await store.getUserByEmail(VICTIMS), null);
        seen.add(`${confirmed} ${isLatest}`);
      },
    });
    assert.equal(seen.size, 4, "not every end was met");
  });

  test(`100 uses of one token to change an address on ${kind} have one effect (R49, V3, V30)`, async () => {
    for (let round = 0; round < rounds(20); round++) {
      const life = openHarbor({ store: await open() });
      const { sessionToken } = await life.loggedIn("ada");
      const token = await life.emailChangeToken(sessionToken, MINE);
      const uses = Array.from({ length: 100 }, () => life.harbor.confirmEmailChange(token));
      assert.deepEqual(await outcomes(uses), { ok: 1, invalid_email_change_token: 99 });
      await life.harbor.settled();
      assert.equal(life.mails.filter(({ kind }) => kind === "email_changed").length, 1);
    }
  });
}

/** Of two tokens that were mailed one works, and for its own address. */
async function onlyTheLaterCounts({ harbor, store, mails }: Aftermath): Promise<void> {
  const confirmed: string[] = [];
  for (const { to, token = "" } of mails.flat()) {
    await harbor.confirmEmailChange(token).then(() => confirmed.push(to), () => {});
  }
  assert.equal(confirmed.length, 1);
  assert.equal((await store.getUserByUsername("ada"))?.email, confirmed[0]);
}

/** Whatever was mailed in the race is dead after it. */
async function nobodyConfirms({ harbor, store, mails }: Aftermath): Promise<void> {
  for (const { kind, token = "" } of mails.flat()) {
    if (kind === "email_change") await assert.rejects(harbor.confirmEmailChange(token));
  }
  assert.equal(await store.getUserByEmail(MINE), null);
}
