import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Client } from "./_client.ts";
import { ServerProcess, temporaryFolder } from "./_server.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

test("start page shows commands that work as they stand, from registration to deletion", {
  skip: hasCurl ? false : "needs curl: apt-get install --no-install-recommends curl",
}, async () => {
  using folder = temporaryFolder();
  await using server = new ServerProcess({ PORT: "0", DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const origin = await server.origin();
  const client = new Client(origin);
  const page = await (await fetch(`${origin}/`)).text();
  const steps = [...page.matchAll(/<pre[^>]*><code>(.*?)<\/code><\/pre>/gs)].map(([, code = ""]) =>
    plain(code)
  );
  const shell = new Shell();

  for (const step of steps) {
    if (step.includes("/dev/inbox.json")) await newToken(client, shell.variables.TOKEN);
    const output = await shell.run(step);
    assert.doesNotMatch(output, /"code"/, step);
  }

  const paths = new Set(steps.flatMap((step) => [...step.matchAll(/'(http:[^']*)'/g)].map(([, url]) => url)));
  assert.deepEqual(
    paths,
    new Set([
      "/auth/register",
      "/dev/inbox.json",
      "/auth/verify-email",
      "/auth/login",
      "/auth/me",
      "/auth/sessions",
      "/auth/email/change",
      "/auth/email/change/confirm",
      "/auth/username/change",
      "/auth/password/change",
      "/auth/logout",
      "/auth/logout-all",
      "/auth/password-reset/request",
      "/auth/password-reset/confirm",
      "/auth/account",
    ].map((path) => origin + path)),
  );
  const last = (await client.inbox()).map(({ kind }) => kind).slice(0, 9);
  assert.deepEqual(last, [
    "verification",
    "email_verified",
    "email_change",
    "email_changed",
    "email_verified",
    "username_changed",
    "password_changed",
    "password_reset",
    "password_changed",
  ]);
  await client.mail("account_deleted", "ada@example.net");
});

/** Undoes what keeps a command from being markup. */
function plain(code: string): string {
  const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return code.replace(/&([^;]+);/g, (entity, name) => characters[name] ?? entity);
}

/** The mail is on its way: waits for a token other than the last one. */
async function newToken(client: Client, last: string): Promise<void> {
  for (;;) {
    const token = (await client.inbox()).findLast((mail) => mail.token !== undefined)?.token;
    if (token !== undefined && token !== last) return;
  }
}

/** One shell to the commands: what they keep in variables is there for the next. */
class Shell {
  variables = { TOKEN: "", SESSION: "" };

  async run(commands: string): Promise<string> {
    const script = `set -e\n${commands}\nprintf '\\n%s\\n%s' "$TOKEN" "$SESSION"`;
    const child = spawn("sh", ["-c", script], {
      env: { ...process.env, ...this.variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const closed = once(child, "close");
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await closed;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" }, commands);
    const lines = stdout.split("\n");
    const SESSION = lines.pop() ?? "";
    const TOKEN = lines.pop() ?? "";
    this.variables = { TOKEN, SESSION };
    return lines.join("\n");
  }
}
