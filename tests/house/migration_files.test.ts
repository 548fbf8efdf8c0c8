import assert from "node:assert/strict";
import { test } from "node:test";
import { migrationFiles, SQL_FOLDER } from "../../scripts/migration_files.ts";

test("every migration is a file of plain SQL, too, with the same text", async () => {
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(SQL_FOLDER)) {
    files.set(name, await Deno.readTextFile(new URL(name, SQL_FOLDER)));
  }
  assert.ok(files.size >= 6);
  assert.deepEqual(files, await migrationFiles(), "run deno task migrations:files");
});
