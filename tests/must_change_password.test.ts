import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { setFlags } from "./_flags.ts";
import { codeOf, emailOf, NEW_PASSWORD, openHarbor, PASSWORD } from "./_harness.ts";
import { assertComplete, entitle, WITH_SESSION, YES_OR_NO } from "./_operations.ts";
import { withoutOptionalMethods } from "./_without_optional_methods.ts";

/** What a session is good for until the password is changed. */
const ALLOWED: ReadonlySet<string> = new Set(["changePassword", "logout", "logoutAll"]);

test("every operation that takes a session is among those that are tried here", () => {
  assertComplete(openHarbor().harbor);
});

for (const [name, call] of Object.entries(WITH_SESSION)) {
  const promise = ALLOWED.has(name) ? "works" : YES_OR_NO.has(name) ? "is false" : "is refused";
  test(`${name}() ${promise} while the password has to be changed first (R10)`, async () => {
    const life = openHarbor();
    const { sessionToken } = await life.loggedIn("ada");
    await entitle(life.harbor);
    const attempt = () => call({ harbor: life.harbor, sessionToken });
    await setFlags(life, "ada", { mustChangePassword: true });
    if (ALLOWED.has(name)) {
      await attempt();
    } else if (YES_OR_NO.has(name)) {
      assert.equal(await attempt(), false);
      assert.equal(life.events.at(-1)?.reason, "password_change_required");
      await setFlags(life, "ada", { mustChangePassword: false });
      assert.equal(await attempt(), true);
    } else {
      await life.refuses("password_change_required", attempt);
      await setFlags(life, "ada", { mustChangePassword: false });
      assert.notEqual(await attempt().then(() => "ok", codeOf), "password_change_required");
    }
  });
}

test("a session that is good only for a change of password is not moved on (R10)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await setFlags(life, "ada", { mustChangePassword: true });
  life.advance(24 * 86_400);
  const calls = await life.callsOf(() => life.harbor.verifySession(sessionToken));
  assert.deepEqual(calls.map(({ method }) => method), ["getSession"]);
});

test("login() opens a session while the password has to be changed first, and says so (R10)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await setFlags(life, "ada", { mustChangePassword: true });
  const { user } = await life.login("ada");
  assert.equal(user.mustChangePassword, true);
});

test("a session that has ended is refused as such, whether or not a change is due (R10)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await setFlags(life, "ada", { mustChangePassword: true });
  life.advance(31 * 86_400);
  for (const [name, call] of Object.entries(WITH_SESSION)) {
    if (YES_OR_NO.has(name)) continue;
    await life.refuses("invalid_session_token", () => call({ harbor: life.harbor, sessionToken }));
  }
});

test("changePassword() settles the demand, and answers the account without it (R10)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await setFlags(life, "ada", { mustChangePassword: true });
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const opened = await life.harbor.changePassword(change);
  assert.notEqual(opened.user.mustChangePassword, true);
  assert.deepEqual(opened.user, await life.harbor.getCurrentUser(opened.sessionToken));
});

test("changePassword() that is refused leaves the demand standing (R10)", async () => {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await setFlags(life, "ada", { mustChangePassword: true });
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await life.refuses("weak_password", () => life.harbor.changePassword({ ...change, newPassword: "short" }));
  await life.refuses(
    "invalid_credentials",
    () => life.harbor.changePassword({ ...change, oldPassword: NEW_PASSWORD }),
  );
  assert.equal((await life.store.getUserByUsername("ada"))?.mustChangePassword, true);
});

test("resetPassword() settles the demand (R10)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  await setFlags(life, "ada", { mustChangePassword: true });
  const resetToken = await life.resetToken("ada");
  await life.refuses(
    "weak_password",
    () => life.harbor.resetPassword({ resetToken, newPassword: "short" }),
  );
  assert.equal((await life.store.getUserByUsername("ada"))?.mustChangePassword, true);
  await life.harbor.resetPassword({ resetToken, newPassword: NEW_PASSWORD });
  const { sessionToken } = await life.login("ada", NEW_PASSWORD);
  assert.equal((await life.harbor.getCurrentUser(sessionToken)).email, emailOf("ada"));
});

test("a login that rehashes the password does not settle the demand (R10, R13)", async () => {
  const life = openHarbor();
  await life.verified("ada");
  const hash = await life.store.getPasswordHash("ada");
  await setFlags(life, "ada", { mustChangePassword: true });
  life.passwordHasher.rounds = 3;
  await life.login("ada");
  assert.notEqual(await life.store.getPasswordHash("ada"), hash);
  assert.equal((await life.store.getUserByUsername("ada"))?.mustChangePassword, true);
});

test("changePassword() and resetPassword() do without flags on a store that has none", async () => {
  const life = openHarbor({ store: withoutOptionalMethods(new MemoryUserStore()) });
  const { sessionToken } = await life.loggedIn("ada");
  await life.harbor.changePassword({ sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  const resetToken = await life.resetToken("ada");
  await life.harbor.resetPassword({ resetToken, newPassword: PASSWORD });
  await life.login("ada");
  assert.deepEqual(life.events.filter(({ outcome }) => outcome !== "succeeded"), []);
});
