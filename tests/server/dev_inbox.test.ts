import assert from "node:assert/strict";
import { test } from "node:test";
import { DevInbox } from "../../server/dev_inbox.ts";

test("DevInbox keeps the newest mails up to its capacity, newest last", async () => {
  const inbox = new DevInbox(200);
  for (let index = 0; index < 201; index++) {
    await inbox.sendPasswordChanged({ username: `user-${index}`, email: "ada@example.org" });
  }
  const usernames = inbox.list().map(({ username }) => username);
  assert.deepEqual([usernames.length, usernames[0], usernames.at(-1)], [200, "user-1", "user-200"]);
  const page = inbox.toHtml().markup;
  assert.ok(page.indexOf("user-200") < page.indexOf("user-199"));
});

test("DevInbox keeps nothing with a capacity of 0", async () => {
  const inbox = new DevInbox(0);
  await inbox.sendPasswordChanged({ username: "ada", email: "ada@example.org" });
  assert.deepEqual(inbox.list(), []);
});

test("DevInbox names every kind of mail, and shows tokens only where there are any", async () => {
  const inbox = new DevInbox(200);
  const message = { username: "ada", email: "ada@example.org" };
  const expiresAt = new Date(0);
  await inbox.sendVerification({ ...message, verificationToken: "v".repeat(43), expiresAt });
  await inbox.sendPasswordReset({ ...message, resetToken: "r".repeat(43), expiresAt });
  await inbox.sendEmailVerified(message);
  await inbox.sendPasswordChanged(message);
  await inbox.sendAccountDeleted(message);
  await inbox.sendAddressInUse(message);
  const to = { to: "ada@example.org", username: "ada" };
  assert.deepEqual(inbox.list().map(({ sentAt: _, ...mail }) => mail), [
    { kind: "verification", ...to, token: "v".repeat(43) },
    { kind: "password_reset", ...to, token: "r".repeat(43) },
    { kind: "email_verified", ...to },
    { kind: "password_changed", ...to },
    { kind: "account_deleted", ...to },
    { kind: "address_in_use", ...to },
  ]);
});

test("DevInbox.toHtml() shows mail as text, never as markup", async () => {
  const inbox = new DevInbox(200);
  await inbox.sendEmailVerified({ username: `<b>&'`, email: `"><script>@example.org` });
  const { markup } = inbox.toHtml();
  assert.ok(markup.includes("<td>&quot;&gt;&lt;script&gt;@example.org</td>"));
  assert.ok(markup.includes("<td>&lt;b&gt;&amp;&#39;</td>"));
});
