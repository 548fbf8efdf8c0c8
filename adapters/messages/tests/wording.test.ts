import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { ENGLISH, FRENCH, GERMAN, type MailContent, type MailWording } from "@userharbor/messages";
import { everyMail, IN_A_DAY, lighthouse, NOW, TOKEN } from "./_messages.ts";

const LANGUAGES: readonly (readonly [locale: string, wording: MailWording])[] = [
  ["en", ENGLISH],
  ["de", GERMAN],
  ["fr", FRENCH],
];

/** Rewrites what mails are compared with; look at the difference before you commit it. */
const REWRITES = process.env["REWRITE_SNAPSHOTS"] === "1";

function snapshotOf(mails: Readonly<Record<string, MailContent>>): string {
  return Object.entries(mails).map(([kind, { subject, text, html }]) =>
    `=== ${kind}\nSubject: ${subject}\n\n${text}\n--- HTML\n${html}`
  ).join("\n");
}

for (const [locale] of LANGUAGES) {
  test(`createMessages() words every mail in ${locale} as recorded`, async () => {
    const mails = snapshotOf(await everyMail(lighthouse(), { locale }));
    const path = new URL(`./snapshots/${locale}.txt`, import.meta.url);
    if (REWRITES) writeFileSync(path, mails);
    assert.ok(existsSync(path));
    assert.equal(mails, readFileSync(path, "utf8").replaceAll("\r\n", "\n"));
  });
}

test("MailWording has no word that may be missing, at any depth", () => {
  type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
  type Inner = Extract<MailWording[keyof MailWording], { readonly subject: unknown }>;
  const noneIsOptional: [Optional<MailWording>, Optional<Inner>] extends [never, never] ? true : false = true;
  assert.ok(noneIsOptional);
  type Lacks<K extends keyof MailWording> = Omit<MailWording, K> extends MailWording ? true : false;
  const lacks: { readonly [K in keyof MailWording]: Lacks<K> } = {
    direction: false,
    greeting: false,
    duration: false,
    expiry: false,
    bareLink: false,
    askForPassword: false,
    contact: false,
    verification: false,
    passwordReset: false,
    invitation: false,
    emailChange: false,
    emailVerified: false,
    passwordChanged: false,
    accountDeleted: false,
    addressInUse: false,
    emailChanged: false,
    usernameChanged: false,
  };
  assert.deepEqual(Object.keys(lacks).toSorted(), Object.keys(ENGLISH).toSorted());
});

test("every language says everything in words of its own", async () => {
  const texts = await Promise.all(LANGUAGES.map(([locale]) => everyMail(lighthouse(), { locale })));
  for (
    const kind of ["verification", "passwordReset", "invitation", "emailChange", "emailVerified"] as const
  ) {
    assert.equal(new Set(texts.map((mails) => mails[kind].subject)).size, LANGUAGES.length);
    assert.equal(new Set(texts.map((mails) => mails[kind].text)).size, LANGUAGES.length);
  }
  for (const mails of texts) {
    assert.equal(new Set(Object.values(mails).map(({ subject }) => subject)).size, 10);
  }
});

test("every mail names the application and the account, and says what to do if it was somebody else (R59)", async () => {
  for (const [locale, wording] of LANGUAGES) {
    const mails = await everyMail(lighthouse(), { locale });
    const facts = { appName: "Lighthouse", username: "ada.lovelace", earlierUsername: "countess" };
    for (const kind of Object.keys(mails) as (keyof typeof mails)[]) {
      const { subject, text, html } = mails[kind];
      assert.ok(subject.includes("Lighthouse"), `${locale} ${kind}`);
      for (const part of [text, html]) {
        assert.ok(part.includes("ada.lovelace"), `${locale} ${kind}`);
        assert.ok(part.includes(wording[kind].ifNotYou(facts).replaceAll("'", "&#39;")), `${locale} ${kind}`);
      }
    }
  }
});

test("notices of what a thief of the password does lead to a new password, or to whoever can help (R59)", async () => {
  const mails = await everyMail(lighthouse());
  const forgot = "https://lighthouse.example/accounts/forgot";
  for (const kind of ["emailVerified", "passwordChanged", "addressInUse", "usernameChanged"] as const) {
    assert.ok(mails[kind].text.includes(forgot) && mails[kind].html.includes(`href="${forgot}"`), kind);
  }
  for (const kind of ["passwordChanged", "accountDeleted", "emailChanged", "usernameChanged"] as const) {
    for (const part of [mails[kind].text, mails[kind].html]) {
      assert.ok(part.includes("help@lighthouse.example"), kind);
    }
  }
});

test("createMessages() says for how long a link works, and never for longer", async () => {
  const spans: readonly (readonly [seconds: number, words: string])[] = [
    [-5, "1 minute"],
    [20, "1 minute"],
    [90, "2 minutes"],
    [1_800, "30 minutes"],
    [3_599.9, "1 hour"],
    [3_600, "1 hour"],
    [5_400, "90 minutes"],
    [7_200, "2 hours"],
    [10_000, "2 hours"],
    [86_399.95, "24 hours"],
    [86_400, "24 hours"],
    [172_799.9, "2 days"],
    [604_800, "7 days"],
  ];
  for (const [seconds, words] of spans) {
    const expiresAt = new Date(NOW.getTime() + seconds * 1_000);
    const message = { username: "ada", email: "ada@example.org", verificationToken: TOKEN, expiresAt };
    const { text } = await lighthouse().verification(message);
    assert.ok(text.includes(`The link works for ${words}, and only once.`), words);
  }
  const message = {
    username: "ada",
    email: "ada@example.org",
    verificationToken: TOKEN,
    expiresAt: IN_A_DAY,
  };
  for (const [locale, words] of [["de", "24 Stunden lang"], ["fr", "pendant 24 heures"]] as const) {
    assert.ok((await lighthouse().verification({ ...message, locale })).text.includes(words));
  }
});

test("createMessages() settles on the longest prefix of the language that there are words in, else on its own", async () => {
  const subject = async (locale: string | undefined, own = "en") => {
    const to = { username: "ada", email: "ada@example.org", ...(locale === undefined ? {} : { locale }) };
    const swiss = { ...GERMAN, greeting: () => "Grüezi," };
    const messages = lighthouse({ locale: own, wordings: { "de-CH": swiss } });
    const { text, html } = await messages.accountDeleted(to);
    return `${/<html lang="([^"]*)"/.exec(html)?.[1]} ${text.split("\n", 1)[0]}`;
  };
  const german = "de Guten Tag ada,";
  const settled: readonly (readonly [asked: string | undefined, own: string, words: string])[] = [
    ["de", "en", german],
    ["DE-at", "en", german],
    ["de_AT", "en", german],
    ["de-Latn-DE-1996", "en", german],
    ["de-ch", "en", "de-CH Grüezi,"],
    ["de-CH-1901", "en", "de-CH Grüezi,"],
    ["den", "fr", "fr Bonjour ada,"],
    ["tlh", "en", "en Hello ada,"],
    [undefined, "de", german],
    ["", "fr", "fr Bonjour ada,"],
    ["not a language tag", "en", "en Hello ada,"],
    ["__proto__", "en", "en Hello ada,"],
    [`de${"-x".repeat(10_000)}`, "en", german],
  ];
  for (const [asked, own, words] of settled) assert.equal(await subject(asked, own), words);
});
