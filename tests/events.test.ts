import assert from "node:assert/strict";
import test from "node:test";
import type { HarborEvent } from "../mod.ts";
import { ALL_OPERATIONS } from "./_all_operations.ts";
import { emailOf, openHarbor, PASSWORD, UNKNOWN_TOKEN, untyped } from "./_harness.ts";
import { wholeLife } from "./_whole_life.ts";

test("onEvent() is told of every operation, and of no background work that went well (R116)", async () => {
  const life = openHarbor();
  await wholeLife(life);
  assert.deepEqual([...new Set(life.events.map(({ name }) => name))].toSorted(), ALL_OPERATIONS);
  assert.deepEqual(new Set(life.events.map(({ outcome }) => outcome)), new Set(["succeeded", "refused"]));
});

test("onEvent() is told once of each operation, with its outcome, code, time and context (R116)", async () => {
  const life = openHarbor();
  const context = { address: "192.0.2.1", userAgent: "test", locale: "de" };
  const at = life.clock.now();
  const register = () =>
    life.harbor.register({ username: "ada", email: emailOf("ada"), password: PASSWORD }, context);
  await register();
  const user = await life.store.getUserByUsername("ada");
  await assert.rejects(register());
  life.store.getUserByEmail = () => Promise.reject(new RangeError("password=hunter2"));
  await assert.rejects(life.harbor.sendPasswordReset(emailOf("ada"), context));
  await life.harbor.verifySession(UNKNOWN_TOKEN);
  assert.deepEqual(life.events, [
    { name: "register", outcome: "succeeded", at, userId: user?.id, username: "ada", context },
    { name: "register", outcome: "refused", code: "username_taken", at, context },
    { name: "send_password_reset", outcome: "failed", errorName: "RangeError", at, context },
    { name: "verify_session", outcome: "succeeded", at, reason: "unknown_token" },
  ]);
});

test("onEvent() is told no hidden reason of what failed, for nobody was answered (R116)", async () => {
  const life = openHarbor();
  await life.registered("ada");
  life.advance(604_800);
  life.store.getPasswordHash = () => Promise.reject(new RangeError("down"));
  life.events.length = 0;
  await assert.rejects(life.login("ada"), RangeError);
  assert.deepEqual(life.events.map(({ outcome, reason }) => [outcome, reason]), [["failed", undefined]]);
});

test("onEvent() has been told by the time an operation answers", async () => {
  const life = openHarbor();
  await life.harbor.roles.create("admin");
  assert.deepEqual(life.events.map(({ name }) => name), ["roles.create"]);
});

test("onEvent() is told each operation's context, whichever takes one", async () => {
  const life = openHarbor();
  const { harbor } = life;
  const context = { address: "192.0.2.1" };
  const calls = [
    harbor.register(untyped({}), context),
    harbor.verifyEmail("x", context),
    harbor.resendVerification("x", context),
    harbor.login(untyped({}), context),
    harbor.verifySession("x", context),
    harbor.getCurrentUser("x", context),
    harbor.logout("x", context),
    harbor.logoutAll("x", context),
    harbor.sendPasswordReset("x", context),
    harbor.resetPassword(untyped({}), context),
    harbor.changePassword(untyped({}), context),
    harbor.changeEmail(untyped({}), context),
    harbor.confirmEmailChange("x", context),
    harbor.changeUsername(untyped({}), context),
    harbor.deleteAccount(untyped({}), context),
    harbor.sessions.list("x", context),
    harbor.sessions.revoke(untyped({}), context),
    harbor.sessions.revokeOthers("x", context),
    harbor.sessions.reauthenticate(untyped({}), context),
    harbor.sessions.requireFresh(untyped({}), context),
    harbor.grantRole("x", "x", context),
    harbor.revokeRole("x", "x", context),
    harbor.getRoles("x", context),
    harbor.getPermissions("x", context),
    harbor.hasRole("x", "x", context),
    harbor.hasPermission("x", "x", context),
    harbor.requireRole("x", "x", context),
    harbor.requirePermission("x", "x", context),
    harbor.roles.create("x", context),
    harbor.roles.delete("x", context),
    harbor.roles.list(context),
    harbor.roles.grantPermission("x", "x", context),
    harbor.roles.revokePermission("x", "x", context),
    harbor.roles.permissions("x", context),
    harbor.permissions.create("x", context),
    harbor.permissions.delete("x", context),
    harbor.permissions.list(context),
    harbor.users.create(untyped({}), context),
    harbor.users.import(untyped({}), context),
    harbor.users.get("x", context),
    harbor.users.list({}, context),
    harbor.users.disable("x", context),
    harbor.users.enable("x", context),
    harbor.users.requirePasswordChange("x", context),
    harbor.users.forceReset("x", context),
    harbor.users.revokeSessions("x", context),
    harbor.users.delete("x", context),
  ];
  await Promise.allSettled(calls);
  assert.deepEqual(life.events.map((event) => event.context), calls.map(() => context));
});

test("what is no context at all is none, and the operation goes on", async () => {
  const life = openHarbor();
  for (const context of [null, "192.0.2.1", 7]) {
    assert.equal(await life.harbor.verifySession(UNKNOWN_TOKEN, untyped(context)), false);
  }
  assert.deepEqual(life.events.map((event) => event.context), [undefined, undefined, undefined]);
});

test("onEvent() that throws or rejects changes nothing", async () => {
  for (
    const onEvent of [throwing, () => Promise.reject(new Error("listener")), async () => await throwing()]
  ) {
    const life = openHarbor({ onEvent });
    const { sessionToken } = await life.loggedIn("ada");
    assert.equal(await life.harbor.verifySession(sessionToken), true);
    await life.refuses("invalid_session_token", () => life.harbor.logout(UNKNOWN_TOKEN));
    life.emailSender.sendPasswordReset = () => Promise.reject(new Error("down"));
    await life.harbor.sendPasswordReset(emailOf("ada"));
    await life.harbor.settled();
  }
});

test("operations behave alike without a listener", async () => {
  const life = openHarbor(untyped({ onEvent: undefined }));
  await wholeLife(life);
  assert.equal(life.events.length, 0);
  await life.refuses("invalid_session_token", () => life.harbor.logout(UNKNOWN_TOKEN));
});

test("no event tells a token, a password, a hash or an address of a mailbox (R117)", async () => {
  const events: HarborEvent[] = [];
  const life = openHarbor({ onEvent: (event) => events.push(event) });
  const secrets = await wholeLife(life);
  life.emailSender.sendVerification = (message) => Promise.reject(new Error(JSON.stringify(message)));
  await life.registered("bob");
  assert.equal(events.at(-1)?.name, "mail.verification");
  const told = JSON.stringify(events);
  for (const secret of [...secrets, "example.org", "$fast$"]) assert.equal(told.includes(secret), false);
  assert.equal(/[0-9a-f]{64}/.test(told), false);
});

function throwing(): never {
  throw new Error("listener");
}
