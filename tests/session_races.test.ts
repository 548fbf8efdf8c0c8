import assert from "node:assert/strict";
import test from "node:test";
import type { OpenedSession, UserHarbor } from "../mod.ts";
import { type Life, NEW_PASSWORD, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { type Contest, meet, race, said } from "./_race.ts";
import { stores } from "./_stores.ts";

for (const { name, open, rounds } of stores) {
  test(`a login that races revokeOthers() is ended by it, or comes after it, on ${name} (R57)`, async () => {
    const before = openHarbor();
    const { sessionToken } = await before.loggedIn("ada");
    const other = await before.login("ada");
    const seen = new Set<boolean>();
    await race({ before, open, times: rounds(400) }, {
      works: [
        (harbor) => harbor.login({ username: "ada", password: PASSWORD }),
        (harbor) => harbor.sessions.revokeOthers(sessionToken),
      ],
      async check({ harbor, results }) {
        assert.deepEqual(results.map(said), ["ok", "ok"]);
        const opened = untyped<PromiseFulfilledResult<OpenedSession>>(results[0]).value;
        const survives = await harbor.verifySession(opened.sessionToken);
        seen.add(survives);
        assert.equal(await harbor.verifySession(other.sessionToken), false);
        assert.equal((await harbor.sessions.list(sessionToken)).length, survives ? 2 : 1);
      },
    });
    assert.equal(seen.size, 2, "both orders must have been met, or the race was none");
  });

  test(`of two sessions that end each other exactly one stays on ${name} (R65)`, async () => {
    const before = openHarbor();
    const tokens = [(await before.loggedIn("ada")).sessionToken, (await before.login("ada")).sessionToken];
    const seen = new Set<string>();
    await race({ before, open, times: rounds(400) }, {
      works: tokens.map((token) => (harbor) => harbor.sessions.revokeOthers(token)),
      async check({ harbor, results }) {
        const outcome = results.map(said);
        seen.add(outcome.join());
        const live = await Promise.all(tokens.map((token) => harbor.verifySession(token)));
        assert.deepEqual(live, outcome.map((each) => each === "ok"));
      },
    });
    assert.deepEqual([...seen].toSorted(), ["invalid_session_token,ok", "ok,invalid_session_token"]);
  });

  test(`what revokeOthers() or its rival ended stays ended on ${name}, refreshes or not (R65, R71, I3)`, async () => {
    const before = openHarbor();
    const first = (await before.loggedIn("ada")).sessionToken;
    const second = (await before.login("ada")).sessionToken;
    const rivals = await rivalsOf(before, { first, second });
    // Late enough for each check to refresh.
    before.advance(24 * 86_400);
    const seen = new Set<string>();
    await race({ before, open, times: rounds(1_000) }, {
      works: (seed) => [
        (harbor) => harbor.sessions.revokeOthers(first),
        rivals[seed % rivals.length]?.act ?? assert.fail(),
        (harbor) => harbor.verifySession(first),
        (harbor) => harbor.verifySession(second),
      ],
      async check({ harbor, results, seed }) {
        const { ends = [] } = rivals[seed % rivals.length] ?? {};
        const [others, rival] = results.map(said);
        seen.add(`${others}, ${rival}`);
        if (others === "ok") assert.equal(await harbor.verifySession(second), false);
        for (const token of rival === "ok" ? ends : []) {
          assert.equal(await harbor.verifySession(token), false);
        }
        if (rival !== "ok") assert.equal(await harbor.verifySession(first), true);
      },
    });
    for (const outcome of ["ok, ok", "ok, invalid_session_token", "invalid_session_token, ok"]) {
      assert.ok(seen.has(outcome), `${outcome} was never met`);
    }
  });
}

const LAST_PASSWORD = "the last of three pass phrases";

/** What one person does in several windows, or two people do who both know the password. */
const CONTESTS: Readonly<Record<string, (life: Life) => Promise<Contest>>> = {
  async "the password given again and a logout"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.logout(sessionToken),
      ],
      once: [0, 1],
      ends: ["ok, invalid_session_token", "invalid_session_token, ok"],
    };
  },

  async "the password given again twice"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [0, 1].map(() => (harbor) =>
        harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD })
      ),
      once: [0, 1],
      ends: ["ok, invalid_session_token", "invalid_session_token, ok"],
    };
  },

  async "the password given again and a change of it"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    return {
      works: [
        (harbor) => harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ],
      once: [0, 1],
      ends: [
        "ok, invalid_session_token",
        "invalid_session_token, ok",
        "invalid_credentials, ok",
      ],
    };
  },

  async "the password given again and a reset"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const resetToken = await life.resetToken("ada");
    return {
      works: [
        (harbor) => harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_session_token, ok", "invalid_credentials, ok"],
    };
  },

  async "two changes of the password"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const other = (await life.login("ada")).sessionToken;
    return {
      works: [
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
        (harbor) =>
          harbor.changePassword({ sessionToken: other, oldPassword: PASSWORD, newPassword: LAST_PASSWORD }),
      ],
      once: [0, 1],
      ends: [
        "ok, invalid_session_token",
        "invalid_session_token, ok",
        "ok, invalid_credentials",
        "invalid_credentials, ok",
      ],
      async check({ harbor, results }) {
        const password = results[0]?.status === "fulfilled" ? NEW_PASSWORD : LAST_PASSWORD;
        await harbor.login({ username: "ada", password });
      },
    };
  },

  async "a change of the password and the end of its session"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const other = (await life.login("ada")).sessionToken;
    return {
      works: [
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
        (harbor) => harbor.sessions.revokeOthers(other),
      ],
      once: [0, 1],
      ends: ["ok, invalid_session_token", "invalid_session_token, ok"],
    };
  },

  async "a deletion and a logout everywhere"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    const other = (await life.login("ada")).sessionToken;
    return {
      works: [
        (harbor) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
        (harbor) => harbor.logoutAll(other),
      ],
      once: [0, 1],
      ends: ["ok, invalid_session_token", "invalid_session_token, ok"],
    };
  },

  async "two ends of one session, by its id"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    await life.login("ada");
    const [, other] = await life.harbor.sessions.list(sessionToken);
    const sessionId = other?.id ?? assert.fail();
    return {
      works: [0, 1].map(() => (harbor) => harbor.sessions.revoke({ sessionToken, sessionId })),
      once: [0, 1],
      ends: ["ok, unknown_session", "unknown_session, ok"],
    };
  },

  async "a rehash at a login and a change of the password"(life) {
    const { sessionToken } = await life.loggedIn("ada");
    life.passwordHasher.rounds++;
    return {
      works: [
        (harbor) => harbor.login({ username: "ada", password: PASSWORD }),
        (harbor) => harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_credentials, ok"],
      async check({ harbor }) {
        await harbor.login({ username: "ada", password: NEW_PASSWORD });
      },
    };
  },

  async "a rehash at a login and a reset"(life) {
    await life.verified("ada");
    const resetToken = await life.resetToken("ada");
    life.passwordHasher.rounds++;
    return {
      works: [
        (harbor) => harbor.login({ username: "ada", password: PASSWORD }),
        (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD }),
      ],
      ends: ["ok, ok", "invalid_credentials, ok"],
      async check({ harbor }) {
        await harbor.login({ username: "ada", password: NEW_PASSWORD });
      },
    };
  },

  async "two logins that both rehash"(life) {
    await life.verified("ada");
    life.passwordHasher.rounds++;
    return {
      works: [0, 1].map(() => (harbor) => harbor.login({ username: "ada", password: PASSWORD })),
      ends: ["ok, ok"],
      async check({ harbor, results }) {
        for (const result of results) {
          const { sessionToken } = untyped<PromiseFulfilledResult<OpenedSession>>(result).value;
          assert.equal(await harbor.verifySession(sessionToken), true, "a rehash ended a session");
        }
      },
    };
  },
};

for (const { name: kind, open, rounds } of stores) {
  for (const [name, prepare] of Object.entries(CONTESTS)) {
    test(`${name} at the same time, in every order, on ${kind} (T4, I2, I3, R13, R49)`, async () => {
      const before = openHarbor();
      await meet(await prepare(before), { before, open, times: rounds(1_000) });
    });
  }
}

interface Rival {
  readonly act: (harbor: UserHarbor) => Promise<unknown>;
  /** The tokens whose sessions it ends. */
  readonly ends: readonly string[];
}

/** What may end either session while the first one ends all others. */
async function rivalsOf(
  { harbor }: Life,
  { first, second }: { readonly first: string; readonly second: string },
): Promise<readonly Rival[]> {
  const [one, other] = await harbor.sessions.list(first);
  assert.ok(one && other);
  const [firstId, secondId] = one.current ? [one.id, other.id] : [other.id, one.id];
  const change = { sessionToken: second, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  return [
    { act: (each) => each.sessions.revoke({ sessionToken: second, sessionId: firstId }), ends: [first] },
    { act: (each) => each.sessions.revoke({ sessionToken: first, sessionId: secondId }), ends: [second] },
    { act: (each) => each.changePassword(change), ends: [first, second] },
    { act: (each) => each.logoutAll(second), ends: [first, second] },
    { act: (each) => each.logout(first), ends: [first] },
  ];
}
