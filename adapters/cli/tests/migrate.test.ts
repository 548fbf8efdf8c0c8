import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { sqliteDialect } from "@userharbor/sql";
import { Cli } from "./_cli.ts";

const LAST = sqliteDialect.migrations.length;

/** Every command that works on tables that are there. */
const OTHERS: readonly string[] = ["doctor", "purge"];

test("migrate makes the file and the tables, and a second time changes nothing", async () => {
  using cli = new Cli();
  assert.deepEqual(await cli.json(["migrate"]), { from: 0, to: LAST });
  const made = readFileSync(cli.database);
  assert.deepEqual(await cli.json(["migrate"]), { from: LAST, to: LAST });
  assert.ok(made.equals(readFileSync(cli.database)));
  assert.match(await cli.text(["migrate"]), new RegExp(`\\(version ${LAST}\\)\n$`));
});

test("migrate makes a file that its owner alone can read, and leaves the rights of one that is there", async (t) => {
  if (process.platform === "win32") return t.skip("Windows has other rights");
  using cli = new Cli();
  await cli.text(["migrate"]);
  assert.equal(statSync(cli.database).mode & 0o777, 0o600);
  chmodSync(cli.database, 0o640);
  await cli.text(["migrate"]);
  assert.equal(statSync(cli.database).mode & 0o777, 0o640);
});

test("migrate tells of each step whoever watches, and nobody else", async () => {
  using cli = new Cli();
  const watched = await cli.run(["migrate"], { isWatched: true });
  const steps = Array.from({ length: LAST }, (_, index) => `\rStep ${index + 1} of ${LAST}`);
  assert.deepEqual(watched.stderr, `${steps.join("")}\n`);
  assert.match(watched.stdout, new RegExp(`from version 0 to ${LAST}\n$`));
  using another = new Cli();
  const { stderr } = await another.run(["migrate", "--json"], { isWatched: true });
  assert.equal(stderr, "");
});

test("migrate of two at once takes each step once", async () => {
  using cli = new Cli();
  const reached = await Promise.all([cli.json(["migrate"]), cli.json(["migrate"])]);
  for (const each of reached) assert.equal(Object(each).from, 0);
  assert.deepEqual(await cli.json(["migrate"]), { from: LAST, to: LAST });
});

test("every other command refuses a database that is not there, and makes none", async () => {
  using cli = new Cli();
  for (const args of OTHERS) {
    const remedy = /there is no database at .*: .*--database, or .*"userharbor migrate --database /;
    await cli.fails(args.split(" "), { exitCode: 1, code: "database_missing", remedy });
  }
  assert.equal(cli.isThere, false);
});

test("migrate refuses a folder that is not there, and makes none", async () => {
  using cli = new Cli();
  const remedy = /there is no such folder, make it first/;
  await cli.fails(["migrate", "--database", join(cli.folder, "no", "such.sqlite")], {
    exitCode: 1,
    code: "database_unusable",
    remedy,
  });
});

test("no command touches a file that is no database, nor a folder", async () => {
  using cli = new Cli();
  const text = "A letter to Ada, and no database at all.\n".repeat(100);
  writeFileSync(cli.database, text);
  const folder = join(cli.folder, "folder");
  mkdirSync(folder);
  const failure = {
    exitCode: 1,
    code: "database_unusable",
    remedy: /no SQLite database: name another file/,
  } as const;
  for (const args of ["migrate", ...OTHERS]) {
    await cli.fails(args.split(" "), failure);
    await cli.fails([...args.split(" "), "--database", folder], failure);
  }
  assert.equal(readFileSync(cli.database, "utf8"), text);
});

test("no command but migrate touches the database of another program", async () => {
  using cli = new Cli();
  const database = new DatabaseSync(cli.database);
  database.exec("CREATE TABLE letters (text TEXT)");
  database.close();
  const before = readFileSync(cli.database);
  for (const args of OTHERS) {
    const remedy = /no tables of UserHarbor: .*"userharbor migrate --database /;
    await cli.fails(args.split(" "), { exitCode: 1, code: "schema_missing", remedy });
  }
  assert.ok(before.equals(readFileSync(cli.database)));
});

test("commands refuse tables of another release, and say which to use", async () => {
  using cli = new Cli();
  await cli.text(["migrate"]);
  setVersion(LAST + 1);
  const newer = {
    exitCode: 1,
    code: "schema_newer",
    remedy: /use the @userharbor\/cli of the release/,
  } as const;
  for (const args of ["migrate", ...OTHERS]) {
    if (args !== "doctor") await cli.fails(args.split(" "), newer);
  }
  setVersion(LAST - 1);
  const older = {
    exitCode: 1,
    code: "schema_outdated",
    remedy: /make a copy, then run "userharbor migrate/,
  } as const;
  for (const args of OTHERS) if (args !== "doctor") await cli.fails(args.split(" "), older);

  function setVersion(version: number): void {
    const database = new DatabaseSync(cli.database);
    database.exec(
      `DELETE FROM userharbor_schema; INSERT INTO userharbor_schema VALUES (${version}, 'another')`,
    );
    database.close();
  }
});
