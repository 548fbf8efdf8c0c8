import assert from "node:assert/strict";
import test from "node:test";
import type { User, UserHarbor } from "../mod.ts";
import { codeOf, emailOf, type Life, openHarbor, PASSWORD, untyped } from "./_harness.ts";
import { type Aftermath, type Contest, meet, type Work } from "./_race.ts";
import { stores } from "./_stores.ts";

type Ask = (harbor: UserHarbor, sessionToken: string) => Promise<unknown>;

/** What tells whether the account behind a session may do something, and how it says no. */
const QUESTIONS: Readonly<Record<string, { readonly ask: Ask; readonly no: string }>> = {
  hasRole: { ask: (harbor, token) => harbor.hasRole(token, "admin"), no: "ok" },
  requireRole: { ask: (harbor, token) => harbor.requireRole(token, "admin"), no: "permission_denied" },
  hasPermission: { ask: (harbor, token) => harbor.hasPermission(token, "posts.edit"), no: "ok" },
  requirePermission: {
    ask: (harbor, token) => harbor.requirePermission(token, "posts.edit"),
    no: "permission_denied",
  },
};

async function rename(harbor: UserHarbor, sessionToken: string): Promise<void> {
  await harbor.changeUsername({ sessionToken, password: PASSWORD, newUsername: "lovelace" });
}

/** How an account stops being the one of its name. */
const LEAVING: readonly ((harbor: UserHarbor, sessionToken: string) => Promise<void>)[] = [
  rename,
  (harbor, sessionToken) => harbor.deleteAccount({ sessionToken, password: PASSWORD }),
];

/** Somebody new takes the name, and is given the role. */
async function succeed(harbor: UserHarbor): Promise<void> {
  await harbor.users.create({ username: "ada", email: emailOf("newcomer"), verified: true });
  await harbor.grantRole("ada", "admin");
}

async function assertNo({ results: [answer] }: Aftermath): Promise<void> {
  if (answer?.status === "fulfilled") assert.equal(answer.value, false, "another account answered");
  return await Promise.resolve();
}

async function withAdmins(life: Life): Promise<string> {
  const { sessionToken } = await life.loggedIn("ada");
  await life.harbor.roles.create("admin");
  await life.harbor.permissions.create("posts.edit");
  await life.harbor.roles.grantPermission("admin", "posts.edit");
  return sessionToken;
}

type Prepare = (life: Life, question: { readonly ask: Ask; readonly no: string }) => Promise<Contest>;

const CONTESTS: Readonly<Record<string, Prepare>> = {
  async "another name for the account, and a newcomer under the old one"(life, { ask, no }) {
    const sessionToken = await withAdmins(life);
    const replace: Work = async (harbor) => {
      await rename(harbor, sessionToken);
      await succeed(harbor);
    };
    return { works: [(harbor) => ask(harbor, sessionToken), replace], ends: [`${no}, ok`], check: assertNo };
  },

  async "the deletion of the account, and a newcomer under its name"(life, { ask, no }) {
    const sessionToken = await withAdmins(life);
    const replace: Work = async (harbor) => {
      await harbor.deleteAccount({ sessionToken, password: PASSWORD });
      await succeed(harbor);
    };
    const ends = no === "ok" ? ["ok, ok"] : [`${no}, ok`, "invalid_session_token, ok"];
    return { works: [(harbor) => ask(harbor, sessionToken), replace], ends, check: assertNo };
  },

  async "another name for an account that has the role"(life, { ask }) {
    const sessionToken = await withAdmins(life);
    await life.harbor.grantRole("ada", "admin");
    return {
      works: [(harbor) => ask(harbor, sessionToken), (harbor) => rename(harbor, sessionToken)],
      ends: ["ok, ok"],
      async check({ results: [answer] }) {
        assert.notEqual(answer?.status === "fulfilled" && answer.value, false, "the role was lost");
        return await Promise.resolve();
      },
    };
  },
};

/** The two that refuse; the other two read alike. */
const RACED = ["requireRole", "requirePermission"];

for (const { name: kind, open, rounds } of stores) {
  for (const operation of RACED) {
    for (const [name, prepare] of Object.entries(CONTESTS)) {
      test(`${operation}() answers for its own account at the same time as ${name}, on ${kind} (R67, R119, I4, T4)`, async () => {
        const before = openHarbor();
        const contest = await prepare(before, QUESTIONS[operation] ?? assert.fail());
        await meet(contest, { before, open, times: rounds(400) });
      });
    }
  }

  for (const [operation, { ask, no }] of Object.entries(QUESTIONS)) {
    test(`${operation}() never answers for who has the name by then, on ${kind} (R67, R119, I4)`, async () => {
      for (const leave of LEAVING) {
        const life = openHarbor({ store: await open() });
        const sessionToken = await withAdmins(life);
        beforeGrantsAreRead(life, async () => {
          await leave(life.harbor, sessionToken);
          await succeed(life.harbor);
        });
        const answer = await ask(life.harbor, sessionToken).catch(codeOf);
        assert.ok([false, no, "invalid_session_token"].includes(answer as string), String(answer));
        assert.ok((await life.store.getUserPermissions("ada")).has("posts.edit"), "nobody came meanwhile");
      }
    });

    test(`${operation}() knows what an account has that gets another name meanwhile, on ${kind} (R67, I4)`, async () => {
      const life = openHarbor({ store: await open() });
      const sessionToken = await withAdmins(life);
      await life.harbor.grantRole("ada", "admin");
      beforeGrantsAreRead(life, () => rename(life.harbor, sessionToken));
      const answer = await ask(life.harbor, sessionToken);
      assert.ok(answer === true || untyped<User>(answer).username === "lovelace");
    });
  }
}

test("requireRole() gives up on a store that has another name for an account each time (R67, R84)", async () => {
  const life = openHarbor();
  const sessionToken = await withAdmins(life);
  const find = life.store.getSession.bind(life.store);
  let reads = 0;
  life.store.getSession = async (tokenHash) => {
    const session = await find(tokenHash);
    return session && { ...session, user: { ...session.user, username: `ada${reads++}` } };
  };
  await assert.rejects(life.harbor.requireRole(sessionToken, "admin"), /username is another one each time/);
  assert.ok(reads < 20, `${reads} reads`);
});

/** Does something once, after a session was found and before the store is asked for roles or permissions. */
function beforeGrantsAreRead({ store }: Life, act: () => Promise<void>): void {
  const { getUserRoles, getUserPermissions } = store;
  const between = (read: (username: string) => Promise<Set<string>>) => async (username: string) => {
    Object.assign(store, { getUserRoles, getUserPermissions });
    await act();
    return await read.call(store, username);
  };
  store.getUserRoles = between(getUserRoles);
  store.getUserPermissions = between(getUserPermissions);
}
