import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Cli } from "./_cli.ts";

/** The codes that doctor finds, and how it ends. */
async function diagnosed(
  cli: Cli,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly [exitCode: number, ...codes: readonly string[]]> {
  const { exitCode, stdout, stderr } = await cli.run(["doctor", "--json"], {
    environment: { USERHARBOR_DATABASE: cli.database, ...environment },
  });
  assert.equal(stderr, "");
  const { findings } = JSON.parse(stdout);
  return [exitCode, ...findings.map(({ code }: { readonly code: string }) => code)];
}

test("doctor finds nothing wrong with a database that was just made, and changes nothing", async () => {
  using cli = new Cli();
  await cli.text(["migrate"]);
  const before = readFileSync(cli.database);
  assert.deepEqual(await diagnosed(cli), [0]);
  assert.equal(await cli.text(["doctor"]), "Nothing is known to be wrong\n");
  assert.ok(before.equals(readFileSync(cli.database)));
});

test("doctor judges the token secret if it is told, and shows none of it", async () => {
  using cli = new Cli();
  await cli.text(["migrate"]);
  assert.deepEqual(await diagnosed(cli, { USERHARBOR_TOKEN_SECRET: "0123456789abcdef" }), [
    0,
    "token_secret_short",
  ]);
  assert.deepEqual(await diagnosed(cli, { USERHARBOR_TOKEN_SECRET: "0123456789abcdef".repeat(2) }), [0]);
  const { exitCode, stdout } = await cli.run(["doctor"], {
    environment: { USERHARBOR_DATABASE: cli.database, USERHARBOR_TOKEN_SECRET: "0123456789abcdef" },
  });
  assert.equal(exitCode, 0, "advice is no failure");
  assert.match(stdout, /^advice {2}token_secret_short\n {8}\S.*\n$/);
  assert.doesNotMatch(stdout, /0123456789abcdef/);
});

test("doctor ends with 1 where something is unsafe, and says so first", async () => {
  using cli = new Cli();
  await cli.text(["migrate"]);
  const database = new DatabaseSync(cli.database);
  const indexes = database.prepare(
    "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE UNIQUE INDEX%userharbor_users%'",
  ).all();
  assert.ok(indexes.length > 0);
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  database.close();
  const expected = indexes.map(() => "missing_index");
  assert.deepEqual(await diagnosed(cli), [1, ...expected]);
  assert.deepEqual(await diagnosed(cli, { USERHARBOR_TOKEN_SECRET: "0123456789abcdef" }), [
    1,
    ...expected,
    "token_secret_short",
  ]);
  const { exitCode, stdout, stderr } = await cli.run(["doctor"]);
  assert.deepEqual([exitCode, stderr], [1, ""]);
  assert.match(stdout, /^unsafe {2}missing_index\n {8}\S/);
});

test("doctor finds tables of another release", async () => {
  using cli = new Cli();
  await cli.text(["migrate"]);
  const database = new DatabaseSync(cli.database);
  database.exec("UPDATE userharbor_schema SET version = version + 1000");
  assert.deepEqual(await diagnosed(cli), [0, "schema_newer"]);
  database.exec("DELETE FROM userharbor_schema; INSERT INTO userharbor_schema VALUES (1, 'earlier')");
  database.close();
  assert.deepEqual(await diagnosed(cli), [1, "schema_outdated"]);
});
