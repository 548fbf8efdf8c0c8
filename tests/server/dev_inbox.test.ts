import assert from "node:assert/strict";
import { test } from "node:test";
import { DevInbox } from "../../server/dev_inbox.ts";
import { inboxPage } from "../../server/inbox_page.ts";
import { mailText } from "../../server/mail_text.ts";
import { createMailLinks } from "../../server/pages/mod.ts";

test("DevInbox keeps the newest mails up to its capacity, newest last", async () => {
  const inbox = new DevInbox(200);
  for (let index = 0; index < 201; index++) {
    await inbox.sendPasswordChanged({ username: `user-${index}`, email: "ada@example.org" });
  }
  const usernames = inbox.list().map(({ username }) => username);
  assert.deepEqual([usernames.length, usernames[0], usernames.at(-1)], [200, "user-1", "user-200"]);
  const page = inboxPage({ mails: inbox.list(), links: null }).content.markup;
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
  await inbox.sendEmailChange({ ...message, emailChangeToken: "e".repeat(43), expiresAt });
  await inbox.sendEmailChanged(message);
  await inbox.sendUsernameChanged({ ...message, earlierUsername: "countess" });
  await inbox.sendInvitation({ ...message, resetToken: "i".repeat(43), expiresAt });
  const to = { to: "ada@example.org", username: "ada" };
  assert.deepEqual(inbox.list().map(({ sentAt: _, ...mail }) => mail), [
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
    const findings = await new DevInbox(capacity).diagnose();
    assert.deepEqual(findings.map(({ code, level }) => [level, code]), [["unsafe", "no_real_sender"]]);
  }
});

test("inboxPage() shows mail as text, never as markup", async () => {
  const inbox = new DevInbox(200);
  await inbox.sendEmailVerified({ username: `<b>&'`, email: `"><script>@example.org` });
  const { markup } = inboxPage({ mails: inbox.list(), links: null }).content;
  assert.ok(markup.includes("<dd>&quot;&gt;&lt;script&gt;@example.org</dd>"));
  assert.ok(markup.includes('<p class="token">Hello &lt;b&gt;&amp;&#39;,</p>'));
  assert.doesNotMatch(markup, /<script|<b>/);
});

test("inboxPage() leads each token to its page, by the configured origin, and shows it where there are no pages (R54)", async () => {
  const inbox = new DevInbox(200);
  const message = { username: "ada", email: "ada@example.org", expiresAt: new Date(0) };
  await inbox.sendVerification({ ...message, verificationToken: "v".repeat(43) });
  await inbox.sendPasswordReset({ ...message, resetToken: "r".repeat(43) });
  await inbox.sendEmailChange({ ...message, emailChangeToken: "e".repeat(43) });
  const links = createMailLinks({ origin: "https://accounts.example.org", basePath: "/people" });
  const { markup } = inboxPage({ mails: inbox.list(), links }).content;
  assert.deepEqual([...markup.matchAll(/href="(https:[^"]*)"/g)].map(([, href]) => href), [
    `https://accounts.example.org/people/confirm-email?token=${"e".repeat(43)}`,
    `https://accounts.example.org/people/reset?token=${"r".repeat(43)}`,
    `https://accounts.example.org/people/verify?token=${"v".repeat(43)}`,
  ]);
  const without = inboxPage({ mails: inbox.list(), links: null }).content.markup;
  for (const token of ["r", "v", "e"]) assert.ok(without.includes(token.repeat(43)));
  assert.doesNotMatch(without, /href="https:/);
});

test("mailText() names the username in every kind of mail (R59)", async () => {
  const inbox = new DevInbox(200);
  const message = { username: "ada-lovelace", email: "ada@example.org" };
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
  const texts = inbox.list().map((mail) => mailText(mail, null));
  assert.equal(new Set(texts.map(({ subject }) => subject)).size, 9);
  for (const { subject, paragraphs } of texts) {
    const [, ...sentences] = paragraphs;
    assert.ok(sentences.some((sentence) => sentence.includes("ada-lovelace")), subject);
    assert.ok(sentences.some((sentence) => /\bIf (it|not|you)\b/.test(sentence)), subject);
  }
});
