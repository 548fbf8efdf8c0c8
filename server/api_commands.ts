import { type Html, html } from "./pages/mod.ts";

/** What the commands depend on. */
export interface ApiCommandsOptions {
  /** Where the server answers. */
  readonly origin: string;
  /** What becomes of mail. */
  readonly mail: "sent" | "shown" | "dropped";
}

/** How the steps get at the tokens in mails. */
const MAIL: Readonly<Record<ApiCommandsOptions["mail"], Html>> = {
  sent:
    html`<p>Mail is really sent: where a step takes the newest token from the inbox, set <code>TOKEN</code> to the one
in the link of the mail.</p>`,
  shown:
    html`<p>No mail is sent. What would have been sent is at <a href="/dev/inbox.json">/dev/inbox.json</a>.</p>`,
  dropped:
    html`<p>No mail is sent, and the inbox is off: steps that take a token from a mail cannot be tried.</p>`,
};

const PASSWORDS = {
  first: "seven quiet otters at dawn",
  changed: "a better horse battery staple",
  reset: "yet another horse and staple",
} as const;

/**
 * Shows the whole life of an account as commands to copy.
 *
 * @param options what the commands depend on
 * @returns a section called `api`
 */
export function apiCommands({ origin, mail }: ApiCommandsOptions): Html {
  const steps = Object.entries(lifeOfAnAccount(origin)).map(([title, commands]) =>
    html`
      <li>
        <h3>${title}</h3>
        <pre tabindex="0"><code>${commands}</code></pre>
      </li>
    `
  );
  return html`<section id="api">
<h2>The same through the API</h2>
<p>All that the pages do, programs can do under <code>/auth</code>.</p>
${MAIL[mail]}
<p>This is the life of an account, for a POSIX shell with <code>curl</code> and <code>sed</code>: take the steps in
order, all in one shell.</p>
<ol class="steps">
${steps}</ol>
</section>`;
}

/** Titles and commands; `TOKEN` and `SESSION` are variables of the shell. */
function lifeOfAnAccount(origin: string): Readonly<Record<string, string>> {
  const curl = `curl -sS '${origin}`;
  const body = `-H 'Content-Type: application/json' -d`;
  const bearer = `-H "Authorization: Bearer $SESSION"`;
  const newestToken = `TOKEN=$(${curl}/dev/inbox.json' |
  sed -n 's/.*"token": "\\(.*\\)".*/\\1/p' | tail -n 1)`;
  const keepSession = (command: string) =>
    `SESSION=$(${command} |
  sed -n 's/.*"access_token": *"\\([^"]*\\)".*/\\1/p')
echo "$SESSION"`;
  const logIn = (username: string, password: string) =>
    keepSession(`${curl}/auth/login' \\
  ${body} '{"username":"${username}","password":"${password}"}'`);
  return {
    "Register": `${curl}/auth/register' \\
  ${body} '{"username":"ada","email":"ada@example.org","password":"${PASSWORDS.first}"}'`,
    "Read the inbox": `${curl}/dev/inbox.json'`,
    "Verify the address with the newest token": `${newestToken}
${curl}/auth/verify-email' \\
  ${body} "{\\"token\\":\\"$TOKEN\\"}"`,
    "Log in": logIn("ada", PASSWORDS.first),
    "See who is logged in": `${curl}/auth/me' ${bearer}`,
    "See where": `${curl}/auth/sessions' ${bearer}`,
    "Ask for another address": `${curl}/auth/email/change' ${bearer} \\
  ${body} '{"password":"${PASSWORDS.first}","new_email":"ada@example.net"}'`,
    "Confirm it with the newest token": `${newestToken}
${curl}/auth/email/change/confirm' \\
  ${body} "{\\"token\\":\\"$TOKEN\\"}"`,
    "Take another username": `${curl}/auth/username/change' ${bearer} \\
  ${body} '{"password":"${PASSWORDS.first}","new_username":"lovelace"}'`,
    "Change the password, which ends every earlier session": keepSession(
      `${curl}/auth/password/change' ${bearer} \\
  ${body} '{"old_password":"${PASSWORDS.first}","new_password":"${PASSWORDS.changed}"}'`,
    ),
    "Log out": `${curl}/auth/logout' -X POST ${bearer}`,
    "Log in again, then log out everywhere": `${logIn("lovelace", PASSWORDS.changed)}
${curl}/auth/logout-all' -X POST ${bearer}`,
    "Ask for a password reset": `${curl}/auth/password-reset/request' \\
  ${body} '{"email":"ada@example.net"}'`,
    "Set a new password with the newest token": `${newestToken}
${curl}/auth/password-reset/confirm' \\
  ${body} "{\\"token\\":\\"$TOKEN\\",\\"new_password\\":\\"${PASSWORDS.reset}\\"}"`,
    "Log in once more, then delete the account": `${logIn("lovelace", PASSWORDS.reset)}
${curl}/auth/account' -X DELETE ${bearer} \\
  ${body} '{"password":"${PASSWORDS.reset}"}'`,
  };
}
