import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { keyFile, readOutboxKeys } from "../../server/outbox_keys.ts";
import { readSettings } from "../../server/settings.ts";
import { temporaryFolder } from "./_server.ts";

test("readOutboxKeys() makes a key once, which its owner alone may read (T9)", () => {
  using folder = temporaryFolder();
  const settings = readSettings({ DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const keys = readOutboxKeys(settings);
  assert.deepEqual(readOutboxKeys(settings), keys);
  assert.deepEqual(readdirSync(folder.path), ["accounts.sqlite.outbox-key"]);
  if (process.platform !== "win32") {
    assert.equal(statSync(keyFile(settings.databasePath)).mode & 0o777, 0o600);
  }
});

test("readOutboxKeys() names a file without a usable key, says nothing of what is in it, and leaves it (T9)", () => {
  using folder = temporaryFolder();
  const settings = readSettings({ DATABASE_PATH: join(folder.path, "accounts.sqlite") });
  const path = keyFile(settings.databasePath);
  for (const content of ["", "\n", "half-a-key"]) {
    writeFileSync(path, content);
    assert.throws(() => readOutboxKeys(settings), ({ message }: Error) => {
      assert.ok(message.includes(path), message);
      assert.equal(message.includes("half-a-key"), false);
      return true;
    });
    assert.equal(readFileSync(path, "utf8"), content);
  }
});
