import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ServerProcess, temporaryFolder } from "../server/_server.ts";
import { Chromium, withoutChromium } from "./_chromium.ts";
import { Keyboard } from "./_keyboard.ts";

const EMAIL = "ada@example.org";
const PASSWORD = "seven quiet otters at dawn";
const CHANGED = "a better horse battery staple";
const RESET = "yet another horse and staple";

/** No script, so that nothing on the pages can lean on one. */
const WITHOUT_SCRIPT = { javaScriptEnabled: false, viewport: { width: 1280, height: 800 } };

test(
  "pages: a whole life with the keyboard alone, without script, reading nothing but the terminal and the pages",
  {
    skip: withoutChromium,
  },
  async () => {
    using folder = temporaryFolder();
    await using server = new ServerProcess({
      PORT: "0",
      DATABASE_PATH: join(folder.path, "accounts.sqlite"),
    });
    const origin = await server.origin();
    await using chromium = await Chromium.start();
    const laptop = new Keyboard(await chromium.open(WITHOUT_SCRIPT));
    const phone = new Keyboard(await chromium.open(WITHOUT_SCRIPT));

    await laptop.page.goto(origin);
    await laptop.press("link Register");
    await correctWhatIsMissing(laptop);
    assert.equal(await laptop.heading(), "Verify your address");
    await laptop.press("link read it in the inbox");
    await openMail(laptop, { link: "Verify my address", heading: "Verify your address" });
    await laptop.press("button Verify my address");
    await logIn(laptop, { username: "ada", password: PASSWORD });

    await phone.page.goto(origin);
    await phone.press("link Log in");
    await logIn(phone, { username: EMAIL, password: PASSWORD });

    await changePassword(laptop);
    await phone.page.reload();
    assert.equal(await phone.heading(), "Log in");
    await logIn(phone, { username: "ada", password: CHANGED });

    await laptop.press("button Log out everywhere");
    assert.equal(await laptop.heading(), "Log in");
    await phone.page.reload();
    assert.equal(await phone.heading(), "Log in");

    await laptop.press("link Forgot your password?");
    await laptop.type("E-mail address", EMAIL);
    await laptop.enter();
    await laptop.press("link read it in the inbox");
    await openMail(laptop, { link: "Set a new password", heading: "Set a new password" });
    await laptop.type("New password", RESET);
    await laptop.enter();
    await logIn(laptop, { username: "ada", password: RESET });
    await laptop.press("button Log out");
    assert.equal(await laptop.heading(), "Log in");

    await logIn(laptop, { username: "ada", password: RESET });
    await laptop.press("link Delete the account");
    await laptop.type("Password", RESET);
    await laptop.press("button Delete the account");
    assert.equal(await laptop.heading(), "UserHarbor");
    assert.match(await laptop.page.getByRole("status").innerText(), /deleted/);
    await laptop.press("link Log in");
    await laptop.type("Username or e-mail address", "ada");
    await laptop.type("Password", RESET);
    await laptop.enter();
    assert.match(await laptop.page.getByRole("alert").innerText(), /wrong/);
  },
);

/** Sends an empty form; the first Tab then leads to the first error, and that to its field. */
async function correctWhatIsMissing(person: Keyboard): Promise<void> {
  await person.press("button Register");
  await person.page.keyboard.press("Tab");
  assert.equal(await person.focused(), "link Enter a username.");
  await person.page.keyboard.press("Enter");
  assert.equal(await person.focused(), "textbox Username");
  await person.page.keyboard.type("ada");
  await person.type("E-mail address", EMAIL);
  await person.type("Password", PASSWORD);
  await person.enter();
}

/** Looks for mail until it is there, and follows its link; the newest one comes first. */
async function openMail(
  person: Keyboard,
  { link, heading }: { readonly link: string; readonly heading: string },
): Promise<void> {
  while (await person.page.getByRole("link", { name: link, exact: true }).count() === 0) {
    await person.press("link Look for new mail");
  }
  await person.press(`link ${link}`);
  assert.equal(await person.heading(), heading);
}

async function logIn(
  person: Keyboard,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<void> {
  assert.equal(await person.heading(), "Log in");
  await person.type("Username or e-mail address", username);
  await person.type("Password", password);
  await person.enter();
  assert.equal(await person.heading(), "Your account");
}

async function changePassword(person: Keyboard): Promise<void> {
  await person.press("link Change the password");
  await person.type("Current password", PASSWORD);
  await person.type("New password", CHANGED);
  await person.press("button Change the password");
  assert.equal(await person.heading(), "Your account");
  assert.match(await person.page.getByRole("status").innerText(), /password is changed/);
}

test("pages: the first Tab leads to the content, past the header", { skip: withoutChromium }, async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  await using chromium = await Chromium.start();
  const person = new Keyboard(await chromium.open(WITHOUT_SCRIPT));
  await person.page.goto(`${await server.origin()}/login`);
  await person.page.keyboard.press("Tab");
  assert.equal(await person.focused(), "link Skip to the content");
  assert.ok(((await person.page.locator(":focus").boundingBox())?.x ?? -1) >= 0);
  await person.page.keyboard.press("Enter");
  await person.page.keyboard.press("Tab");
  assert.equal(await person.focused(), "textbox Username or e-mail address");
});
