import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { UserHarbor, type UserStore } from "../mod.ts";
import { emailOf, type Life, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";
import { type Around, interceptStore, replay } from "./_intercept_store.ts";
import { snapshot } from "./_snapshot.ts";
import { stores } from "./_stores.ts";
import { wholeLife } from "./_whole_life.ts";

type Operation = (harbor: UserHarbor) => Promise<unknown>;

interface Flow {
  readonly name: string;
  /** How many calls of the store it makes before it answers. */
  readonly calls: number;
  /** How many of them are made only of a store with `setUserFlags`. */
  readonly callsAboutFlags?: number;
  /** Brings about the situation, and says what is then done. */
  readonly prepare: (life: Life) => Promise<Operation>;
}

const FLOWS: readonly Flow[] = [
  { name: "register", calls: 3, prepare: () => Promise.resolve(registerAda) },
  {
    name: "register of an owned address",
    calls: 3,
    async prepare(life) {
      await life.verified("bob");
      return (harbor) => harbor.register({ username: "ada", email: emailOf("bob"), password: PASSWORD });
    },
  },
  {
    name: "verifyEmail",
    calls: 5,
    async prepare(life) {
      await life.registered("ada");
      const token = life.verificationToken("ada");
      return (harbor) => harbor.verifyEmail(token);
    },
  },
  {
    name: "login",
    calls: 3,
    async prepare(life) {
      await life.verified("ada");
      return (harbor) => harbor.login({ username: "ada", password: PASSWORD });
    },
  },
  {
    name: "resetPassword of an unverified account",
    calls: 10,
    callsAboutFlags: 1,
    async prepare(life) {
      await life.registered("ada");
      const resetToken = await life.resetToken("ada");
      return (harbor) => harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
    },
  },
  {
    name: "changePassword",
    calls: 11,
    callsAboutFlags: 1,
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      await life.resetToken("ada");
      return (harbor) =>
        harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
    },
  },
  {
    name: "deleteAccount",
    calls: 3,
    prepare: withSession((token) => (harbor) =>
      harbor.deleteAccount({ sessionToken: token, password: PASSWORD })
    ),
  },
  { name: "logout", calls: 2, prepare: withSession((token) => (harbor) => harbor.logout(token)) },
  { name: "logoutAll", calls: 5, prepare: withSession((token) => (harbor) => harbor.logoutAll(token)) },
  {
    name: "sessions.list",
    calls: 2,
    prepare: withSession((token) => (harbor) => harbor.sessions.list(token)),
  },
  {
    name: "sessions.revoke",
    calls: 2,
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      const [{ id: sessionId } = assert.fail()] = await life.harbor.sessions.list(sessionToken);
      return (harbor) => harbor.sessions.revoke({ sessionToken, sessionId });
    },
  },
  {
    name: "sessions.revokeOthers",
    calls: 5,
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      for (let more = 0; more < 2; more++) await life.login("ada");
      return (harbor) => harbor.sessions.revokeOthers(sessionToken);
    },
  },
  {
    name: "sessions.reauthenticate",
    calls: 5,
    async prepare(life) {
      const { sessionToken } = await life.loggedIn("ada");
      return (harbor) => harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD });
    },
  },
  {
    name: "getCurrentUser",
    calls: 1,
    prepare: withSession((token) => (harbor) => harbor.getCurrentUser(token)),
  },
  {
    name: "verifySession",
    calls: 1,
    prepare: withSession((token) => (harbor) => harbor.verifySession(token)),
  },
  {
    name: "requireRole",
    calls: 2,
    prepare: withSession((token) => (harbor) => harbor.requireRole(token, "admin")),
  },
  {
    name: "hasPermission",
    calls: 2,
    prepare: withSession((token) => (harbor) => harbor.hasPermission(token, "posts.edit")),
  },
  { name: "grantRole", calls: 3, prepare: withSession(() => (harbor) => harbor.grantRole("ada", "admin")) },
  { name: "revokeRole", calls: 2, prepare: withSession(() => (harbor) => harbor.revokeRole("ada", "admin")) },
  { name: "getRoles", calls: 2, prepare: withSession(() => (harbor) => harbor.getRoles("ada")) },
  { name: "roles.create", calls: 1, prepare: withSession(() => (harbor) => harbor.roles.create("editor")) },
  { name: "roles.delete", calls: 1, prepare: withSession(() => (harbor) => harbor.roles.delete("admin")) },
];

for (const { name: kind, open } of stores) {
  for (const { name, prepare, ...counted } of FLOWS) {
    test(`${name} on ${kind} rejects with what any store call threw, leaving nothing half done (T7, I5)`, async () => {
      const calls = counted.calls - ((await open()).setUserFlags ? 0 : counted.callsAboutFlags ?? 0);
      for (let n = 1; n <= calls + 1; n++) {
        const { before, operation } = await prepared(prepare);
        const store = await open();
        await replay(before.calls, store);
        const failure = new Error(`call ${n} failed`);
        const faulty = interceptStore(store, failAt(n, failure));
        const state = await snapshot(store, before.calls);
        const { outcome, mails } = await run({ store: faulty, before }, operation);
        if (n > calls) {
          assert.equal(outcome, "done", "there are more store calls than the table says");
          continue;
        }
        assert.equal(outcome, failure, `call ${n}`);
        assert.deepEqual(await snapshot(store, before.calls), state, `call ${n}`);
        assert.equal(await store.getUserByUsername("ada") === null, name.startsWith("register"));
        assert.equal(mails, 0);
      }
    });
  }
}

test("every flow rejects, and mails nothing, when the answer of any store call is lost (T7)", async () => {
  for (const { name, calls, prepare } of FLOWS) {
    for (let n = 1; n <= calls; n++) {
      const { before, operation } = await prepared(prepare);
      const store = new MemoryUserStore();
      await replay(before.calls, store);
      const failure = new Error(`answer ${n} lost`);
      let count = 0;
      const faulty = interceptStore(store, async (_call, proceed) => {
        const mine = ++count;
        const answer = await proceed();
        if (mine === n) throw failure;
        return answer;
      });
      const { outcome, mails } = await run({ store: faulty, before }, operation);
      assert.equal(outcome, failure, `${name}, call ${n}`);
      assert.equal(mails, 0, `${name}, call ${n}`);
    }
  }
});

for (const { name: kind, open } of stores) {
  test(`every flow on ${kind} has its effect and its mail once when each transaction is run twice (I5)`, async () => {
    for (const { name, prepare } of FLOWS) {
      const { before, operation } = await prepared(prepare);
      const sent = [];
      const states = [];
      for (const wrap of [(store: UserStore) => store, rolledBackOnce]) {
        const store = await open();
        await replay(before.calls, store);
        const { outcome, mails, harbor } = await run({ store: wrap(store), before }, operation);
        assert.equal(outcome, "done", name);
        sent.push(mails);
        states.push(await effects(store, harbor));
      }
      assert.equal(sent[1], sent[0], name);
      assert.deepEqual(states[1], states[0], name);
    }
  });
}

test("no password is hashed and no mail sent while a transaction is open (T8, V12)", async () => {
  const inner = new MemoryUserStore();
  let open = 0;
  let transactions = 0;
  const store = interceptStore(inner, async ({ method }, proceed) => {
    if (method !== "transaction") return await proceed();
    open++;
    transactions++;
    try {
      return await proceed();
    } finally {
      open--;
    }
  });
  const life = openHarbor({ store, defer: (work) => void work() });
  const outside =
    <Arguments extends unknown[], Result>(call: (...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      assert.equal(open, 0, "inside a transaction");
      return call(...args);
    };
  const { passwordHasher: hasher, emailSender: sender } = life;
  hasher.hash = outside(hasher.hash.bind(hasher));
  hasher.verify = outside(hasher.verify.bind(hasher));
  hasher.needsRehash = outside(hasher.needsRehash.bind(hasher));
  sender.sendVerification = outside(sender.sendVerification.bind(sender));
  sender.sendPasswordReset = outside(sender.sendPasswordReset.bind(sender));
  sender.sendEmailVerified = outside(sender.sendEmailVerified.bind(sender));
  sender.sendPasswordChanged = outside(sender.sendPasswordChanged.bind(sender));
  sender.sendAccountDeleted = outside(sender.sendAccountDeleted.bind(sender));
  sender.sendAddressInUse = outside(sender.sendAddressInUse.bind(sender));
  sender.sendEmailChange = outside(sender.sendEmailChange.bind(sender));
  sender.sendEmailChanged = outside(sender.sendEmailChanged.bind(sender));
  sender.sendUsernameChanged = outside(sender.sendUsernameChanged.bind(sender));
  await wholeLife(life);
  assert.ok(transactions >= 4);
  assert.deepEqual(life.events.filter(({ outcome }) => outcome === "failed"), []);
  assert.equal(new Set(life.mails.map(({ kind }) => kind)).size, 6, "not every kind of mail was sent");
});

test("no flow calls the outer store inside a transaction: all of them pass on a store of one connection", async () => {
  const inner = new MemoryUserStore();
  let inside = false;
  const store = interceptStore(inner, async ({ method, inTransaction }, proceed) => {
    assert.equal(inside && !inTransaction, false, `${method} on the outer store`);
    if (method !== "transaction") return await proceed();
    inside = true;
    return await proceed().finally(() => inside = false);
  });
  const life = openHarbor({ store });
  await wholeLife(life);
  assert.deepEqual(life.events.filter(({ outcome }) => outcome === "failed"), []);
});

async function prepared(
  prepare: Flow["prepare"],
): Promise<{ readonly before: Life; readonly operation: Operation }> {
  const before = openHarbor();
  await before.harbor.roles.create("admin");
  const operation = await prepare(before);
  return { before, operation };
}

function withSession(operation: (sessionToken: string) => Operation): Flow["prepare"] {
  return async (life) => {
    const { sessionToken } = await life.loggedIn("ada");
    await life.harbor.grantRole("ada", "admin");
    return operation(sessionToken);
  };
}

function registerAda(harbor: UserHarbor): Promise<void> {
  return harbor.register({ username: "ada", email: emailOf("ada"), password: PASSWORD });
}

function failAt(n: number, failure: Error): Around {
  let count = 0;
  return (_call, proceed) => ++count === n ? Promise.reject(failure) : proceed();
}

interface Setting {
  readonly store: UserStore;
  readonly before: Life;
}

/** What an operation rejected with, or `done`; and how many mails it sent. */
async function run({ store, before }: Setting, operation: Operation) {
  const { emailSender, passwordHasher, clock } = before;
  const harbor = new UserHarbor({ store, emailSender, passwordHasher, clock: clock.now });
  const earlier = emailSender.sent.length;
  const outcome: unknown = await operation(harbor).then(() => "done", (error: unknown) => error);
  await harbor.settled();
  return { outcome, mails: emailSender.sent.length - earlier, harbor };
}

/** Runs the work of each transaction, rolls it back, and runs it again, as an engine's deadlock would. */
function rolledBackOnce(store: UserStore): UserStore {
  return interceptStore(store, async ({ method, args: [work] }, proceed) => {
    if (method !== "transaction") return await proceed();
    const rollback = new Error("deadlock");
    const first = store.transaction(async (handle) => {
      await (work as (handle: UserStore) => Promise<unknown>)(handle);
      throw rollback;
    });
    await assert.rejects(first, (error) => error === rollback);
    return await proceed();
  });
}

/** What is left after a flow, whatever its random ids and salts. */
async function effects(store: UserStore, harbor: UserHarbor): Promise<unknown> {
  const user = await store.getUserByUsername("ada");
  const works = async (password: string) =>
    await harbor.login({ username: "ada", password }).then(() => true, () => false);
  return {
    email: user?.email,
    verified: user?.verified,
    holder: (await store.getUserByEmail(emailOf("ada")))?.username,
    old: await works(PASSWORD),
    new: await works(NEW_PASSWORD),
    roles: await store.getUserRoles("ada"),
    all: await store.listRoles(),
  };
}
