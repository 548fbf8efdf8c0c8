import assert from "node:assert/strict";
import test from "node:test";
import { MemoryUserStore } from "@userharbor/memory";
import { type Life, openHarbor, UNKNOWN_TOKEN, untyped } from "./_harness.ts";

// deno-fmt-ignore
const MALFORMED: readonly unknown[] = [
  "", "posts", "posts.", ".edit", "posts..edit", "Posts.edit", "posts.Edit", "posts.1", "posts.edit\n", "posts.edit ",
  "posts edit.x", "posts.*", "p\u00f6sts.edit", `a.${"b".repeat(254)}`, "a.".repeat(1 << 19) + "a",
  null, undefined, 7, true, {}, ["posts.edit"], new String("posts.edit"), Symbol("x"),
];

test("permissions.create() makes a permission once, permissions.delete() removes it once", async () => {
  const life = openHarbor();
  const { permissions } = life.harbor;
  for (const permission of ["a.b", "posts.edit", "a-1.b_2.c", `a.${"b".repeat(253)}`]) {
    await permissions.create(permission);
    assert.equal((await permissions.list()).has(permission), true);
    await life.rollsBack("permission_already_exists", () => permissions.create(permission));
    await permissions.delete(permission);
    await life.rollsBack("unknown_permission", () => permissions.delete(permission));
  }
  assert.deepEqual(await permissions.list(), new Set());
});

test("every operation on permissions refuses a malformed name before it asks the store", async () => {
  const life = openHarbor();
  const { harbor } = life;
  for (const name of MALFORMED) {
    const permission = untyped<string>(name);
    const operations = [
      () => harbor.permissions.create(permission),
      () => harbor.permissions.delete(permission),
      () => harbor.roles.grantPermission("admin", permission),
      () => harbor.roles.revokePermission("admin", permission),
    ];
    for (const operation of operations) await life.refuses("invalid_permission", operation);
  }
  assert.equal(life.calls.length, 0);
});

test("roles.grantPermission() and revokePermission() are idempotent and effective at once (R67, R119)", async () => {
  const life = await withEditor();
  const { harbor } = life;
  const { sessionToken } = await life.login("ada");
  for (let time = 0; time < 2; time++) await harbor.roles.grantPermission("editor", "posts.edit");
  assert.deepEqual(await harbor.roles.permissions("editor"), new Set(["posts.edit"]));
  assert.deepEqual(await harbor.getPermissions("ada"), new Set(["posts.edit"]));
  assert.equal(await harbor.hasPermission(sessionToken, "posts.edit"), true);
  assert.equal((await harbor.requirePermission(sessionToken, "posts.edit")).username, "ada");
  for (let time = 0; time < 2; time++) await harbor.roles.revokePermission("editor", "posts.edit");
  assert.equal(await harbor.hasPermission(sessionToken, "posts.edit"), false);
  await life.refuses("permission_denied", () => harbor.requirePermission(sessionToken, "posts.edit"));
});

test("getPermissions() is the union over the roles (R119)", async () => {
  const life = await withEditor();
  const { harbor } = life;
  await harbor.roles.create("author");
  await harbor.permissions.create("posts.write");
  await harbor.roles.grantPermission("editor", "posts.edit");
  await harbor.roles.grantPermission("author", "posts.edit");
  await harbor.roles.grantPermission("author", "posts.write");
  await harbor.grantRole("ada", "author");
  assert.deepEqual(await harbor.getPermissions("ada"), new Set(["posts.edit", "posts.write"]));
  await harbor.revokeRole("ada", "editor");
  assert.deepEqual(await harbor.getPermissions("ada"), new Set(["posts.edit", "posts.write"]));
  await harbor.permissions.delete("posts.edit");
  assert.deepEqual(await harbor.getPermissions("ada"), new Set(["posts.write"]));
  await harbor.permissions.create("posts.edit");
  assert.deepEqual(await harbor.roles.permissions("author"), new Set(["posts.write"]));
});

test("roles.grantPermission() and revokePermission() tell an unknown role from an unknown permission", async () => {
  const life = await withEditor();
  const { roles } = life.harbor;
  for (const change of [roles.grantPermission, roles.revokePermission]) {
    await life.rollsBack("unknown_role", () => change("nobody", "posts.edit"));
    await life.rollsBack("unknown_role", () => change("nobody", "posts.unknown"));
    await life.rollsBack("unknown_permission", () => change("editor", "posts.unknown"));
  }
});

test("roles.permissions() is empty for a role that carries none and refuses an unknown one", async () => {
  const life = await withEditor();
  assert.deepEqual(await life.harbor.roles.permissions("editor"), new Set());
  await life.refuses("unknown_role", () => life.harbor.roles.permissions("nobody"));
});

test("hasPermission() is false for a bad session, even with a malformed name; then names are judged", async () => {
  const life = await withEditor();
  const { harbor } = life;
  const { sessionToken } = await life.login("ada");
  for (const name of ["posts.edit", ...MALFORMED]) {
    const permission = untyped<string>(name);
    for (const token of [UNKNOWN_TOKEN, "", untyped<string>(null)]) {
      assert.equal(await harbor.hasPermission(token, permission), false);
      await life.refuses("invalid_session_token", () => harbor.requirePermission(token, permission));
    }
    if (name === "posts.edit") continue;
    await life.refuses("invalid_permission", () => harbor.hasPermission(sessionToken, permission));
    await life.refuses("invalid_permission", () => harbor.requirePermission(sessionToken, permission));
  }
  assert.equal(await harbor.hasPermission(sessionToken, "posts.unknown"), false);
});

async function withEditor(): Promise<Life> {
  const life = openHarbor();
  await life.verified("ada");
  await life.harbor.roles.create("editor");
  await life.harbor.permissions.create("posts.edit");
  await life.harbor.grantRole("ada", "editor");
  return life;
}

/** Somebody with a role that allows `posts.edit`, and what happens right after it was read. */
async function askedWhile(then: (life: Life, read: readonly string[]) => Promise<unknown>) {
  const life = openHarbor();
  const { sessionToken } = await life.loggedIn("ada");
  await life.harbor.roles.create("editor");
  await life.harbor.permissions.create("posts.edit");
  await life.harbor.roles.grantPermission("editor", "posts.edit");
  await life.harbor.grantRole("ada", "editor");
  const getUserPermissions = life.store.getUserPermissions.bind(life.store);
  const read: string[] = [];
  life.store.getUserPermissions = async (username) => {
    const permissions = await getUserPermissions(username);
    read.push(username);
    await then(life, read);
    return permissions;
  };
  return { life, read, has: () => life.harbor.hasPermission(sessionToken, "posts.edit") };
}

/** As if the session were another account's, or that account had another name. */
async function showAs(
  life: Life,
  account: { readonly id?: string; readonly username?: string },
): Promise<void> {
  const getSession = MemoryUserStore.prototype.getSession.bind(life.store);
  life.store.getSession = async (tokenHash) => {
    const session = await getSession(tokenHash);
    return session && { ...session, user: { ...session.user, ...account } };
  };
  await Promise.resolve();
}

test("hasPermission() is false for a session that ends, or becomes another account's, while it is asked (I4)", async () => {
  const ends = [
    (life: Life) => life.store.deleteUser("ada"),
    (life: Life) => life.store.removeAllSessions("ada"),
    (life: Life) => showAs(life, { id: "another" }),
  ];
  for (const end of ends) {
    const { life, has } = await askedWhile(end);
    assert.equal(await has(), false);
    assert.equal(life.events.at(-1)?.reason, "ended_meanwhile");
  }
});

test("hasPermission() goes by the name that the account has by then, and not for ever (I4)", async () => {
  const name = { username: "lovelace", usernameKey: "lovelace" };
  const renamed = await askedWhile((life) => life.store.setUsername?.("ada", name) ?? assert.fail());
  assert.equal(await renamed.has(), true);
  assert.deepEqual(renamed.read, ["ada", "lovelace"]);
  const restless = await askedWhile((life, { length }) => showAs(life, { username: `name-${length}` }));
  await assert.rejects(restless.has(), Error);
  assert.equal(restless.read.length, 8);
});
