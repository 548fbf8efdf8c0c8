import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import type { EmailVerification, UserStore } from "../mod.ts";
import {
  emailOf,
  hasCode,
  type Life,
  NEW_PASSWORD,
  openHarbor,
  PASSWORD,
  UNKNOWN_TOKEN,
  untyped,
} from "./_harness.ts";
import { isWrite, type StoreCall } from "./_intercept_store.ts";
import { stores } from "./_stores.ts";

const NEW_EMAIL = "ada@example.net";

test("changeEmail() mails a token to the new address; the old one goes on working (R40)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    const change = { sessionToken, password: PASSWORD, newEmail: "ADA@Example.NET" };
    let answer: unknown;
    const mails = await life.mailsOf(async () =>
      answer = await life.harbor.changeEmail(change, { locale: "de" })
    );
    assert.equal(answer, undefined);
    assert.deepEqual(mails, ["email_change ada@example.net"], name);
    const { token: _, ...mail } = life.mails.at(-1) ?? {};
    assert.deepEqual(mail, {
      kind: "email_change",
      to: NEW_EMAIL,
      username: "ada",
      expiresAt: new Date(life.clock.now().getTime() + 3_600_000),
      locale: "de",
    });
    assert.equal((await life.harbor.getCurrentUser(sessionToken)).email, emailOf("ada"));
    assert.equal((await life.login(emailOf("ada"))).user.username, "ada");
    await life.refuses("invalid_credentials", () => life.login(NEW_EMAIL));
    assert.deepEqual(await life.mailsOf(() => life.harbor.sendPasswordReset(NEW_EMAIL)), []);
    assert.equal(await life.store.getUserByEmail(NEW_EMAIL), null);
  }
});

test("changeEmail() stores the address in one call with its token, under the password (R39, V17)", async () => {
  const life = openHarbor({ emailChangeTtlSeconds: 90 });
  const { sessionToken, user } = await life.loggedIn("ada");
  const passwordHash = await life.store.getPasswordHash("ada");
  const change = { sessionToken, password: PASSWORD, newEmail: NEW_EMAIL };
  const writes = (await life.callsOf(() => life.harbor.changeEmail(change))).filter(isWrite);
  assert.deepEqual(writes.map(({ method }) => method), ["transaction", "setEmailVerification"]);
  const [verification, guard] = writes[1]?.args as [EmailVerification, unknown];
  const createdAt = life.clock.now();
  const expiresAt = new Date(createdAt.getTime() + 90_000);
  const { tokenHash } = verification;
  assert.deepEqual(verification, { username: "ada", email: NEW_EMAIL, tokenHash, createdAt, expiresAt });
  assert.deepEqual(guard, { userId: user.id, passwordHash, disabled: false, verified: true });
});

test("changeEmail() judges the session, the password, the address, in this order (R17, R40, R69)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const bad = { sessionToken: UNKNOWN_TOKEN, password: NEW_PASSWORD, newEmail: "no address" };
  const hashes = async (operation: () => Promise<void>) => {
    const before = life.hashes;
    await operation();
    return life.hashes - before;
  };
  const refused = (code: Parameters<typeof life.refuses>[0], input: unknown) => () =>
    life.refuses(code, () => life.harbor.changeEmail(untyped(input)));
  assert.equal(await hashes(refused("invalid_session_token", bad)), 0);
  assert.equal(await hashes(refused("invalid_credentials", { ...bad, sessionToken })), 1);
  assert.equal(await hashes(refused("invalid_email", { ...bad, sessionToken, password: PASSWORD })), 1);
  for (const value of [undefined, null, 7, {}, [PASSWORD], "x".repeat(257)]) {
    await refused("invalid_session_token", { sessionToken: value })();
    await refused("invalid_credentials", { sessionToken, password: value, newEmail: NEW_EMAIL })();
    await refused("invalid_email", { sessionToken, password: PASSWORD, newEmail: value })();
  }
  await refused("invalid_session_token", undefined)();
});

test("changeEmail() takes what registration takes for an address, and nothing else (R32)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  for (
    const newEmail of [
      "ada@localhost",
      "ada@example.net,eve@example.net",
      "<ada@example.net>",
      "ada@ex\nample.net",
    ]
  ) {
    const change = { sessionToken, password: PASSWORD, newEmail };
    await life.refuses("invalid_email", () => life.harbor.changeEmail(change));
  }
});

test("changeEmail() to an owned address answers alike and costs the same calls and hashes (R25)", async () => {
  for (const { name, open } of stores) {
    const costs = [];
    for (const newEmail of [emailOf("nobody"), emailOf("bob"), emailOf("cleo"), emailOf("ada")]) {
      const life = openHarbor({ store: await open() });
      const { sessionToken } = await life.loggedIn("ada");
      await life.verified("bob");
      await life.registered("cleo");
      await life.emailChangeToken(sessionToken, NEW_EMAIL);
      const { hashes } = life;
      const change = { sessionToken, password: PASSWORD, newEmail };
      let answer: unknown;
      const calls = await life.callsOf(async () => answer = await life.harbor.changeEmail(change));
      costs.push({ answer, calls: calls.map(shapeOf), hashes: life.hashes - hashes });
    }
    for (const cost of costs) assert.deepEqual(cost, costs[0], name);
  }
});

test("changeEmail() to an owned address tells the owner, and leaves nothing that could be confirmed (R25)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.verified("bob");
  const change = { sessionToken, password: PASSWORD, newEmail: emailOf("bob") };
  const ask = () => life.harbor.changeEmail(change, { locale: "fr" });
  assert.deepEqual(await life.mailsOf(ask), ["address_in_use bob@example.org"]);
  const { username, locale } = life.mails.at(-1) ?? {};
  assert.deepEqual([username, locale], ["bob", "fr"]);
  const { outcome, reason } = life.events.at(-1) ?? {};
  assert.deepEqual([outcome, reason], ["succeeded", "address_in_use"]);
  const stored = await requestIn(life);
  assert.deepEqual(stored.expiresAt, life.clock.now(), "the request ended as it began");
  assert.equal((await life.store.getUserByEmail(emailOf("bob")))?.username, "bob");
});

test("changeEmail() to an owned address tells nobody who cannot be told", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.verified("bob");
  const change = { sessionToken, password: PASSWORD, newEmail: emailOf("bob") };
  Object.defineProperty(life.emailSender, "sendAddressInUse", { value: undefined });
  assert.deepEqual(await life.mailsOf(() => life.harbor.changeEmail(change)), []);
  assert.deepEqual(life.events.filter(({ outcome }) => outcome === "failed"), []);
});

test("changeEmail() to an address that somebody else only asks for mails a token (R36)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.registered("bob");
  const change = { sessionToken, password: PASSWORD, newEmail: emailOf("bob") };
  assert.deepEqual(await life.mailsOf(() => life.harbor.changeEmail(change)), [
    "email_change bob@example.org",
  ]);
});

test("changeEmail() supersedes the earlier request, whoever owns the later address (R25, R38, R51)", async () => {
  for (const later of ["other@example.net", emailOf("bob"), emailOf("ada"), NEW_EMAIL]) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    await life.verified("bob");
    const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
    await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: later });
    await life.harbor.settled();
    await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
  }
});

test("changeEmail() to the account's own address mails nothing and takes an earlier request back (R51)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const token = await life.emailChangeToken(sessionToken, NEW_EMAIL);
  const change = { sessionToken, password: PASSWORD, newEmail: "ADA@example.org" };
  assert.deepEqual(await life.mailsOf(() => life.harbor.changeEmail(change)), []);
  assert.equal(life.events.at(-1)?.reason, "no_change");
  await life.refuses("invalid_email_change_token", () => life.harbor.confirmEmailChange(token));
  assert.equal((await life.store.getUserByEmail(emailOf("ada")))?.username, "ada");
});

test("changeEmail() leaves sessions and the password reset under way alone", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const other = await life.login("ada");
  const resetToken = await life.resetToken("ada");
  await life.emailChangeToken(sessionToken, NEW_EMAIL);
  for (const token of [sessionToken, other.sessionToken]) {
    assert.equal(await life.harbor.verifySession(token), true);
  }
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
});

test("changeEmail() with a sender that lacks sendEmailChange() is a TypeError before anything is asked", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  Object.defineProperty(life.emailSender, "sendEmailChange", { value: undefined });
  const change = { sessionToken, password: PASSWORD, newEmail: NEW_EMAIL };
  const calls = await life.callsOf(() =>
    assert.rejects(life.harbor.changeEmail(change), { name: "TypeError", message: /sendEmailChange/ })
  );
  assert.deepEqual(calls, []);
});

test("changeEmail() stores nothing under a password changed, or for an account gone, meanwhile (R57)", async () => {
  const meanwhile: readonly ((store: UserStore) => Promise<unknown>)[] = [
    (store) => store.setPasswordHash("ada", "$fast$another"),
    (store) => store.deleteUser("ada"),
    async (store) => {
      await store.deleteUser("ada");
      await store.createUser({ id: "newcomer", username: "ada", email: "n@example.org", passwordHash: "$x" });
    },
  ];
  for (const change of meanwhile) {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    const find = life.store.getUserByEmail.bind(life.store);
    life.store.getUserByEmail = async (email) => {
      life.store.getUserByEmail = find;
      await change(life.store);
      return await find(email);
    };
    const input = { sessionToken, password: PASSWORD, newEmail: NEW_EMAIL };
    await life.rejectsWithoutMail("invalid_credentials", () => life.harbor.changeEmail(input));
    const { tokenHash } = requestsOf(life.calls).at(-1) ?? assert.fail();
    assert.equal(await life.store.getEmailVerification(tokenHash), null);
  }
});

test("changeEmail() by a session ended meanwhile is refused and stores nothing (R65)", async () => {
  for (const { name, open } of stores) {
    const life = openHarbor({ store: await open() });
    const { sessionToken } = await life.loggedIn("ada");
    const earlier = await life.emailChangeToken(sessionToken, NEW_EMAIL);
    const find = life.store.getUserByEmail.bind(life.store);
    life.store.getUserByEmail = async (email) => {
      life.store.getUserByEmail = find;
      await life.harbor.logout(sessionToken);
      return await find(email);
    };
    const change = { sessionToken, password: PASSWORD, newEmail: "other@example.net" };
    await life.rejectsWithoutMail("invalid_session_token", () => life.harbor.changeEmail(change));
    assert.equal(life.events.at(-1)?.reason, "ended_meanwhile", name);
    await life.harbor.confirmEmailChange(earlier);
  }
});

test("changeEmail() right after a login whose rehash lands in between still works (R13)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  const find = life.store.getUserByEmail.bind(life.store);
  life.store.getUserByEmail = async (email) => {
    life.store.getUserByEmail = find;
    await life.store.setPasswordHash("ada", await life.passwordHasher.hash(PASSWORD));
    return await find(email);
  };
  await life.harbor.confirmEmailChange(await life.emailChangeToken(sessionToken, NEW_EMAIL));
});

test("changeEmail() answers although the mail fails, which is told as an event alone (R24)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  life.emailSender.sendEmailChange = () => Promise.reject(new Error("down"));
  await life.harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: NEW_EMAIL });
  await life.harbor.settled();
  const { name, outcome } = life.events.at(-1) ?? {};
  assert.deepEqual([name, outcome], ["mail.email_change", "failed"]);
});

test("changeEmail() lets through what the store throws", async () => {
  const life = openHarbor({ store: new MemoryUserStore() });
  const { sessionToken } = await life.loggedIn("ada");
  const failure = new Error("connection lost");
  life.store.transaction = () => Promise.reject(failure);
  const change = { sessionToken, password: PASSWORD, newEmail: NEW_EMAIL };
  await assert.rejects(life.harbor.changeEmail(change), (error) => error === failure);
  await assert.rejects(life.harbor.changeEmail({ ...change, newEmail: "x" }), hasCode("invalid_email"));
});

/** What a database could tell one call from another by, but for the address. */
function shapeOf({ method, args, inTransaction }: StoreCall): unknown {
  const members = args.map((argument) =>
    argument instanceof Object ? Object.keys(argument) : typeof argument
  );
  return { method, members, inTransaction };
}

function requestsOf(calls: readonly StoreCall[]): readonly EmailVerification[] {
  return calls.filter(({ method }) => method === "setEmailVerification").map(({ args }) =>
    args[0] as EmailVerification
  );
}

async function requestIn(life: Life): Promise<EmailVerification> {
  const { tokenHash } = requestsOf(life.calls).at(-1) ?? assert.fail();
  return await life.store.getEmailVerification(tokenHash) ?? assert.fail();
}
