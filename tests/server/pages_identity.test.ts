import assert from "node:assert/strict";
import { test } from "node:test";
import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher } from "@userharbor/core/testing";
import { PagesWorld, PASSWORD } from "./_pages_world.ts";

const NEW_EMAIL = "ada@example.net";

test("createPages() moves an account to an address, once the button in its mail's page is pressed (R40, R53)", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  await ada.open("/account/email");
  await ada.submit("Send the mail", { new_email: NEW_EMAIL, password: PASSWORD });
  assert.equal(ada.page.path, "/account");
  assert.match(ada.page.message, /mail is on its way.* The hint\.$/);
  assert.match(ada.page.body, /<dd>ada@example\.org<\/dd>/);
  await world.harbor.settled();
  const token = world.sender.tokenFor("email_change", NEW_EMAIL);
  for (let times = 0; times < 10; times++) {
    const page = await ada.open(`/confirm-email?token=${token}`);
    assert.deepEqual([page.status, page.forms[0]?.fields], [200, { token }]);
  }
  assert.match((await ada.open("/account")).body, /<dd>ada@example\.org<\/dd>/);
  await ada.open(`/confirm-email?token=${token}`);
  await ada.submit("Confirm my new address");
  assert.equal(ada.page.path, "/account");
  assert.match(ada.page.message, /has its new e-mail address/);
  assert.match(ada.page.body, /<dd>ada@example\.net<\/dd>/);
});

test("createPages() confirms a new address for whoever is not logged in there, and logs nobody in (R45)", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  await ada.open("/account/email");
  await ada.submit("Send the mail", { new_email: NEW_EMAIL, password: PASSWORD });
  await world.harbor.settled();
  const token = world.sender.tokenFor("email_change", NEW_EMAIL);
  const elsewhere = world.visitor();
  await elsewhere.open(`/confirm-email?token=${token}`);
  await elsewhere.submit("Confirm my new address");
  assert.equal(elsewhere.page.path, "/login");
  assert.match(elsewhere.page.message, /has its new e-mail address/);
  assert.deepEqual([...elsewhere.cookies.keys()], []);
  await elsewhere.open(`/confirm-email?token=${token}`);
  await elsewhere.submit("Confirm my new address");
  assert.deepEqual([elsewhere.page.status, elsewhere.page.forms[0]?.action], [400, "/account/email"]);
  assert.ok(!elsewhere.page.body.includes(token));
});

test("createPages() answers alike for a new address that somebody owns, and one that nobody has (R25)", async () => {
  const pages = [];
  for (const newEmail of ["bob@example.org", "nobody@example.org", "ada@example.org"]) {
    const world = new PagesWorld();
    await world.member("bob");
    const ada = await world.member();
    await ada.open("/account/email");
    const { status, path, body } = await ada.submit("Send the mail", {
      new_email: newEmail,
      password: PASSWORD,
    });
    pages.push([status, path, body]);
  }
  assert.deepEqual(pages[0], pages[1]);
  assert.deepEqual(pages[0], pages[2]);
});

test("createPages() changes the username, and whoever did it stays logged in", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  await ada.open("/account/username");
  await ada.submit("Change the username", { new_username: "lovelace", password: PASSWORD });
  assert.equal(ada.page.path, "/account");
  assert.match(ada.page.message, /username is changed/);
  assert.match(ada.page.body, /<dd>lovelace<\/dd>/);
});

test("createPages() changes name and address against the password only, and says which field is wrong (R69)", async () => {
  const world = new PagesWorld();
  await world.member("bob");
  const ada = await world.member();
  const refusals = [
    ["/account/email", "Send the mail", { new_email: NEW_EMAIL, password: "wrong" }, 403, "password"],
    ["/account/email", "Send the mail", { new_email: "nowhere", password: PASSWORD }, 400, "new_email"],
    ["/account/username", "Change the username", { new_username: "eve", password: "wrong" }, 403, "password"],
    [
      "/account/username",
      "Change the username",
      { new_username: "e v", password: PASSWORD },
      400,
      "new_username",
    ],
    [
      "/account/username",
      "Change the username",
      { new_username: "Bob", password: PASSWORD },
      409,
      "new_username",
    ],
  ] as const;
  const sent = world.sender.sent.length;
  for (const [path, button, typed, status, field] of refusals) {
    await ada.open(path);
    await ada.submit(button, typed);
    assert.equal(ada.page.status, status, field);
    assert.match(ada.page.body, new RegExp(`<a href="#${field}">`));
    assert.equal(ada.page.forms[0]?.fields["password"], "");
  }
  await world.harbor.settled();
  assert.equal(world.sender.sent.length, sent);
  const { body } = await ada.open("/account");
  assert.match(body, /<dd>ada<\/dd>/);
  assert.match(body, /<dd>ada@example\.org<\/dd>/);
});

test("createPages() shows a person's sessions and ends each of the others (R65, R68)", async () => {
  const world = new PagesWorld();
  const ada = await world.member();
  const login = { username: "ada", password: PASSWORD };
  const [first, second] = [await world.harbor.login(login), await world.harbor.login(login)];
  const buttons = async () =>
    (await ada.open("/account/sessions")).forms.filter(({ button }) => button === "End this session").length;
  assert.equal(await buttons(), 2, "the session that looks has no button");
  assert.equal(ada.page.body.match(/– this browser/g)?.length, 1);
  await ada.submit("End this session");
  assert.equal(ada.page.path, "/account/sessions");
  assert.match(ada.page.message, /ended/);
  assert.equal(await buttons(), 1);
  const alive = async (token: string) => await world.harbor.verifySession(token);
  assert.deepEqual([await alive(first.sessionToken), await alive(second.sessionToken)], [true, false]);
  await ada.submit("Log out everywhere else");
  assert.match(ada.page.message, /everywhere else/);
  assert.equal(await buttons(), 0);
  assert.equal(await alive(first.sessionToken), false);
  assert.equal((await ada.open("/account")).status, 200);
});

test("createPages() ends nobody else's session, and tells of one that had ended already the same (R68)", async () => {
  const world = new PagesWorld();
  const bob = await world.member("bob");
  const ada = await world.member();
  const bobs = (await bob.open("/account/sessions")).body;
  const [, bobsId = assert.fail()] = /id="session-([\w-]+)"/.exec(bobs) ?? [];
  const answers = [];
  for (const id of [bobsId, "00000000-0000-4000-8000-000000000000", "x".repeat(300)]) {
    const response = await ada.send(ada.post("/account/sessions/end", { session_id: id }));
    answers.push([response.status, [...response.headers]]);
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.deepEqual(answers[0], answers[2]);
  assert.equal((await bob.open("/account/sessions")).status, 200);
});

test("createPages() shows of a session's program what it said, as text (R117)", async () => {
  const program = `<script>alert(1)</script> "x" & y`;
  const context = () => ({ userAgent: program, address: "192.0.2.7" });
  const world = new PagesWorld({ context });
  const harbor = new UserHarbor({
    store: world.store,
    emailSender: world.sender,
    passwordHasher: new FastPasswordHasher(),
    sessionClientRetentionSeconds: 3_600,
  });
  const remembering = new PagesWorld({ context }, () => harbor);
  await world.member();
  const ada = remembering.visitor();
  await ada.open("/login");
  await ada.submit("Log in", { username: "ada", password: PASSWORD });
  const { body } = await ada.open("/account/sessions");
  assert.doesNotMatch(body, /<script/);
  assert.match(body, /<dd>&lt;script&gt;alert\(1\)&lt;\/script&gt; &quot;x&quot; &amp; y<\/dd>/);
  assert.match(body, /<dd>192\.0\.2\.7<\/dd>/);
});

test("createPages() sends whoever's session ended meanwhile to log in, and ends nothing", async () => {
  for (
    const [path, fields] of [["/account/sessions/end-others", {}], ["/account/sessions/end", {
      session_id: "x",
    }]] as const
  ) {
    const world = new PagesWorld();
    const ada = await world.member();
    const other = await world.harbor.login({ username: "ada", password: PASSWORD });
    await world.harbor.logout(ada.cookies.get("__Host-uh_session") ?? "");
    const response = await ada.send(ada.post(path, fields));
    assert.equal(response.status, 303);
    assert.equal((await ada.open(response.headers.get("location") ?? "")).path, "/login");
    assert.match(ada.page.message, /not logged in any more/);
    assert.equal(await world.harbor.verifySession(other.sessionToken), true);
  }
});
