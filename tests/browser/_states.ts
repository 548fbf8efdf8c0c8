import type { Page } from "npm:playwright-core@1.65.1";

const PASSWORD = "seven quiet otters at dawn";

/** What is done with each page, in each of its states. */
export type Look = (state: string) => Promise<void>;

/**
 * Leads through every page and every state it has, as one person's life.
 *
 * @param page with the server's origin as base URL
 * @param look called with the name of what the page shows
 */
export async function walkThroughStates(page: Page, look: Look): Promise<void> {
  await walkAsGuest(page, look);
  await walkAsMember(page, look);
  await walkElsewhere(page, look);
}

async function walkAsGuest(page: Page, look: Look): Promise<void> {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await show(page, { look, states: { "start": "/", "log in": "/login" } });
  await show(page, { look, states: { "inbox, empty": "/dev/inbox", "register": "/register" } });
  await press("Register");
  await look("register, refused");
  await fill(page, { "Username": "ada", "E-mail address": "ada@example.org", "Password": PASSWORD });
  await press("Register");
  await look("verify, mail on its way");
  await page.goto("/login");
  await fill(page, { "Username or e-mail address": "ada", "Password": PASSWORD });
  await press("Log in");
  await look("log in, unverified");
  const verification = await openMail(page, "Verify my address");
  await look("verify");
  await press("Verify my address");
  await look("log in, verified");
  await page.goto(verification);
  await press("Verify my address");
  await look("verify, link used");
  await page.goto("/login");
  await fill(page, { "Username or e-mail address": "ada", "Password": "wrong" });
  await press("Log in");
  await look("log in, refused");
  await show(page, { look, states: { "forgot": "/forgot" } });
  await fill(page, { "E-mail address": "ada@example.org" });
  await press("Send the mail");
  await look("forgot, mail on its way");
  await openMail(page, "Set a new password");
  await look("reset");
  await fill(page, { "New password": "short" });
  await press("Set the password");
  await look("reset, refused");
}

async function walkAsMember(page: Page, look: Look): Promise<void> {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await page.goto("/login");
  await fill(page, { "Username or e-mail address": "ada", "Password": PASSWORD });
  await press("Log in");
  await look("account");
  await show(page, { look, states: { "start, logged in": "/", "password": "/account/password" } });
  await fill(page, { "Current password": "wrong", "New password": PASSWORD });
  await press("Change the password");
  await look("password, refused");
  await fill(page, { "Current password": PASSWORD, "New password": PASSWORD });
  await press("Change the password");
  await look("account, password changed");
  await becomeSomebodyElse(page, look);
  await endSessions(page, look);
  await show(page, { look, states: { "delete": "/account/delete" } });
  await fill(page, { "Password": "wrong" });
  await press("Delete the account");
  await look("delete, refused");
  await page.goto("/account");
  await press("Log out");
  await look("log in, logged out");
}

async function becomeSomebodyElse(page: Page, look: Look): Promise<void> {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await show(page, { look, states: { "address": "/account/email" } });
  await fill(page, { "New e-mail address": "nowhere", "Password": PASSWORD });
  await press("Send the mail");
  await look("address, refused");
  await fill(page, { "New e-mail address": "ada@example.net", "Password": PASSWORD });
  await press("Send the mail");
  await look("account, mail on its way");
  const confirmation = await openMail(page, "Confirm this address");
  await look("confirm address");
  await press("Confirm my new address");
  await look("account, address changed");
  await page.goto(confirmation);
  await press("Confirm my new address");
  await look("confirm address, link used");
  await show(page, { look, states: { "username": "/account/username" } });
  await fill(page, { "New username": "ada", "Password": "wrong" });
  await press("Change the username");
  await look("username, refused");
  await fill(page, { "New username": "lovelace", "Password": PASSWORD });
  await press("Change the username");
  await look("account, username changed");
}

async function endSessions(page: Page, look: Look): Promise<void> {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).first().click();
  for (let more = 0; more < 3; more++) {
    await page.request.post("/auth/login", { data: { username: "lovelace", password: PASSWORD } });
  }
  await show(page, { look, states: { "sessions": "/account/sessions" } });
  await press("End this session");
  await look("sessions, one ended");
  await press("Log out everywhere else");
  await look("sessions, others ended");
}

async function walkElsewhere(page: Page, look: Look): Promise<void> {
  await show(page, {
    look,
    states: {
      "inbox": "/dev/inbox",
      "nothing here": "/nowhere",
      "not by GET": "/logout",
      "no link": "/verify",
    },
  });
}

async function show(
  page: Page,
  { look, states }: { readonly look: Look; readonly states: Readonly<Record<string, string>> },
): Promise<void> {
  for (const [state, path] of Object.entries(states)) {
    await page.goto(path);
    await look(state);
  }
}

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await page.getByLabel(label, { exact: true }).first().fill(value);
  }
}

/** Answers with the address that the newest mail with this link leads to. */
async function openMail(page: Page, name: string): Promise<string> {
  const link = page.getByRole("link", { name, exact: true }).first();
  do await page.goto("/dev/inbox"); while (await link.count() === 0);
  await link.click();
  return page.url();
}
