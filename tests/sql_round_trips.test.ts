import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite, type SqliteDatabase } from "@userharbor/sql/node-sqlite";
import { FLOWS } from "./_flows.ts";
import {
  assertFrugal,
  measuredRoundTrips,
  type RecordingStore,
  roundTripsOf,
  toldRoundTrips,
} from "./_round_trips.ts";

async function open(): Promise<RecordingStore> {
  const database = new DatabaseSync(":memory:");
  await migrate(nodeSqlite(database));
  const { recording, statements } = recorded(database);
  return { store: new SqlUserStore(nodeSqlite(recording)), statements: () => statements };
}

/** A database, and every statement that it was asked to run. */
function recorded(
  database: SqliteDatabase,
): { readonly recording: SqliteDatabase; readonly statements: readonly string[] } {
  const statements: string[] = [];
  const recording: SqliteDatabase = {
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        setReturnArrays: (enabled) => statement.setReturnArrays?.(enabled),
        all: (...values) => {
          statements.push(sql);
          return statement.all(...values);
        },
        run: (...values) => {
          statements.push(sql);
          return statement.run(...values);
        },
      };
    },
  };
  return { recording, statements };
}

test("a session check on SQLite reads once and writes nothing, and a reset is one transaction (T16)", async () => {
  await assertFrugal(open);
});

test("login() on SQLite asks three times: who it is, for the hash, and for a session while both hold (T16)", async () => {
  const { login = assert.fail() } = FLOWS;
  const { answered, later } = await roundTripsOf(login, open);
  assert.deepEqual(answered.map((statement) => statement.split(" ")[0]), ["SELECT", "SELECT", "INSERT"]);
  assert.deepEqual(later, []);
});

test("an operation asks SQLite as often as the README tells", async () => {
  assert.deepEqual(await measuredRoundTrips(open), toldRoundTrips("SQLite"));
});
