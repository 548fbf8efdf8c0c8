import assert from "node:assert/strict";
import test from "node:test";
import { emailOf, hasCode, openHarbor, outcomes, PASSWORD, untyped } from "./_harness.ts";
import { isUserHarborError, type RegisterInput } from "../mod.ts";

const ADA: RegisterInput = { username: "Ada", email: "Ada@Example.org", password: PASSWORD };

test("register() opens an unverified account with the canonical address, and mails its token", async () => {
  const life = openHarbor();
  await life.harbor.register(ADA, { locale: "de" });
  assert.deepEqual(life.mails, [], "the answer waited for the mail");
  await life.harbor.settled();
  const user = await life.store.getUserByUsername("ada");
  assert.match(user?.id ?? "", /^[0-9a-f-]{36}$/);
  assert.deepEqual(user, {
    id: user?.id,
    username: "Ada",
    email: "ada@example.org",
    verified: false,
    createdAt: life.clock.now(),
  });
  const token = life.emailSender.tokenFor("verification", "ada@example.org");
  const expiresAt = new Date(life.clock.now().getTime() + 86_400_000);
  assert.deepEqual(life.mails, [
    { kind: "verification", to: "ada@example.org", username: "Ada", token, expiresAt, locale: "de" },
  ]);
});

test("register() judges username, address and password in this order, before it asks the store (R17)", async () => {
  const life = openHarbor();
  const { harbor } = life;
  const bad = { username: "a b", email: "nowhere", password: "short" };
  await life.refuses("invalid_username", () => harbor.register(bad));
  await life.refuses("invalid_email", () => harbor.register({ ...bad, username: "ada" }));
  await life.refuses("weak_password", () => harbor.register({ ...bad, username: "ada", email: ADA.email }));
  assert.equal(life.calls.length, 0);
  assert.equal(life.hashes, 0);
});

test("register() refuses a taken username without hashing, in any case and width (R17, R29)", async () => {
  const life = openHarbor({ usernameValidator: () => true });
  const { harbor } = life;
  await harbor.register({ ...ADA, username: "Bob\u00e9k" });
  await harbor.settled();
  const hashed = life.passwordHasher.hashed;
  const variants = ["Bob\u00e9k", "bobe\u0301k", "\uff22\uff2f\uff22\u00c9\uff2b", "bob\u00e9\u212a"];
  for (const username of variants) {
    await life.refuses("username_taken", () => harbor.register({ ...ADA, username, email: "b@example.org" }));
  }
  assert.equal(life.passwordHasher.hashed, hashed);
});

test("register() turns a username taken since the lookup into username_taken (T1)", async () => {
  const life = openHarbor();
  const found = await outcomes([
    life.harbor.register({ ...ADA, email: "one@example.org" }),
    life.harbor.register({ ...ADA, username: "ADA", email: "two@example.org" }),
  ]);
  assert.deepEqual(found, { ok: 1, username_taken: 1 });
  await life.harbor.settled();
  assert.equal(life.mails.length, 1);
});

test("register() takes nothing but true for a yes from either validator", async () => {
  for (const answer of [false, undefined, null, 1, {}, Promise.resolve(undefined), Promise.resolve(false)]) {
    const deny = () => untyped<boolean>(answer);
    const life = openHarbor({ passwordValidator: deny });
    await life.refuses("weak_password", () =>
      life.harbor.register(ADA).catch((error) => {
        assert.equal("reason" in error, false, "what is no text is no reason");
        throw error;
      }));
    const other = openHarbor({ usernameValidator: deny });
    await other.refuses("invalid_username", () => other.harbor.register(ADA));
  }
  const life = openHarbor({
    usernameValidator: async () => await true,
    passwordValidator: async () => await true,
  });
  await life.harbor.register({ ...ADA, username: "\u00e9", password: "" });
});

test("register() lets what a validator throws pass through, and writes nothing", async () => {
  const failure = new Error("breach service down");
  const fail = () => Promise.reject(failure);
  for (const overrides of [{ passwordValidator: fail }, { usernameValidator: fail }]) {
    const life = openHarbor(overrides);
    await assert.rejects(life.harbor.register(ADA), (error) => error === failure);
    assert.equal(life.calls.length, 0);
  }
});

test("register() by default takes 3 to 64 ASCII letters, digits, _ - . as a username (R30)", async () => {
  const life = openHarbor();
  const bad = [
    "ab",
    "a".repeat(65),
    "ada lovelace",
    "ada\n",
    "ad\u0430",
    "\u00e9dith",
    "a@b",
    "",
    "ada!",
    "\uff41da",
  ];
  for (const username of bad) {
    await life.refuses("invalid_username", () => life.harbor.register({ ...ADA, username }));
  }
  for (const username of ["abc", "a".repeat(64), "A.b-c_9", "..."]) {
    await life.harbor.register({ ...ADA, username });
  }
});

test("register() refuses @, white space, controls and surrogates whatever the validator says (V13)", async () => {
  const life = openHarbor({ usernameValidator: () => true });
  const bad = [
    "a@b",
    "a\uff20b",
    "a b",
    "a\u3000b",
    "a\u00a0b",
    "a\tb",
    "ab\n",
    "a\u0000b",
    "a\u0085b",
  ];
  const worse = ["a\u200bb", "a\u202eb", "a\ud800b", "", "x".repeat(256), "\u00a0", "a\u2028b", "\ufeffab"];
  for (const username of [...bad, ...worse]) {
    await life.refuses("invalid_username", () => life.harbor.register({ ...ADA, username }));
  }
  assert.equal(life.calls.length, 0);
});

test("register() refuses what is not one plain address (R32, R33)", async () => {
  const life = openHarbor();
  // deno-fmt-ignore
  const bad: unknown[] = [
    "", "ada", "@example.org", "ada@", "ada@example", "a@b@example.org", "ada@exa mple.org",
    "ada@example.org@example.com",
    "ada@example.org\n", "\nada@example.org", " ada@example.org", "ada@example.org ",
    "ada@example.org\r\nBcc: eve@example.org", "ada@example.org\u0000", "ada\u0000@example.org",
    '"ada"@example.org', '"ada@evil.org x"@example.org', "ada@evil.org,ada@example.org",
    "ada,eve@example.org", "ada;eve@example.org", "ada\u037eeve@example.org",
    "ada\uff20evil.org@example.org", "ada\uff20example.org", "ada\ufe6bexample.org", "<ada@example.org>",
    "Ada <ada@example.org>", "ada@[127.0.0.1]", "ada@-example.org", "ada@example-.org", "ada@example..org",
    "ada@.example.org", "ada@example.org.", ".ada@example.org", "ada.@example.org", "a..da@example.org",
    "ada:x@example.org", "ada(x)@example.org", "ada\\@example.org", "ada\u200b@example.org",
    "ada\ud800@example.org", "ada@exa\u00admple.org", "\ufb01ona@example.org",
    `${"a".repeat(65)}@example.org`, `ada@${"a".repeat(64)}.org`, `ada@${"a.".repeat(125)}org`,
    "\u00e9".repeat(40) + "@example.org", "a".repeat(1 << 20), ["ada@example.org"],
    ["ada@example.org", "eve@example.org"], { toString: () => "ada@example.org" }, null, undefined, 0, true,
    new String("ada@example.org"),
  ];
  for (const email of bad) {
    await life.refuses("invalid_email", () => life.harbor.register({ ...ADA, email: untyped(email) }));
  }
  assert.equal(life.calls.length, 0);
});

test("register() keeps +tags and dots, and every letter people write with (R34)", async () => {
  const life = openHarbor();
  const addresses = [
    ["Ada.B+tag@Example.ORG", "ada.b+tag@example.org"],
    ["o'brien@example.org", "o'brien@example.org"],
    ["J\u00d6RG@m\u00fcnchen.example", "j\u00f6rg@m\u00fcnchen.example"],
    ["jo\u0308rg@example.org", "j\u00f6rg@example.org"],
    ["m\u0131ke@example.org", "m\u0131ke@example.org"],
    [`${"a".repeat(64)}@example.org`, `${"a".repeat(64)}@example.org`],
  ];
  for (const [index, [email = "", stored]] of addresses.entries()) {
    await life.harbor.register({ ...ADA, username: `user-${index}`, email });
    assert.equal((await life.store.getUserByUsername(`user-${index}`))?.email, stored);
  }
});

test("register() of a name or password that is no string is refused (R33)", async () => {
  const life = openHarbor({ usernameValidator: () => true, passwordValidator: () => true });
  for (
    const value of [undefined, null, 0, true, ["ada"], {}, new String("ada"), Symbol("ada"), 1n, () => "ada"]
  ) {
    await life.refuses("invalid_username", () => life.harbor.register({ ...ADA, username: untyped(value) }));
    await life.refuses("weak_password", () => life.harbor.register({ ...ADA, password: untyped(value) }));
  }
  await life.refuses("invalid_username", () => life.harbor.register(untyped(undefined)));
  await life.refuses("invalid_username", () => life.harbor.register(untyped(null)));
  assert.equal(life.calls.length, 0);
});

test("register() stores only the fields it knows, whatever else it is handed (R42)", async () => {
  const life = openHarbor();
  const planted = { id: "1", verified: true, passwordHash: "$x", createdAt: new Date(0), usernameKey: "eve" };
  await life.harbor.register(untyped({ ...ADA, ...planted, roles: ["admin"], holdsEmail: true }));
  const user = await life.store.getUserByUsername("ada");
  assert.equal(user?.verified, false);
  assert.notEqual(user?.id, "1");
  assert.deepEqual(user?.createdAt, life.clock.now());
  assert.equal(await life.store.getUserByUsername("eve"), null);
  assert.deepEqual(await life.store.getUserRoles("Ada"), new Set());
});

test("register() answers while the sender is stalled, and alike when it fails (R22, R24, V23)", async () => {
  const release = Promise.withResolvers<void>();
  const senders = [() => release.promise, () => Promise.reject(new Error("down")), () => {
    throw new Error("down");
  }];
  for (const send of senders) {
    const emailSender = Object.assign(openHarbor().emailSender, { sendVerification: send });
    const life = openHarbor({ emailSender });
    assert.equal(await life.harbor.register(ADA), undefined);
    // Give the deferred mail its turn, so that it is stalled or has failed by now.
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.equal(await life.harbor.register({ ...ADA, username: "bob", email: emailOf("bob") }), undefined);
    assert.equal((await life.store.getUserByUsername("bob"))?.username, "bob");
    release.resolve();
    await life.harbor.settled();
  }
});

test("register() lets what the store throws pass through, as it is", async () => {
  const failure = new Error("connection lost");
  const life = openHarbor();
  life.store.createUser = () => Promise.reject(failure);
  await assert.rejects(life.harbor.register(ADA), (error) => error === failure && !isUserHarborError(error));
  await life.harbor.settled();
  assert.deepEqual(life.mails, []);
  life.store.createUser = () =>
    Promise.reject(Object.assign(new Error("look-alike"), { code: "email_taken" }));
  await assert.rejects(life.harbor.register(ADA), { message: "look-alike" });
  assert.throws(() => hasCode("email_taken")(new Error("look-alike")));
});
