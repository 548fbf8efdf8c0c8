import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite, type SqliteDatabase } from "@userharbor/sql/node-sqlite";
import { FLOWS } from "./_flows.ts";
import { interceptStore, type StoreCall } from "./_intercept_store.ts";
import { afterOneRun, Trial } from "./_trial.ts";

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html. */
const BUSY = 5;

/** A database of which one statement is refused, once, because a neighbour holds the lock. */
class BusyDatabase implements SqliteDatabase {
  readonly #database: SqliteDatabase = new DatabaseSync(":memory:");
  /** How many statements are still to come; Infinity: none is refused. */
  until = Infinity;
  /** The statement that was refused. */
  refused: string | undefined;

  prepare(sql: string): ReturnType<SqliteDatabase["prepare"]> {
    const statement = this.#database.prepare(sql);
    const orBusy = <T>(run: () => T): T => {
      if (--this.until !== 0) return run();
      this.until = Infinity;
      this.refused = sql;
      throw Object.assign(new Error("database is locked"), { errcode: BUSY });
    };
    return {
      setReturnArrays: (enabled) => statement.setReturnArrays?.(enabled),
      all: (...values) => orBusy(() => statement.all(...values)),
      run: (...values) => orBusy(() => statement.run(...values)),
    };
  }
}

async function openTrial(name: string) {
  const database = new BusyDatabase();
  const trial = await Trial.open(FLOWS[name] ?? assert.fail(name), async () => {
    const driver = nodeSqlite(database);
    await migrate(driver);
    return new SqlUserStore(driver);
  });
  const inside: StoreCall[] = [];
  const store = interceptStore(trial.store, (call, proceed) => {
    if (call.inTransaction) inside.push(call);
    return proceed();
  });
  return { database, trial, store, inside };
}

for (const name of Object.keys(FLOWS)) {
  test(`${name} succeeds whichever of its statements is busy once, with one effect, one mail and the same ids (T7, I5)`, async () => {
    const healthy = await openTrial(name);
    const once = await afterOneRun(healthy.trial);
    const whole = await openTrial(name);
    await whole.trial.run({ store: whole.store });
    for (let n = 1;; n++) {
      const { database, trial, store, inside: calls } = await openTrial(name);
      database.until = n;
      const { outcome, mails, hashes } = await trial.run({ store });
      database.until = Infinity;
      const { refused } = database;
      if (refused === undefined) {
        assert.ok(n > 1, "no statement was refused");
        break;
      }
      assert.equal(outcome, "done", refused);
      assert.equal(mails.length, once.mails, refused);
      assert.equal(hashes, once.hashes, `${refused}: hashed once more`);
      assert.deepEqual(await trial.effects(), once.effects, refused);
      assertRunWhole(calls, whole.inside.length);
    }
  });
}

/** What was rolled back was begun anew and done in full, with the ids, hashes and tokens of the first time. */
function assertRunWhole(calls: readonly StoreCall[], length: number): void {
  const again = calls.slice(calls.length - length);
  const before = calls.slice(0, calls.length - length);
  assert.equal(again.length, length);
  assert.deepEqual(before, again.slice(0, before.length));
}
