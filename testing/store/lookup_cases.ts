import assert from "node:assert/strict";
import type { UserStore } from "../../interfaces.ts";
import { addUser, addVerifiedUser, at, fieldsOf, hash, person, token } from "./_fixtures.ts";
import { type StoreCase, storeCase } from "./_store_case.ts";

/** Pairs that some collation, normalisation, padding, wildcard or index prefix takes for the same. */
const LOOKALIKES: readonly (readonly [string, string, string])[] = [
  ["sharp s and double s", "straße", "strasse"],
  ["dotless and dotted i", "mıke", "mike"],
  ["accented and plain letters", "zoë", "zoe"],
  ["precomposed and combining marks", "zo\u00eb", "zoe\u0308"],
  ["two emoji outside the BMP", "\u{1f600}", "\u{1f601}"],
  ["full-width and plain letters", "ａda", "ada"],
  ["upper and lower case", "ADA", "ada"],
  ["a trailing space and none", "ada ", "ada"],
  ["a trailing no-break space and none", "ada\u00a0", "ada"],
  ["a wildcard and what it would match", "a%", "ada"],
  ["an underscore and what it would match", "a_a", "ada"],
  ["a star and what it would match", "a*", "ada"],
  ["a name and its own prefix", "ada:1", "ada"],
  ["names that differ after 254 characters", `${"x".repeat(254)}1`, `${"x".repeat(254)}2`],
];

async function keepsApart(store: UserStore, [one, other]: readonly [string, string]): Promise<void> {
  const first = await addUser(store, person(one, { usernameKey: one, email: "one@example.org" }));
  assert.equal(await store.getUserByUsername(other), null, "a key must match exactly");
  const second = await addUser(store, person(other, { usernameKey: other, email: "other@example.org" }));
  assert.equal((await store.getUserByUsername(one))?.id, first.id);
  assert.equal((await store.getUserByUsername(other))?.id, second.id);
  await store.addSession(token(one, hash(1)));
  await store.addSession(token(other, hash(2)));
  await store.removeAllSessions(one);
  assert.equal(await store.getSession(hash(1)), null);
  assert.equal((await store.getSession(hash(2)))?.user.id, second.id, "the other account keeps its session");
  assert.equal(await store.deleteUser(one), true);
  assert.equal((await store.getUserByUsername(other))?.id, second.id);
}

/** Keys and values come back as they went in, and match only themselves. */
export const lookupCases: readonly StoreCase[] = [
  ...LOOKALIKES.map(([what, one, other]) =>
    storeCase(
      `getUserByUsername() tells apart ${what} (I1, R29)`,
      (store) => keepsApart(store, [one, other]),
    )
  ),

  storeCase("getUserByEmail() matches the whole address exactly (I1, R31)", async (store) => {
    const addresses = [
      "mike@example.org",
      "mıke@example.org",
      "straße@example.org",
      "strasse@example.org",
      "zoe@example.org",
      "zoë@example.org",
      "m%@example.org",
      "m_ke@example.org",
      "mike+a@example.org",
      "mike@example.org.uk",
    ];
    for (const [number, email] of addresses.entries()) {
      assert.equal(await store.getUserByEmail(email), null, `nobody holds ${email} yet`);
      await addVerifiedUser(store, person(`user${number}`, { email }));
    }
    for (const [number, email] of addresses.entries()) {
      assert.deepEqual(fieldsOf(await store.getUserByEmail(email))?.username, `user${number}`);
    }
    assert.equal(await store.getUserByEmail("MIKE@example.org"), null);
    assert.equal(await store.getUserByEmail("mike@example.org "), null);
  }),

  storeCase("createUser() gives back Unicode names and addresses unchanged", async (store) => {
    const names = ["Zoe\u0308", "\u{1f980}\u{1f469}\u200d\u{1f4bb}", "Ελένη", "محمد", "曹操", "Ⅷ"];
    for (const [number, username] of names.entries()) {
      const email = `用户${number}\u{1f980}@例え.jp`;
      const key = `key-${number}-${username.normalize("NFC").toLowerCase()}`;
      const request = person(username, { usernameKey: key, email });
      await addVerifiedUser(store, request);
      const user = fieldsOf(await store.getUserByUsername(key));
      assert.deepEqual(user, { id: request.id, username, email, verified: true, createdAt: undefined });
      assert.deepEqual(fieldsOf(await store.getUserByEmail(email)), user);
    }
  }),

  storeCase("createUser() takes quotes, backslashes and brackets as they are", async (store) => {
    const name = `o'hara"\`\\;--{}[]$1?:x`;
    await addUser(
      store,
      person(name, { usernameKey: name, email: "o'hara@example.org", passwordHash: name }),
    );
    assert.equal((await store.getUserByUsername(name))?.username, name);
    assert.equal((await store.getUserByEmail("o'hara@example.org"))?.username, name);
    assert.equal(await store.getPasswordHash(name), name);
    assert.equal(await store.addSession(token(name, hash(1)), { passwordHash: name }), true);
    assert.equal((await store.getSession(hash(1)))?.user.username, name);
  }),

  storeCase("createUser() takes a username and a key of 255 characters, of any script", async (store) => {
    for (const [number, letter] of ["x", "漢"].entries()) {
      const name = letter.repeat(255);
      await addUser(store, person(name, { email: `long${number}@example.org` }));
      assert.equal((await store.getUserByUsername(name))?.username, name);
      assert.equal(await store.addSession(token(name, hash(number))), true);
      assert.equal((await store.getSession(hash(number)))?.user.username, name);
    }
  }),

  storeCase(
    "createUser() takes an address of 254 characters and compares all of them (I1)",
    async (store) => {
      const [one, other] = ["1", "2"].map((last) =>
        `${"x".repeat(60)}@${`${"y".repeat(60)}.`.repeat(3)}${"z".repeat(9)}${last}`
      );
      assert.ok(one !== undefined && other !== undefined);
      assert.equal(one.length, 254);
      const ada = await addVerifiedUser(store, person("ada", { email: one }));
      assert.equal(await store.getUserByEmail(other), null);
      const bob = await addVerifiedUser(store, person("bob", { email: other }));
      assert.equal((await store.getUserByEmail(one))?.id, ada.id);
      assert.equal((await store.getUserByEmail(other))?.id, bob.id);
      assert.equal((await store.getUserByUsername("ada"))?.email, one);
    },
  ),

  storeCase("createUser() displaces a holder of an address of 254 characters", async (store) => {
    const email = `${"x".repeat(60)}@${`${"y".repeat(60)}.`.repeat(3)}${"z".repeat(10)}`;
    await addUser(store, person("ada", { email }));
    await addUser(store, person("bob", { email }));
    assert.equal((await store.getUserByEmail(email))?.username, "bob");
    assert.equal(
      (await store.getUserByUsername("ada"))?.email,
      email,
      "leave room for what marks a displaced claim",
    );
  }),

  storeCase("setPasswordHash() takes 512 characters and a guard compares all of them", async (store) => {
    const long = `$fake$${"x".repeat(505)}`;
    await addUser(store, person("ada", { passwordHash: `${long}1` }));
    assert.equal(await store.setPasswordHash("ada", "$fake$2", { passwordHash: `${long}2` }), false);
    assert.equal(await store.setPasswordHash("ada", `${long}3`, { passwordHash: `${long}1` }), true);
    assert.equal(await store.getPasswordHash("ada"), `${long}3`);
  }),

  storeCase("setPasswordHash() guards compare upper and lower case and trailing spaces", async (store) => {
    await addUser(store, person("ada", { passwordHash: "$fake$Ab" }));
    for (const passwordHash of ["$fake$ab", "$FAKE$AB", "$fake$Ab ", "$fake$A_", "$fake$A%"]) {
      assert.equal(await store.setPasswordHash("ada", "$fake$2", { passwordHash }), false);
    }
    assert.equal(await store.getPasswordHash("ada"), "$fake$Ab");
  }),

  storeCase("createPermission() takes 255 characters and compares all of them", async (store) => {
    const long = `posts.${"x".repeat(248)}`;
    const role = "r".repeat(64);
    assert.equal(await store.createPermission(`${long}1`), true);
    assert.equal(await store.permissionExists(`${long}2`), false);
    assert.equal(await store.createPermission(`${long}2`), true);
    assert.equal(await store.createRole(role), true);
    assert.equal(await store.grantPermissionToRole(role, `${long}2`), true);
    assert.deepEqual(await store.getRolePermissions(role), new Set([`${long}2`]));
  }),

  storeCase("addSession() compares whole token hashes", async (store) => {
    await addUser(store, "ada");
    await store.addSession(token("ada", `${"a".repeat(63)}1`));
    await store.addSession({ ...token("ada", `${"a".repeat(63)}2`), expiresAt: at(60) });
    assert.deepEqual((await store.getSession(`${"a".repeat(63)}1`))?.expiresAt, at(3600));
    assert.equal(await store.getSession(`${"a".repeat(63)}3`), null);
    assert.equal(await store.getSession("a".repeat(63)), null);
    assert.equal(await store.getSession("%"), null);
  }),
];
