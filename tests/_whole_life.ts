import { emailOf, type Life, NEW_PASSWORD, PASSWORD } from "./_harness.ts";

/** What passwords become in the end. */
const LAST_PASSWORD = "the last of three pass phrases";

/**
 * Goes through every operation, with a success and refusals of each kind that needs an account.
 *
 * @returns every token that was issued and every password that was given
 */
export async function wholeLife(life: Life): Promise<ReadonlySet<string>> {
  const { harbor } = life;
  const secrets = new Set([PASSWORD, NEW_PASSWORD, LAST_PASSWORD]);
  await life.registered("ada");
  await harbor.resendVerification(emailOf("ada"));
  await harbor.settled();
  await harbor.verifyEmail(life.verificationToken("ada"));
  await harbor.register({ username: "newcomer", email: emailOf("ada"), password: PASSWORD });
  const sessions = [await life.login("ada"), await life.login(emailOf("ada"))];
  await harbor.login({ username: "ada", password: NEW_PASSWORD }).catch(() => {});
  await harbor.login({ username: "nobody", password: PASSWORD }).catch(() => {});
  await harbor.login({ username: "newcomer", password: PASSWORD }).catch(() => {});
  sessions.push(...await withSession(life, sessions[0]?.sessionToken ?? ""));
  const resetToken = await life.resetToken("ada");
  await harbor.resetPassword({ resetToken, newPassword: "short" }).catch(() => {});
  await harbor.resetPassword({ resetToken, newPassword: LAST_PASSWORD });
  for (let time = 0; time < 3; time++) sessions.push(await life.login("ada", LAST_PASSWORD));
  const [logout = "", logoutAll = ""] = sessions.slice(-3).map(({ sessionToken }) => sessionToken);
  await harbor.logout(logout);
  await harbor.logoutAll(logoutAll);
  await harbor.logoutAll(logoutAll).catch(() => {});
  await asAdministrator(life);
  const last = await life.login("ada", LAST_PASSWORD);
  await harbor.deleteAccount({ sessionToken: last.sessionToken, password: PASSWORD }).catch(() => {});
  await harbor.deleteAccount({ sessionToken: last.sessionToken, password: LAST_PASSWORD });
  await harbor.settled();
  for (const { sessionToken } of [...sessions, last]) secrets.add(sessionToken);
  for (const { token } of life.mails) if (token !== undefined) secrets.add(token);
  return secrets;
}

async function withSession(life: Life, sessionToken: string) {
  const { harbor } = life;
  await harbor.roles.create("editor");
  await harbor.permissions.create("posts.edit");
  await harbor.roles.grantPermission("editor", "posts.edit");
  await harbor.grantRole("ada", "editor");
  await harbor.roles.permissions("editor");
  await harbor.requireRole(sessionToken, "editor");
  await harbor.requirePermission(sessionToken, "posts.edit");
  await harbor.requirePermission(sessionToken, "posts.delete").catch(() => {});
  await harbor.hasRole(sessionToken, "editor");
  await harbor.hasPermission(sessionToken, "posts.edit");
  await harbor.getRoles("ada");
  await harbor.getPermissions("ada");
  await harbor.revokeRole("ada", "editor");
  await harbor.roles.revokePermission("editor", "posts.edit");
  await harbor.roles.delete("editor");
  await harbor.roles.list();
  await harbor.permissions.delete("posts.edit");
  await harbor.permissions.list();
  await harbor.purgeExpired();
  await harbor.diagnose();
  life.advance(24 * 86_400);
  await harbor.verifySession(sessionToken);
  await harbor.getCurrentUser(sessionToken);
  life.passwordHasher.rounds++;
  const opened = [await life.login("ada"), await life.login("ada")];
  await overSessions(life, sessionToken);
  await becomesSomebodyElse(life, sessionToken);
  const fresh = await harbor.sessions.reauthenticate({ sessionToken, password: PASSWORD });
  await harbor.sessions.requireFresh({ sessionToken: fresh.sessionToken });
  const change = { sessionToken: fresh.sessionToken, oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await harbor.changePassword({ ...change, oldPassword: NEW_PASSWORD }).catch(() => {});
  return [...opened, fresh, await harbor.changePassword(change)];
}

/** Takes another address and another name, and the old ones again. */
async function becomesSomebodyElse(life: Life, sessionToken: string) {
  const { harbor } = life;
  const change = { sessionToken, password: PASSWORD };
  await life.registered("grace");
  await harbor.verifyEmail(life.verificationToken("grace"));
  for (const newEmail of ["no address", emailOf("grace"), emailOf("ada")]) {
    await harbor.changeEmail({ ...change, newEmail }).catch(() => {});
  }
  for (const newEmail of ["ada@example.net", emailOf("ada")]) {
    const token = await life.emailChangeToken(sessionToken, newEmail);
    await harbor.confirmEmailChange(token);
    await harbor.confirmEmailChange(token).catch(() => {});
  }
  for (const newUsername of ["grace", "lovelace", "ada", "ada"]) {
    await harbor.changeUsername({ ...change, newUsername }).catch(() => {});
  }
}

async function overSessions({ harbor: { sessions } }: Life, sessionToken: string) {
  const [other] = (await sessions.list(sessionToken)).filter(({ current }) => !current);
  const revocation = { sessionToken, sessionId: other?.id ?? "" };
  await sessions.revoke(revocation);
  await sessions.revoke(revocation).catch(() => {});
  await sessions.revokeOthers(sessionToken);
}

/** What trusted code does to somebody else, who never logs in. */
async function asAdministrator({ harbor }: Life) {
  const { users } = harbor;
  await users.create({ username: "hedy", email: emailOf("hedy"), password: PASSWORD }, {
    actor: "admin-7",
  });
  await users.create({ username: "hedy", email: emailOf("hedy") }).catch(() => {});
  await users.create({ username: "mary", email: emailOf("mary"), verified: true });
  const passwordHash = "$fast$r=1$00$00";
  await users.import({ username: "joan", email: emailOf("joan"), verified: true, passwordHash });
  await users.get("joan");
  await users.list({ startsWith: "j" });
  await users.requirePasswordChange("joan");
  await users.revokeSessions("joan");
  await users.forceReset("joan");
  await users.disable("joan");
  await users.enable("joan");
  await users.delete("joan");
  await users.delete("joan").catch(() => {});
  await harbor.settled();
}
