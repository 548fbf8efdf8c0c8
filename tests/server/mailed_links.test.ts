import assert from "node:assert/strict";
import test from "node:test";
import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher } from "@userharbor/core/testing";
import { createSessionCookie } from "@userharbor/http";
import { MemoryUserStore } from "@userharbor/memory";
import { createMessages, MessageSender, type OutgoingMail } from "@userharbor/messages";
import { createPages, html, pagePaths } from "../../server/pages/mod.ts";
import { ORIGIN, PASSWORD } from "./_pages_world.ts";
import { Visitor } from "./_visitor.ts";

const BASE_PATH = "/people";
const TOKEN = "-Vq3x_pLr8Tz0mWc5Jd7Yb2Nf4Hs6Kg9Ua1Ei-Xo_w8";

class Mailbox extends MessageSender {
  readonly #mails: OutgoingMail[] = [];

  protected override deliver(mail: OutgoingMail): Promise<void> {
    this.#mails.push(mail);
    return Promise.resolve();
  }

  /** Every place that the newest mail leads to, in both of its parts. */
  links(): { readonly text: readonly string[]; readonly html: readonly string[] } {
    const { text = "", html: markup = "" } = this.#mails.at(-1) ?? {};
    return {
      text: [...text.matchAll(/^https?:\S+$/gm)].map(([link]) => link),
      html: [...markup.matchAll(/ href="([^"]*)"/g)].map(([, link = ""]) => link),
    };
  }
}

test("createMessages() leads to where the pages are unless told otherwise (R54)", async () => {
  const { verify, reset, confirmEmail, forgot } = pagePaths(BASE_PATH);
  const mailbox = new Mailbox(createMessages({ appName: "Accounts", baseUrl: ORIGIN + BASE_PATH }));
  const to = { username: "ada", email: "ada@example.org", expiresAt: new Date(0) };
  await mailbox.sendVerification({ ...to, verificationToken: TOKEN });
  assert.equal(mailbox.links().text[0], `${ORIGIN}${verify}?token=${TOKEN}`);
  await mailbox.sendPasswordReset({ ...to, resetToken: TOKEN });
  assert.equal(mailbox.links().text[0], `${ORIGIN}${reset}?token=${TOKEN}`);
  await mailbox.sendEmailChange({ ...to, emailChangeToken: TOKEN });
  assert.equal(mailbox.links().text[0], `${ORIGIN}${confirmEmail}?token=${TOKEN}`);
  await mailbox.sendPasswordChanged(to);
  assert.equal(mailbox.links().text[0], ORIGIN + forgot);
});

test("every link of a mail is opened by programs in vain, and works for the person who confirms (R53)", async () => {
  const mailbox = new Mailbox(createMessages({ appName: "Accounts", baseUrl: ORIGIN }));
  const passwordHasher = new FastPasswordHasher();
  const harbor = new UserHarbor({ store: new MemoryUserStore(), emailSender: mailbox, passwordHasher });
  const handle = createPages(harbor, {
    cookie: createSessionCookie({ origin: ORIGIN }),
    name: "Accounts",
    introduction: html`<p>Welcome.</p>`,
    mailHint: html`<p>The hint.</p>`,
  });
  const visitor = new Visitor(async (request) => await handle(request) ?? new Response(null), ORIGIN);

  /** What a program does that looks a mail through before the person does. */
  async function scan(): Promise<string> {
    await harbor.settled();
    const { text, html: anchors } = mailbox.links();
    for (const link of [...text, ...anchors]) {
      for (let time = 0; time < 5; time++) {
        for (const method of ["GET", "HEAD"]) await handle(new Request(link, { method }));
      }
    }
    assert.ok(text[0] !== undefined && anchors.includes(text[0]));
    return text[0];
  }

  const ada = { username: "ada", email: "ada@example.org", password: PASSWORD };
  await harbor.register(ada);
  await visitor.open(await scan());
  await visitor.submit("Verify my address");
  const { sessionToken } = await harbor.login(ada);

  await harbor.changeEmail({ sessionToken, password: PASSWORD, newEmail: "ada@example.net" });
  await visitor.open(await scan());
  await visitor.submit(visitor.page.forms[0]?.button ?? "");
  await harbor.settled();
  assert.equal((await harbor.getCurrentUser(sessionToken)).email, "ada@example.net");

  await harbor.sendPasswordReset("ada@example.net");
  await visitor.open(await scan());
  const { button = "", fields = {} } = visitor.page.forms[0] ?? {};
  const [password = ""] = Object.keys(fields).filter((name) => name !== "token");
  await visitor.submit(button, { [password]: "another good and long password" });
  await harbor.settled();
  assert.equal(await harbor.verifySession(sessionToken), false);
  await harbor.login({ ...ada, password: "another good and long password" });
});
