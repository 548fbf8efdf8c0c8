import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { run } from "@userharbor/cli";
import { UserHarbor } from "@userharbor/core";
import { FastPasswordHasher, RecordingEmailSender } from "@userharbor/core/testing";
import { SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { codeBlocks, readProjectFile } from "./_markdown.ts";

const PAGE = "docs/running.md";

/** The blocks of one language, statement by statement or line by line. */
function lines(language: string): readonly string[] {
  return codeBlocks(PAGE).filter((block) => block.language === language).flatMap(({ text }) =>
    text.split("\n")
  );
}

/** Runs the commands of the page in a folder that goes afterwards. */
async function inFolder(use: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "userharbor-docs-"));
  try {
    await use(join(folder, "accounts.sqlite"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function command(line: string, path: string): Promise<string> {
  const [program, ...args] = line.split(" ");
  assert.equal(program, "userharbor", line);
  let written = "";
  const exitCode = await run(args, {
    environment: { USERHARBOR_DATABASE: path },
    stdout: (text) => written += text,
    stderr: (text) => written += text,
    isWatched: false,
    stdin: null,
  });
  assert.equal(exitCode, 0, `${line}: ${written}`);
  return written;
}

/** What the application does in the meantime. */
async function makeRole(path: string): Promise<void> {
  const database = new DatabaseSync(path);
  const harbor = new UserHarbor({
    store: new SqlUserStore(nodeSqlite(database)),
    emailSender: new RecordingEmailSender(),
    passwordHasher: new FastPasswordHasher(),
  });
  await harbor.roles.create("admin");
  database.close();
}

test("running.md: every command does what it says, in the order of the page", async () => {
  const commands = lines("sh");
  assert.ok(commands.length >= 10);
  await inFolder(async (path) => {
    for (const line of commands) {
      const written = await command(line, path);
      if (line === "userharbor migrate") await makeRole(path);
      if (line.startsWith("userharbor users list")) assert.match(written, /^grace /m);
    }
    assert.equal(await command("userharbor users list", path), "No accounts\n");
  });
});

test("running.md: the line of the cron job runs", async () => {
  const [line = ""] = lines("text").filter((text) => text.includes("* * *"));
  const [, cron = "", sets = "", rest = ""] = /^(\S+(?: \S+){4}) +(\w+=\S+) (userharbor .*)$/.exec(line) ??
    [];
  assert.equal(cron, "17 * * * *");
  assert.match(sets, /^USERHARBOR_DATABASE=/);
  await inFolder(async (path) => {
    await command("userharbor migrate", path);
    await command(rest, path);
  });
});

test("running.md: the copy is whole, and its sessions and tokens end", async () => {
  const [vacuum = "", ...statements] = lines("sql");
  const deletions = statements.filter((statement) => statement.startsWith("DELETE "));
  const questions = statements.filter((statement) => statement.startsWith("SELECT "));
  assert.deepEqual([deletions.length, questions.length], [5, 3]);
  await inFolder(async (path) => {
    await command("userharbor migrate", path);
    await command("userharbor users create ada ada@example.org", path);
    const database = new DatabaseSync(path);
    const copy = `${path}.copy`;
    database.exec(vacuum.replace("copy.sqlite", copy));
    database.close();
    await command(`userharbor doctor --database ${copy}`, path);
    const restored = new DatabaseSync(copy);
    const count = (table: string) =>
      restored.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).get()?.["rows"];
    assert.equal(count("userharbor_password_resets"), 1);
    for (const statement of questions) restored.prepare(statement).all();
    for (const statement of deletions) restored.exec(statement);
    for (const table of ["sessions", "email_verifications", "password_resets", "outbox"]) {
      assert.equal(count(`userharbor_${table}`), 0);
    }
    assert.deepEqual([count("userharbor_users"), count("userharbor_records")], [1, 1]);
    restored.close();
  });
});

test("README of cli: its table has every command, in the order of the help", async () => {
  const readme = readProjectFile("adapters/cli/README.md");
  const documented = [...readme.matchAll(/^\| `([a-z -]+?)(?: <[^`]*)?` /gm)].map(([, name]) => name);
  const help = await command("userharbor --help", "");
  const commands = /^Commands:\n((?: {2}.*\n)+)/m.exec(help)?.[1] ?? "";
  const names = [...commands.matchAll(/^ {2}([a-z-]+(?: [a-z-]+)?) [ <]/gm)].map(([, name]) => name);
  assert.deepEqual(documented, names);
});
