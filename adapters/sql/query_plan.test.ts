import { userStoreCases } from "@userharbor/core/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { TestStore } from "./_test_store.ts";
import { sqliteDialect } from "./dialects/sqlite.ts";

/** What reads a whole table, which has as many rows as an application has roles or permissions, or the catalogue. */
const LISTS: ReadonlySet<string> = new Set([
  sqliteDialect.schemaNames,
  "SELECT role FROM userharbor_roles",
  "SELECT permission FROM userharbor_permissions",
]);

// Longer than any case of the contract, one of which holds a transaction open for 5 s.
const TIMEOUT_MS = 60_000;

test(
  "every statement that the contract runs finds its rows by an index",
  { timeout: TIMEOUT_MS },
  async () => {
    const stores: TestStore[] = [];
    const cases = userStoreCases(async () => {
      const store = await TestStore.open();
      stores.push(store);
      return store;
    }, { records: (store) => store.records() });
    for (const { run } of cases) await run();
    const statements = new Set(stores.flatMap((store) => store.statements.map(({ sql }) => sql)));
    assert.ok(statements.size > 40);
    const store = await TestStore.open();
    for (const sql of statements) {
      if (LISTS.has(sql)) continue;
      const plan = store.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) =>
        String(detail)
      );
      assert.deepEqual(plan.filter((step) => /^SCAN (?!CONSTANT ROW|found)/.test(step)), [], sql);
    }
    store.database.close();
  },
);
