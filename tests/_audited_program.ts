/**
 * Lets people come, act and go on an SQLite file with an audit trail, until somebody kills it.
 *
 * Each line that it writes is one change that was answered.
 */

import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { UserHarbor } from "../mod.ts";
import { FastPasswordHasher, RecordingEmailSender } from "../testing.ts";

const AT_ONCE = 8;
const PASSWORD = "seven quiet otters at dawn";
const NEW_PASSWORD = "a wholly different pass phrase";

const [, , path = ""] = process.argv;
const driver = nodeSqlite(new DatabaseSync(path));
await migrate(driver);
const emailSender = new RecordingEmailSender();
const harbor = new UserHarbor({
  store: new SqlUserStore(driver),
  emailSender,
  passwordHasher: new FastPasswordHasher(),
  auditTrail: true,
});
await harbor.roles.create("editor");

/** One in two stays, so that there is somebody whenever the end comes. */
async function live(index: number): Promise<void> {
  const username = `person-${index}`;
  const email = `${username}@example.org`;
  const tell = (change: string) => process.stdout.write(`${change} ${username}\n`);
  await harbor.register({ username, email, password: PASSWORD });
  tell("register");
  await harbor.settled();
  await harbor.verifyEmail(emailSender.tokenFor("verification", email));
  tell("verify_email");
  const { sessionToken } = await harbor.login({ username, password: PASSWORD });
  tell("login");
  await harbor.login({ username, password: NEW_PASSWORD }).catch(() => {});
  const other = await harbor.login({ username, password: PASSWORD });
  tell("login");
  await harbor.grantRole(username, "editor");
  tell("grant_role");
  await harbor.logout(other.sessionToken);
  tell("logout");
  const change = { sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const { sessionToken: last } = await harbor.changePassword(change);
  tell("change_password");
  await harbor.revokeRole(username, "editor");
  tell("revoke_role");
  if (index % 2 === 0) return;
  await harbor.deleteAccount({ sessionToken: last, password: NEW_PASSWORD });
  tell("delete_account");
}

let people = 0;
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (;;) await live(people++);
}));
