import assert from "node:assert/strict";
import { test } from "node:test";
import { DevInbox } from "../../server/dev_inbox.ts";
import { inboxPage } from "../../server/inbox_page.ts";
import { createMessages } from "@userharbor/messages";

const MESSAGES = createMessages({ appName: "Accounts", baseUrl: "https://accounts.example.org/people" });

test("DevInbox keeps the newest mails up to its capacity, newest last", async () => {
  const inbox = new DevInbox({ capacity: 200, messages: MESSAGES });
  for (let index = 0; index < 201; index++) {
    await inbox.sendPasswordChanged({ username: `user-${index}`, email: "ada@example.org" });
  }
  const usernames = inbox.list().map(({ username }) => username);
  assert.deepEqual([usernames.length, usernames[0], usernames.at(-1)], [200, "user-1", "user-200"]);
  const page = inboxPage(inbox.list()).content.markup;
  assert.ok(page.indexOf("user-200") < page.indexOf("user-199"));
});

test("DevInbox keeps nothing with a capacity of 0", async () => {
  const inbox = new DevInbox({ capacity: 0, messages: MESSAGES });
  await inbox.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
  assert.deepEqual(inbox.list(), []);
});

test("DevInbox names every kind of mail, and shows tokens only where there are any", async () => {
  const inbox = new DevInbox({ capacity: 200, messages: MESSAGES });
  const message = { username: "ada", email: "ada@example.org" };
  const expiresAt = new Date(0);
  await inbox.sendVerification({ ...message, verificationToken: "v".repeat(43), expiresAt });
  await inbox.sendPasswordReset({ ...message, resetToken: "r".repeat(43), expiresAt });
  await inbox.sendEmailVerified(message);
  await inbox.sendPasswordChanged(message);
  await inbox.sendAccountDeleted(message);
  await inbox.sendAddressInUse(message);
  await inbox.sendEmailChange({ ...message, emailChangeToken: "e".repeat(43), expiresAt });
  await inbox.sendEmailChanged(message);
  await inbox.sendUsernameChanged({ ...message, earlierUsername: "countess" });
  await inbox.sendInvitation({ ...message, resetToken: "i".repeat(43), expiresAt });
  const to = { to: "ada@example.org", username: "ada" };
  assert.deepEqual(inbox.list().map(({ sentAt: _at, content: _words, ...mail }) => mail), [
    { kind: "verification", ...to, token: "v".repeat(43) },
    { kind: "password_reset", ...to, token: "r".repeat(43) },
    { kind: "email_verified", ...to },
    { kind: "password_changed", ...to },
    { kind: "account_deleted", ...to },
    { kind: "address_in_use", ...to },
    { kind: "email_change", ...to, token: "e".repeat(43) },
    { kind: "email_changed", ...to },
    { kind: "username_changed", ...to, earlierUsername: "countess" },
    { kind: "invitation", ...to, token: "i".repeat(43) },
  ]);
});

test("DevInbox says that it is no sender, whether or not it keeps anything", async () => {
  for (const capacity of [0, 200]) {
    const findings = await new DevInbox({ capacity, messages: null }).diagnose();
    assert.deepEqual(findings.map(({ code, level }) => [level, code]), [["unsafe", "no_real_sender"]]);
  }
});

test("inboxPage() shows mail as text, never as markup", async () => {
  const inbox = new DevInbox({ capacity: 200, messages: MESSAGES });
  await inbox.sendEmailVerified({ username: `<b>&'`, email: `"><script>@example.org` });
  const { markup } = inboxPage(inbox.list()).content;
  assert.ok(markup.includes("<dd>&quot;&gt;&lt;script&gt;@example.org</dd>"));
  assert.ok(markup.includes('<p class="token">Hello &lt;b&gt;&amp;&#39;,</p>'));
  assert.doesNotMatch(markup, /<script|<b>/);
});

test("inboxPage() shows mail in the words of every other mail, each link to its page at the configured address (R54)", async () => {
  const inbox = new DevInbox({ capacity: 200, messages: MESSAGES });
  const message = { username: "ada", email: "ada@example.org", expiresAt: new Date(Date.now() + 3_600_000) };
  await inbox.sendVerification({ ...message, verificationToken: "v".repeat(43) });
  await inbox.sendPasswordReset({ ...message, resetToken: "r".repeat(43), locale: "de" });
  await inbox.sendEmailChange({ ...message, emailChangeToken: "e".repeat(43) });
  await inbox.sendInvitation({ ...message, resetToken: "i".repeat(43) });
  const { markup } = inboxPage(inbox.list()).content;
  const place = "https://accounts.example.org/people";
  const links = [...markup.matchAll(/<a href="(https:[^"]*\?[^"]*)">([^<]*)</g)];
  assert.deepEqual(links.map(([, href, words]) => [href, words]), [
    [`${place}/reset?token=${"i".repeat(43)}`, "Choose my password"],
    [`${place}/confirm-email?token=${"e".repeat(43)}`, "Confirm this address"],
    [`${place}/reset?token=${"r".repeat(43)}`, "Neues Passwort festlegen"],
    [`${place}/verify?token=${"v".repeat(43)}`, "Verify my address"],
  ]);
  for (const { content } of inbox.list()) {
    const language = content?.subject.startsWith("Neues") ? "de" : "en";
    assert.ok(content !== null && markup.includes(`<h2 lang="${language}">${content.subject}</h2>`));
  }
  assert.match(markup, /The link works for 1 hour, and only once\./);
});

test("inboxPage() shows tokens alone where there is no page to lead to (R54)", async () => {
  const inbox = new DevInbox({ capacity: 200, messages: null });
  const message = { username: "<ada>", email: "ada@example.org", expiresAt: new Date(0) };
  await inbox.sendVerification({ ...message, verificationToken: "v".repeat(43) });
  await inbox.sendPasswordChanged(message);
  const { markup } = inboxPage(inbox.list()).content;
  assert.ok(markup.includes("v".repeat(43)) && markup.includes("&lt;ada&gt;"));
  assert.doesNotMatch(markup, /href="https?:/);
});
