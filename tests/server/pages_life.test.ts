import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";
import { Visitor } from "./_visitor.ts";

const EMAIL = "ada@example.org";
const PASSWORD = "seven quiet otters at dawn";
const CHANGED = "a better horse battery staple";
const RESET = "yet another horse and staple";

test("pages carry a person from registration to deletion, with mail from the inbox page", async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const origin = await server.origin();
  const client = new Client(origin);
  const browse = () => new Visitor((request) => fetch(request, { redirect: "manual" }), origin);
  const ada = browse();

  assert.equal((await ada.open("/")).status, 200);
  assert.match(ada.page.body, /href="\/register"/);
  await ada.open("/register");
  await ada.submit("Register", { username: "ada", email: EMAIL, password: PASSWORD });
  assert.deepEqual([ada.page.path, ada.page.status], ["/check-mail", 200]);
  assert.match(ada.page.body, /<a href="\/dev\/inbox">/);
  await client.mail("verification", EMAIL);

  await ada.open("/login");
  await ada.submit("Log in", { username: "ada", password: PASSWORD });
  assert.deepEqual([ada.page.path, ada.page.status], ["/login", 403]);
  const first = (await client.mail("verification", EMAIL)).token;
  await ada.submit("Send the mail again", { email: EMAIL });
  assert.equal(ada.page.path, "/check-mail");
  while ((await client.mail("verification", EMAIL)).token === first);

  await ada.open(await mailedLink(ada, "/verify"));
  await ada.submit("Verify my address");
  assert.equal(ada.page.path, "/login");
  await ada.submit("Log in", { username: "ada", password: PASSWORD });
  assert.deepEqual([ada.page.path, ada.page.status], ["/account", 200]);
  assert.match(ada.page.body, /<dd>ada@example\.org<\/dd>/);
  assert.match((await ada.open("/")).body, /logged in as <strong>ada<\/strong>/);

  const other = browse();
  await other.open("/login");
  await other.submit("Log in", { username: EMAIL, password: PASSWORD });
  assert.equal(other.page.path, "/account");
  await ada.open("/account/password");
  await ada.submit("Change the password", { old_password: PASSWORD, new_password: CHANGED });
  assert.equal(ada.page.path, "/account");
  assert.equal((await other.open("/account")).path, "/login");

  await other.submit("Log in", { username: "ada", password: CHANGED });
  assert.equal(other.page.path, "/account");
  await ada.open("/account");
  await ada.submit("Log out everywhere");
  assert.equal(ada.page.path, "/login");
  assert.equal((await other.open("/account")).path, "/login");

  await ada.submit("Log in", { username: "ada", password: CHANGED });
  await ada.open("/account/username");
  await ada.submit("Change the username", { new_username: "lovelace", password: CHANGED });
  assert.match(ada.page.body, /<dd>lovelace<\/dd>/);
  await ada.open("/account/email");
  await ada.submit("Send the mail", { new_email: "lovelace@example.net", password: CHANGED });
  await client.mail("email_change", "lovelace@example.net");
  await ada.open(await mailedLink(ada, "/confirm-email"));
  await ada.submit("Confirm my new address");
  assert.match(ada.page.body, /<dd>lovelace@example\.net<\/dd>/);
  await client.mail("email_changed", EMAIL);
  await ada.open("/account/email");
  await ada.submit("Send the mail", { new_email: EMAIL, password: CHANGED });
  await client.mail("email_change", EMAIL);
  await ada.open(await mailedLink(ada, "/confirm-email"));
  await ada.submit("Confirm my new address");
  await ada.open("/account/username");
  await ada.submit("Change the username", { new_username: "ada", password: CHANGED });

  await ada.open("/forgot");
  await ada.submit("Send the mail", { email: EMAIL });
  assert.equal(ada.page.path, "/forgot");
  await client.mail("password_reset", EMAIL);
  await ada.open(await mailedLink(ada, "/reset"));
  await ada.submit("Set the password", { new_password: RESET });
  assert.equal(ada.page.path, "/login");
  await ada.submit("Log in", { username: "ada", password: RESET });
  await ada.submit("Log out");
  assert.deepEqual([ada.page.path, [...ada.cookies.keys()]], ["/login", []]);

  await ada.submit("Log in", { username: "ada", password: RESET });
  await ada.open("/account/delete");
  await ada.submit("Delete the account", { password: RESET });
  assert.deepEqual([ada.page.path, [...ada.cookies.keys()]], ["/", []]);
  await ada.open("/login");
  await ada.submit("Log in", { username: "ada", password: RESET });
  assert.equal(ada.page.status, 403);
});

/** The newest link to a page, in the newest mail there is. */
async function mailedLink(visitor: Visitor, path: string): Promise<string> {
  const { body } = await visitor.open("/dev/inbox");
  const [, href] = new RegExp(`<a href="(http:[^"]*${path}\\?token=[\\w-]{43})"`).exec(body) ?? [];
  assert.ok(href, `no link to ${path}`);
  return href;
}
