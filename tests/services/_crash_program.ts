/**
 * Lets people come, act and go on a database with an audit trail, until somebody kills it.
 *
 * Before a mailed token is used, and after each change that was answered, it writes a line.
 */

import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { SqlUserStore } from "@userharbor/sql";
import { writeSync } from "node:fs";
import process from "node:process";
import { emailOf } from "../_harness.ts";
import { openCrashClient } from "./_crash_clients.ts";
import { type CrashLine, passwordAfter, renamed, type TokenKind } from "./_crash_state.ts";

const AT_ONCE = 4;

/** Every instant once, so that records tell the order of what they tell of. */
let last = 0;
const clock = () => new Date(last = Math.max(last + 1, Date.now()));

const [, , engine = "", where = "", prefix = ""] = process.argv;
const emailSender = new RecordingEmailSender();
const harbor = new UserHarbor({
  store: new SqlUserStore(openCrashClient(engine, where, AT_ONCE).driver),
  emailSender,
  passwordHasher: new FastPasswordHasher(),
  auditTrail: true,
  clock,
});

function tell(line: CrashLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/** Every second one stays; every third takes a reset for the click on the first mail. */
async function live(index: number): Promise<void> {
  let name = `${prefix}-${index}`;
  let resets = 0;
  const email = emailOf(name);
  const does = async <T>(did: string, work: Promise<T>): Promise<T> => {
    const done = await work;
    tell({ name, did });
    return done;
  };
  const mailed = async (kind: TokenKind) => {
    await harbor.settled();
    const token = emailSender.tokenFor(kind, email);
    tell({ name, token, kind });
    return token;
  };
  const reset = async () => {
    await harbor.sendPasswordReset(email);
    const resetToken = await mailed("password_reset");
    const newPassword = passwordAfter(resets + 1);
    await does("reset_password", harbor.resetPassword({ resetToken, newPassword }));
    resets++;
  };
  const login = () => does("login", harbor.login({ username: name, password: passwordAfter(resets) }));

  await does("register", harbor.register({ username: name, email, password: passwordAfter(0) }));
  const verification = await mailed("verification");
  if (index % 3 === 2) await reset();
  else await does("verify_email", harbor.verifyEmail(verification));
  await login();
  const { sessionToken } = await login();
  await does("logout", harbor.logout(sessionToken));
  await does("grant_role", harbor.grantRole(name, "editor"));
  await reset();
  const secret = { sessionToken: (await login()).sessionToken, password: passwordAfter(resets) };
  await does("change_username", harbor.changeUsername({ ...secret, newUsername: renamed(name) }));
  name = renamed(name);
  await login();
  if (index % 2 === 1) await does("delete_account", harbor.deleteAccount(secret));
}

let people = 0;
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (;;) await live(people++);
}));
