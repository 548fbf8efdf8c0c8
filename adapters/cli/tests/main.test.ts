import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Cli, type Ending } from "./_cli.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));

const STDIN_PASSWORD = "seven quiet otters at dawn\n";

/** How this runtime is told to run a file as it runs this one. */
function runtimeArgs(): readonly string[] {
  if (process.versions["deno"] !== undefined) {
    return ["run", "-A", "--no-check", "--lock=tests/deno.lock", "--frozen"];
  }
  return process.execArgv;
}

/** Runs the program in a process of its own. */
async function program(cli: Cli, args: readonly string[], input = ""): Promise<Ending> {
  const child = spawn(process.execPath, [...runtimeArgs(), MAIN, ...args], {
    cwd: PROJECT,
    env: { ...process.env, NO_COLOR: "1", USERHARBOR_DATABASE: cli.database },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { exitCode: child.exitCode ?? -1, stdout, stderr };
}

test("the program answers on stdout, and with its exit code", async (t) => {
  if (process.versions["bun"] !== undefined) {
    return t.skip("Bun does not say how it was told to find packages");
  }
  using cli = new Cli();
  const made = await program(cli, ["migrate", "--json"]);
  assert.deepEqual([made.exitCode, made.stderr], [0, ""]);
  assert.equal(JSON.parse(made.stdout).from, 0);
  const refused = await program(cli, ["migrat"]);
  assert.deepEqual([refused.exitCode, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /did you mean "migrate"\?/);
  const create = ["users", "create", "ada", "ada@example.org", "--password-stdin", "--json"];
  const created = await program(cli, create, STDIN_PASSWORD);
  assert.deepEqual([created.exitCode, created.stderr], [0, ""]);
  assert.equal(JSON.parse(created.stdout).user.mustChangePassword, true);
});
