import assert from "node:assert/strict";
import { test } from "node:test";
import { createMessages, ENGLISH, type MailContent, type MessagesOptions } from "@userharbor/messages";
import { everyMail, IN_A_DAY, lighthouse, TOKEN } from "./_messages.ts";

const OPTIONS: MessagesOptions = { appName: "Lighthouse", baseUrl: "https://lighthouse.example" };

/** What a custom username validator may let through. */
const HOSTILE = [
  "<b>ada</b>",
  "</p><script>alert(1)</script>",
  `"ada"'onmouseover='x`,
  "&lt;ada&gt;&amp;",
  "$&$1$`",
  "{token}",
];

/** Every value of an attribute `href`, as a browser reads it. */
function links({ html }: MailContent): string[] {
  return [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
}

test("createMessages() builds links from the configured address alone, below its path (R54)", async () => {
  const { verification, passwordReset, emailChange } = await everyMail(lighthouse());
  for (
    const [mail, page] of [[verification, "verify"], [passwordReset, "reset"], [
      emailChange,
      "confirm-email",
    ]] as const
  ) {
    const link = `https://lighthouse.example/accounts/${page}?token=${TOKEN}`;
    assert.ok(links(mail).includes(link));
    assert.ok(mail.text.split("\n").includes(link), "the link does not stand on a line of its own");
  }
  for (const mail of Object.values(await everyMail(lighthouse(), { username: "//evil.example/x" }))) {
    for (const href of links(mail)) assert.ok(href.startsWith("https://lighthouse.example/accounts"), href);
  }
});

test("createMessages() is refused without a safe address for its links (R54)", () => {
  for (const baseUrl of [undefined, null, 1, new URL("https://lighthouse.example")]) {
    assert.throws(() => Reflect.apply(createMessages, undefined, [{ ...OPTIONS, baseUrl }]), TypeError);
  }
  for (
    const baseUrl of [
      "",
      "lighthouse.example",
      "/accounts",
      "http://lighthouse.example",
      "http://localhost.evil.example",
      "ftp://lighthouse.example",
      "javascript:alert(1)",
      "https://ada:secret@lighthouse.example",
      "https://lighthouse.example/?a=b",
      "https://lighthouse.example/#a",
    ]
  ) {
    assert.throws(() => createMessages({ ...OPTIONS, baseUrl }), RangeError, baseUrl);
  }
  for (
    const baseUrl of [
      "http://localhost:8000",
      "http://127.0.0.1:8000/",
      "http://[::1]/",
      "http://app.localhost",
    ]
  ) {
    assert.doesNotThrow(() => createMessages({ ...OPTIONS, baseUrl }), baseUrl);
  }
});

test("createMessages() puts the token where `links` says, in the fragment too, and asks that it is there once", async () => {
  const messages = createMessages({
    ...OPTIONS,
    baseUrl: "https://lighthouse.example/",
    links: { verification: "/#/verify/{token}", askForPassword: "/#/forgot" },
  });
  const { verification, passwordReset, passwordChanged } = await everyMail(messages);
  assert.ok(links(verification).includes(`https://lighthouse.example/#/verify/${TOKEN}`));
  assert.ok(links(passwordReset).includes(`https://lighthouse.example/reset?token=${TOKEN}`));
  assert.ok(links(passwordChanged).includes("https://lighthouse.example/#/forgot"));
  for (
    const path of [
      "verify/{token}",
      "/verify",
      "/{token}/{token}",
      "/a b{token}",
      "/\\{token}",
      "@evil{token}",
    ]
  ) {
    assert.throws(() => createMessages({ ...OPTIONS, links: { verification: path } }), RangeError, path);
  }
  assert.throws(() => createMessages({ ...OPTIONS, links: { askForPassword: "/{token}" } }), RangeError);
});

test("createMessages() escapes every value in HTML, and changes none in plain text", async () => {
  for (const username of HOSTILE) {
    const mails = await everyMail(lighthouse({ appName: `A&B "<i>"` }), {
      username,
      earlierUsername: username,
    });
    for (const { text, html } of Object.values(mails)) {
      assert.ok(text.includes(username) && text.includes(`A&B "<i>"`));
      assert.ok(html.includes("A&amp;B &quot;&lt;i&gt;&quot;"));
      assert.doesNotMatch(html, /<(?:b|script|i)>|onmouseover='/);
      assert.deepEqual(
        [...html.matchAll(/<(\w+)/g)].map(([, tag]) => tag).filter((tag) =>
          !/^(?:html|head|meta|title|body|div|h1|p|a|br)$/.test(tag ?? "")
        ),
        [],
      );
    }
  }
});

test("createMessages() isolates a name that is written the other way", async () => {
  const { passwordChanged } = await everyMail(lighthouse(), { username: "\u05D0\u05D3\u05D4" });
  for (const part of [passwordChanged.text, passwordChanged.html]) {
    assert.ok(part.includes("\u2068\u05D0\u05D3\u05D4\u2069"));
  }
});

test("createMessages() makes HTML that says its language and direction twice, and loads nothing", async () => {
  const arabic = { ...ENGLISH, direction: "rtl" as const };
  const messages = lighthouse({ wordings: { ar: arabic } });
  for (const [locale, direction] of [["en", "ltr"], ["ar", "rtl"]] as const) {
    for (const { subject, html } of Object.values(await everyMail(messages, { locale }))) {
      const language = `lang="${locale}" dir="${direction}"`;
      assert.ok(html.startsWith(`<!DOCTYPE html>\n<html ${language}>`));
      assert.ok(html.includes(`<div ${language} `));
      assert.ok(html.includes(`<title>${subject}</title>`) && html.includes(`>${subject}</h1>`));
      assert.doesNotMatch(html, /<(?:img|script|style|link|iframe|form|table)\b|\bsrc=|url\(|@import/i);
      for (const href of links({ subject, html, text: "" })) assert.match(href, /^https:/);
    }
  }
});

test("createMessages() makes subjects of one line, whatever an application calls itself or overrides", async () => {
  for (
    const appName of ["", "   ", "A\r\nBcc: mallory@example.org", "A\u2028B", "\0", "a".repeat(65), "\uD800"]
  ) {
    assert.throws(() => createMessages({ ...OPTIONS, appName }), RangeError);
  }
  assert.throws(() => Reflect.apply(createMessages, undefined, [{ ...OPTIONS, appName: 1 }]), TypeError);
  const injected = "Hello\r\nBcc: mallory@example.org\n\n\u2028<p>\u0000";
  const messages = lighthouse({
    overrides: { accountDeleted: (_, { standard }) => ({ ...standard, subject: injected }) },
    wordings: { en: { ...ENGLISH, emailChanged: { ...ENGLISH.emailChanged, subject: () => injected } } },
  });
  const { accountDeleted, emailChanged } = await everyMail(messages);
  for (const { subject } of [accountDeleted, emailChanged]) {
    assert.equal(subject, "Hello Bcc: mallory@example.org <p>");
  }
});

test("createMessages() lets an application word each mail for itself, and leaves the others alone", async () => {
  const standard = await everyMail(lighthouse(), { locale: "de" });
  const seen: unknown[] = [];
  const overridden = await everyMail(
    lighthouse({
      overrides: {
        verification: async (
          { username, verificationToken },
          { link, expiresIn, locale, appName, layOut },
        ) => {
          seen.push(verificationToken, link, expiresIn, locale, appName);
          const content = [`Ahoy ${username}<`, { text: "Aboard", href: link ?? "", isButton: true }];
          return await Promise.resolve(layOut({ subject: "Ahoy", content }));
        },
        accountDeleted: (_, tools) => {
          seen.push(tools.link, tools.expiresIn);
          return { ...tools.standard, text: "Gone" };
        },
      },
    }),
    { locale: "de" },
  );
  const link = `https://lighthouse.example/accounts/verify?token=${TOKEN}`;
  assert.deepEqual(seen, [TOKEN, link, "24 Stunden", "de", "Lighthouse", null, null]);
  const { verification, accountDeleted, ...others } = overridden;
  assert.equal(verification.subject, "Ahoy");
  assert.equal(
    verification.text,
    `Ahoy ada.lovelace<\n\nAboard\n${link}\n\nLighthouse\nhttps://lighthouse.example/accounts\n`,
  );
  assert.ok(
    verification.html.includes("<p style=") && verification.html.includes("Ahoy ada.lovelace&lt;</p>"),
  );
  assert.deepEqual(accountDeleted, { ...standard.accountDeleted, text: "Gone" });
  assert.deepEqual(
    others,
    Object.fromEntries(Object.keys(others).map((kind) => [kind, Reflect.get(standard, kind)])),
  );
});

test("createMessages() refuses an override without a text part, and a link that leads to no page", async () => {
  const message = { username: "ada", email: "ada@example.org" };
  for (const lacking of [{ text: "" }, { html: " " }, { subject: "\n" }]) {
    const messages = lighthouse({
      overrides: { accountDeleted: (_, { standard }) => ({ ...standard, ...lacking }) },
    });
    await assert.rejects(messages.accountDeleted(message), TypeError);
  }
  for (const href of ["javascript:alert(1)", "/verify", "data:text/html,x", ""]) {
    const content = [{ text: "here", href }];
    const messages = lighthouse({
      overrides: { accountDeleted: (_, { layOut }) => layOut({ subject: "s", content }) },
    });
    await assert.rejects(messages.accountDeleted(message), TypeError, href);
  }
});

test("createMessages() refuses options that do not exist or cannot be", () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(ENGLISH).filter(([key]) => key !== name));
  const typeErrors = [
    undefined,
    null,
    {},
    { ...OPTIONS, baseURL: "https://lighthouse.example" },
    { ...OPTIONS, links: { verify: "/{token}" } },
    { ...OPTIONS, links: { verification: 1 } },
    { ...OPTIONS, overrides: { welcome: () => {} } },
    { ...OPTIONS, overrides: { verification: "Ahoy" } },
    { ...OPTIONS, clock: new Date() },
    { ...OPTIONS, contact: 1 },
    { ...OPTIONS, wordings: { es: without("expiry") } },
    { ...OPTIONS, wordings: { es: { ...ENGLISH, verification: { subject: () => "" } } } },
    { ...OPTIONS, wordings: { es: null } },
  ];
  for (const options of typeErrors) {
    assert.throws(() => Reflect.apply(createMessages, undefined, [options]), TypeError);
  }
  const rangeErrors = [
    { locale: "es" },
    { wordings: { "not a tag": ENGLISH } },
    { contact: "ada@example.org, mallory@example.org" },
    { contact: "http://lighthouse.example" },
    { contact: "javascript:alert(1)" },
    { contact: "<b>@example.org" },
  ];
  for (const options of rangeErrors) {
    assert.throws(() => createMessages({ ...OPTIONS, ...options }), RangeError);
  }
});

test("createMessages() takes a language of an application's own, whole", async () => {
  const spanish = { ...ENGLISH, greeting: () => "Hola," };
  const messages = createMessages({ ...OPTIONS, locale: "es", wordings: { es: spanish } });
  const { text } = await messages.verification({
    username: "ada",
    email: "ada@example.org",
    locale: "tlh",
    verificationToken: TOKEN,
    expiresAt: IN_A_DAY,
  });
  assert.ok(text.startsWith("Hola,\n"));
});
