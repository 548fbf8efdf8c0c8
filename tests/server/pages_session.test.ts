import assert from "node:assert/strict";
import { test } from "node:test";
import { type User, UserHarborError } from "@userharbor/core";
import { createSessionCookie } from "@userharbor/http";
import type { PagesHarbor } from "../../server/pages/mod.ts";
import { ORIGIN, PagesWorld, PASSWORD } from "./_pages_world.ts";

const CHANGED = "a better horse battery staple";
const SESSION = "__Host-uh_session";

test("createPages() sets the cookie at login alone, replaces it with the password, clears it at logout (R73)", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  const first = ada.cookies.get(SESSION) ?? "";
  assert.match(first, /^[\w-]{43}$/);

  const changed = await ada.send(
    ada.post("/account/password", { old_password: PASSWORD, new_password: CHANGED }),
  );
  assert.deepEqual([changed.status, changed.headers.get("location")], [303, "/account"]);
  const second = ada.cookies.get(SESSION) ?? "";
  assert.notEqual(second, first);
  assert.equal(changed.headers.getSetCookie()[0], createSessionCookie({ origin: ORIGIN }).set(second));
  assert.equal(await world.harbor.verifySession(first), false);

  const out = await ada.send(ada.post("/logout", {}));
  assert.equal(out.headers.getSetCookie()[0], createSessionCookie({ origin: ORIGIN }).clear());
  assert.equal(await world.harbor.verifySession(second), false);
});

test("createPages() ends the session that a login replaces (R63)", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  const earlier = ada.cookies.get(SESSION) ?? "";
  await ada.send(ada.post("/login", { username: "ada", password: PASSWORD }));
  assert.equal(await world.harbor.verifySession(earlier), false);
  assert.equal(await world.harbor.verifySession(ada.cookies.get(SESSION) ?? ""), true);
});

test("createPages() sends whoever has no live session to log in, and never says that everything was ended", async () => {
  const world = new PagesWorld();
  const paths = [
    "/account",
    "/account/password",
    "/account/email",
    "/account/username",
    "/account/sessions",
    "/account/delete",
  ];
  for (const path of paths) assert.equal((await world.visitor().open(path)).path, "/login");

  for (const fields of [{}, { old_password: PASSWORD, new_password: CHANGED }, { password: PASSWORD }]) {
    const path = "password" in fields
      ? "/account/delete"
      : "new_password" in fields
      ? "/account/password"
      : "/logout-everywhere";
    const ada = await world.member(`ada${Object.keys(fields).length}`);
    await world.harbor.logoutAll(ada.cookies.get(SESSION) ?? "");
    const response = await ada.send(ada.post(path, fields));
    assert.deepEqual([response.status, response.headers.get("location")], [303, "/login"], path);
    assert.equal(ada.cookies.has(SESSION), false);
    assert.match((await ada.open("/login")).message, /not logged in any more/);
    assert.equal((await ada.open("/login")).message, "");
  }
});

test("createPages() sends whoever is logged in from the pages for guests to the account", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  for (const path of ["/login", "/register"]) assert.equal((await ada.open(path)).path, "/account");
});

test("createPages() changes and deletes against the password only, and says which field is wrong (R69)", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  await ada.open("/account/password");
  await ada.submit("Change the password", { old_password: CHANGED, new_password: CHANGED });
  assert.equal(ada.page.status, 403);
  assert.match(ada.page.body, /<a href="#old_password">/);
  await ada.submit("Change the password", { old_password: PASSWORD, new_password: "short" });
  assert.equal(ada.page.status, 400);
  assert.match(ada.page.body, /<a href="#new_password">/);
  await ada.open("/account/delete");
  await ada.submit("Delete the account", { password: CHANGED });
  assert.equal(ada.page.status, 403);
  assert.match(ada.page.body, /<a href="#password">/);
  await world.harbor.login({ username: "ada", password: PASSWORD });
  assert.equal((await ada.open("/account")).status, 200);
});

test("createPages() shows what was done once, from a cookie that no link can set", async () => {
  const world = new PagesWorld();
  const visitor = world.visitor();
  await visitor.open("/register");
  await visitor.submit("Register", { username: "ada", email: `ada+"x"@example.org`, password: PASSWORD });
  assert.equal(visitor.page.status, 400);
  await visitor.submit("Register", { username: "ada", email: "ada+x@example.org", password: PASSWORD });
  assert.match(visitor.page.message, /mail is on its way.* The hint\.$/);
  assert.equal(visitor.page.forms[0]?.fields["email"], "ada+x@example.org");
  assert.deepEqual([...visitor.cookies.keys()], []);
  assert.equal((await visitor.open("/check-mail")).message, "");

  for (
    const flash of ["", "x", "toString:", "__proto__:", "verified", "verified:%", "verified:%3Cscript%3E"]
  ) {
    visitor.cookies.set("__Host-uh_flash", flash);
    const { status, body, message } = await visitor.open("/check-mail");
    assert.equal(status, 200);
    assert.doesNotMatch(body, /<script/);
    assert.equal(message !== "", flash.startsWith("verified"), flash);
  }
});

test("createPages() shows nothing of a failing store but 503, and tells onError", async () => {
  const errors: unknown[] = [];
  const failure = new Error("connection to 192.0.2.7 refused for ada@example.org");
  let isDown = false;
  const world = new PagesWorld({ onError: (error) => errors.push(error) }, (harbor) =>
    failing(harbor, () => {
      if (isDown) throw failure;
    }));
  const ada = await world.member();
  isDown = true;
  const requests = [
    new Request(`${ORIGIN}/`),
    new Request(`${ORIGIN}/account`),
    new Request(`${ORIGIN}/login`),
    ada.post("/login", { username: "ada", password: PASSWORD }),
    ada.post("/register", { username: "bob", email: "bob@example.org", password: PASSWORD }),
    ada.post("/logout", {}),
    ada.post("/logout-everywhere", {}),
    ada.post("/forgot", { email: "ada@example.org" }),
    ada.post("/account/delete", { password: PASSWORD }),
    ada.post("/account/email", { new_email: "ada@example.net", password: PASSWORD }),
    ada.post("/account/username", { new_username: "lovelace", password: PASSWORD }),
    ada.post("/confirm-email", { token: "c".repeat(43) }),
    new Request(`${ORIGIN}/account/sessions`),
    ada.post("/account/sessions/end", { session_id: "x" }),
    ada.post("/account/sessions/end-others", {}),
  ];
  for (const request of requests) {
    errors.length = 0;
    const response = await ada.send(request);
    assert.equal(response.status, 503, request.url);
    assert.doesNotMatch(await response.text(), /192\.0\.2\.7|refused/);
    assert.deepEqual(errors, [failure]);
  }
  isDown = false;
  assert.equal((await ada.open("/account")).status, 200);
});

test("createPages() shows nothing of a fault of its own but 500, and lets no log fail it", async () => {
  const world = new PagesWorld({
    context: () => {
      throw new TypeError("secret");
    },
    onError: () => {
      throw new Error("the log is full");
    },
  });
  const response = await world.handle(new Request(`${ORIGIN}/`));
  assert.equal(response?.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
});

test("createPages() says when to try again", async () => {
  const world = new PagesWorld({}, (harbor) =>
    failing(harbor, () => {
      throw new UserHarborError("overloaded", "Cannot hash: too much to do", { retryAfterSeconds: 2 });
    }));
  const visitor = world.visitor();
  await visitor.open("/login");
  await visitor.submit("Log in", { username: "ada", password: PASSWORD });
  assert.deepEqual([visitor.page.status, visitor.page.headers.get("retry-after")], [503, "2"]);
  assert.equal(visitor.page.forms[0]?.fields["username"], "ada");
});

test("createPages() is null for every path that is not spelt as its own, and serves below a base path (R79)", async () => {
  const world = new PagesWorld();
  for (const path of ["/login/", "//login", "/LOGIN", "/login;x", "/%6cogin", "/nowhere", "/auth/login"]) {
    assert.equal(await world.handle(new Request(ORIGIN + path)), null, path);
  }
  const below = new PagesWorld({ basePath: "/people" });
  assert.equal(await below.handle(new Request(`${ORIGIN}/login`)), null);
  assert.equal(await below.handle(new Request(`${ORIGIN}/`)), null);
  const start = await below.handle(new Request(`${ORIGIN}/people`));
  const hrefs = [...(await start?.text() ?? "").matchAll(/(?:href|action)="([^#"]*)"/g)].map(([, href]) =>
    href
  );
  assert.deepEqual(hrefs, ["/people", "/people/register", "/people/login"]);
  const refused = await below.handle(new Request(`${ORIGIN}/people/account`));
  assert.equal(refused?.headers.get("location"), "/people/login");
});

test("createPages() answers 405 with what a path allows", async () => {
  const world = new PagesWorld();
  for (
    const [method, path, allow] of [
      ["POST", "/", "GET, HEAD"],
      ["POST", "/account", "GET, HEAD"],
      ["POST", "/account/sessions", "GET, HEAD"],
      ["GET", "/account/sessions/end", "POST"],
      ["GET", "/account/sessions/end-others", "POST"],
      ["GET", "/logout", "POST"],
      ["PUT", "/login", "GET, HEAD, POST"],
      ["DELETE", "/account/delete", "GET, HEAD, POST"],
    ] as const
  ) {
    const response = await world.handle(new Request(ORIGIN + path, { method }));
    assert.deepEqual([response?.status, response?.headers.get("allow")], [405, allow], path);
  }
});

/** The harbor, with something that goes wrong before each operation. */
function failing(harbor: PagesHarbor, check: () => void): PagesHarbor {
  async function after<T>(operation: () => Promise<T>): Promise<T> {
    check();
    return await operation();
  }
  return {
    register: (...input) => after(() => harbor.register(...input)),
    verifyEmail: (...input) => after(() => harbor.verifyEmail(...input)),
    resendVerification: (...input) => after(() => harbor.resendVerification(...input)),
    login: (...input) => after(() => harbor.login(...input)),
    getCurrentUser: (...input) => after<User>(() => harbor.getCurrentUser(...input)),
    logout: (...input) => after(() => harbor.logout(...input)),
    logoutAll: (...input) => after(() => harbor.logoutAll(...input)),
    sendPasswordReset: (...input) => after(() => harbor.sendPasswordReset(...input)),
    resetPassword: (...input) => after(() => harbor.resetPassword(...input)),
    changePassword: (...input) => after(() => harbor.changePassword(...input)),
    changeEmail: (...input) => after(() => harbor.changeEmail(...input)),
    confirmEmailChange: (...input) => after(() => harbor.confirmEmailChange(...input)),
    changeUsername: (...input) => after(() => harbor.changeUsername(...input)),
    deleteAccount: (...input) => after(() => harbor.deleteAccount(...input)),
    sessions: {
      ...harbor.sessions,
      list: (...input) => after(() => harbor.sessions.list(...input)),
      revoke: (...input) => after(() => harbor.sessions.revoke(...input)),
      revokeOthers: (...input) => after(() => harbor.sessions.revokeOthers(...input)),
    },
  };
}

test("createPages() leads whoever has to change the password to where that is done, from everywhere (R10)", async () => {
  const errors: unknown[] = [];
  const world = new PagesWorld({ onError: (error) => errors.push(error) });
  const ada = await world.member();
  await world.harbor.users.requirePasswordChange("ada");
  const paths = ["", "/delete", "/password", "/email", "/username", "/sessions"].map((end) =>
    `/account${end}`
  );
  for (const path of ["/", "/login", ...paths]) {
    const page = await ada.open(path);
    assert.deepEqual([page.path, page.title], ["/account/password", "Change the password"], path);
  }
  const forms = {
    "/account/delete": { password: PASSWORD },
    "/account/username": { password: PASSWORD, new_username: "lovelace" },
    "/account/sessions/end-others": {},
  };
  for (const [path, fields] of Object.entries(forms)) {
    const answer = await ada.send(ada.post(path, fields));
    assert.deepEqual([answer.status, answer.headers.get("location")], [303, "/account/password"], path);
  }
  assert.notEqual(await world.store.getUserByUsername("ada"), null);

  assert.match((await ada.open("/account")).message, /password of your own/);
  const wrong = { old_password: CHANGED, new_password: CHANGED };
  assert.match((await ada.submit("Change the password", wrong)).message, /not your current password/);
  await ada.submit("Change the password", { old_password: PASSWORD, new_password: CHANGED });
  assert.equal(ada.page.path, "/account");
  assert.match(ada.page.body, /ada@example\.org/);
  assert.deepEqual(errors, []);
});

test("createPages() lets whoever has to change the password log in, and out (R10)", async () => {
  const world = new PagesWorld();
  await world.member();
  await world.harbor.users.requirePasswordChange("ada");
  const ada = world.visitor();
  await ada.open("/login");
  await ada.submit("Log in", { username: "ada", password: PASSWORD });
  assert.equal(ada.page.path, "/account/password");
  const session = ada.cookies.get(SESSION) ?? "";
  await ada.send(ada.post("/logout", {}));
  assert.equal(ada.cookies.has(SESSION), false);
  await assert.rejects(world.harbor.logout(session), { code: "invalid_session_token" });
});

test("createPages() knows nobody whose account was disabled, and says nothing of it at login (R19, R67)", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  await world.harbor.users.disable("ada");
  assert.equal((await ada.open("/account")).path, "/login");
  await ada.submit("Log in", { username: "ada", password: PASSWORD });
  assert.match(ada.page.message, /username or the password is wrong/);
});
