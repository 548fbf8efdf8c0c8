import assert from "node:assert/strict";
import { test } from "node:test";
import type { SqlDriver } from "../sql_driver.ts";
import { SqlUserStore } from "../sql_user_store.ts";
import { mysql2 } from "./mysql2.ts";
import { pg } from "./pg.ts";
import { postgres, type PostgresRows } from "./postgres.ts";

/** What the connections of a client are asked, and where they fail. */
class Script {
  /** Every statement, in order, cut to its first word. */
  readonly log: string[] = [];
  /** Whether each connection that was taken for a transaction came back whole. */
  readonly released: ("whole" | "broken")[] = [];
  /** How many listen for the loss of a connection. */
  listeners = 0;
  /** Rejects when the connection is lost, if it ever is. */
  readonly lost: PromiseWithResolvers<never> = Promise.withResolvers();
  readonly #failures: [word: string, error: unknown][];

  /** Each failure strikes once, the first time that its word begins a statement. */
  constructor(...failures: [word: string, error: unknown][]) {
    this.#failures = failures;
  }

  /** Resolves, or fails as was foreseen. */
  run(sql: string): Promise<void> {
    const [word = ""] = sql.split(" ");
    this.log.push(word);
    const index = this.#failures.findIndex(([strikes]) => strikes === word);
    if (index < 0) return Promise.resolve();
    const [failure] = this.#failures.splice(index, 1);
    return Promise.reject(failure?.[1]);
  }

  release(isBroken: boolean | undefined): void {
    this.released.push(isBroken ? "broken" : "whole");
  }
}

type Open = (script: Script) => SqlDriver;

/** A store whose engine is known to be the right one, for it has answered once. */
async function storeOn(open: Open, script: Script): Promise<SqlUserStore> {
  const store = new SqlUserStore(open(script));
  await store.refreshSession("hash", new Date(0));
  script.log.length = 0;
  return store;
}

const CLIENTS = {
  pg: (script) => {
    const query = async ({ text }: { readonly text: string }) => {
      await script.run(text);
      return { rows: [], rowCount: 1 };
    };
    const client = {
      query,
      release: (isBroken?: boolean) => script.release(isBroken),
      on: () => script.listeners++,
      off: () => script.listeners--,
    };
    return pg({ query, connect: () => Promise.resolve(client) });
  },
  postgres: (script) => {
    const unsafe = (text: string) => ({
      values: async (): Promise<PostgresRows> => {
        await script.run(text);
        return Object.assign([], { count: 1 });
      },
    });
    return postgres({
      unsafe,
      // As postgres.js does it, which sends a ROLLBACK to whatever has become of a connection that was lost.
      begin: (work) => {
        const transact = async () => {
          await script.run("BEGIN");
          try {
            await work({ unsafe });
          } catch (error) {
            await script.run("ROLLBACK");
            throw error;
          }
          await script.run("COMMIT");
        };
        return Promise.race([transact(), script.lost.promise]);
      },
    });
  },
  mysql2: (script) => {
    const query = async (sql: string): Promise<[unknown, unknown]> => {
      await script.run(sql);
      return [{ affectedRows: 1 }, undefined];
    };
    const queryable = { query, execute: ({ sql }: { readonly sql: string }) => query(sql) };
    const connection = {
      ...queryable,
      release: () => script.release(false),
      destroy: () => script.release(true),
    };
    return mysql2({ ...queryable, getConnection: () => Promise.resolve(connection) });
  },
} satisfies Record<string, Open>;

const POSTGRESQL = [CLIENTS.pg, CLIENTS.postgres];

/** How each client hands over that the engine undid something for the sake of somebody else. */
const ROLLED_BACK: readonly (readonly [what: string, error: object, clients: readonly Open[]])[] = [
  ["40001, a serialization failure", { code: "40001" }, POSTGRESQL],
  ["40P01, a deadlock", { code: "40P01" }, POSTGRESQL],
  ["55P03, a lock not to be had", { code: "55P03" }, POSTGRESQL],
  ["1213, a deadlock", { errno: 1213, code: "ER_LOCK_DEADLOCK" }, [CLIENTS.mysql2]],
  ["1205, a lock wait timeout", { errno: 1205, code: "ER_LOCK_WAIT_TIMEOUT" }, [CLIENTS.mysql2]],
  ["1020, a row changed since it was read", { errno: 1020, code: "ER_CHECKREAD" }, [CLIENTS.mysql2]],
];

/** In the middle of the work, and at its end. */
const MOMENTS = ["DELETE", "COMMIT"];

for (const [what, details, clients] of ROLLED_BACK) {
  for (const moment of MOMENTS) {
    test(`transaction() begins anew after ${what}, at ${moment}, once it is rolled back (T7)`, async () => {
      for (const open of clients) {
        const script = new Script([moment, Object.assign(new Error("undone"), details)]);
        const handles = new Set<unknown>();
        const removed = await (await storeOn(open, script)).transaction(async (handle) => {
          handles.add(handle);
          return await handle.removeSession("hash");
        });
        assert.equal(removed, true);
        assert.equal(handles.size, 2);
        const first = moment === "COMMIT" ? ["BEGIN", "DELETE", "COMMIT"] : ["BEGIN", "DELETE"];
        // After a COMMIT that was refused postgres.js knows that nothing is left to roll back.
        const undo = open === CLIENTS.postgres && moment === "COMMIT" ? [] : ["ROLLBACK"];
        assert.deepEqual(script.log, [...first, ...undo, "BEGIN", "DELETE", "COMMIT"]);
        assert.deepEqual(script.released, open === CLIENTS.postgres ? [] : ["whole", "whole"]);
      }
    });
  }

  test(`a single call runs again after ${what} (T7)`, async () => {
    for (const open of clients) {
      const script = new Script(["DELETE", Object.assign(new Error("undone"), details)]);
      assert.equal(await (await storeOn(open, script)).removeSession("hash"), true);
      assert.deepEqual(script.log, ["DELETE", "DELETE"]);
    }
  });

  test(`a single call runs again after ${what}, however a query builder wrapped it (T7)`, async () => {
    for (const open of clients) {
      const cause = Object.assign(new Error("undone"), details);
      const script = new Script(["DELETE", new Error("query failed", { cause })]);
      assert.equal(await (await storeOn(open, script)).removeSession("hash"), true);
    }
  });
}

/** What is left of a connection that went away: nobody knows what became of the last statement. */
const LOST: readonly (readonly [what: string, error: object, clients: readonly Open[]])[] = [
  ["a connection that ended", {}, Object.values(CLIENTS)],
  ["ECONNRESET", { code: "ECONNRESET", errno: -104 }, Object.values(CLIENTS)],
  ["57P01, a server that stops", { code: "57P01" }, POSTGRESQL],
  ["08006, a broken connection", { code: "08006" }, POSTGRESQL],
  ["40003, a statement of unknown end", { code: "40003" }, POSTGRESQL],
  ["CONNECTION_CLOSED", { code: "CONNECTION_CLOSED", errno: "CONNECTION_CLOSED" }, [CLIENTS.postgres]],
  ["PROTOCOL_CONNECTION_LOST", { code: "PROTOCOL_CONNECTION_LOST", fatal: true }, [CLIENTS.mysql2]],
  ["1053, a server that stops", { errno: 1053, code: "ER_SERVER_SHUTDOWN" }, [CLIENTS.mysql2]],
  ["1180, a COMMIT that failed", { errno: 1180, code: "ER_ERROR_DURING_COMMIT" }, [CLIENTS.mysql2]],
];

for (const [what, details, clients] of LOST) {
  test(`transaction() whose COMMIT met ${what} rejects, and neither it nor work is repeated (T7, T11)`, async () => {
    for (const open of clients) {
      const lost = Object.assign(new Error("lost"), details);
      const script = new Script(["COMMIT", lost], ["ROLLBACK", lost]);
      let runs = 0;
      const store = await storeOn(open, script);
      const outcome = store.transaction(async (handle) => {
        runs++;
        return await handle.removeSession("hash");
      });
      await assert.rejects(outcome, (error) => error === lost);
      assert.equal(runs, 1);
      const undo = open === CLIENTS.postgres ? [] : ["ROLLBACK"];
      assert.deepEqual(script.log, ["BEGIN", "DELETE", "COMMIT", ...undo]);
      assert.deepEqual(script.released, open === CLIENTS.postgres ? [] : ["broken"]);
    }
  });

  test(`a single call that met ${what} rejects, and is not repeated (T7, T11)`, async () => {
    for (const open of clients) {
      const lost = Object.assign(new Error("lost"), details);
      const script = new Script(["DELETE", lost]);
      const store = await storeOn(open, script);
      const outcome = store.removeSession("hash");
      await assert.rejects(outcome, (error) => error === lost);
      assert.deepEqual(script.log, ["DELETE"]);
    }
  });
}

test("transaction() that cannot be rolled back gives the connection away as broken (T7)", async () => {
  const refused = new Error("refused");
  const script = new Script(["DELETE", refused], ["ROLLBACK", new Error("lost")]);
  const store = await storeOn(CLIENTS.pg, script);
  await assert.rejects(
    store.transaction((handle) => handle.removeSession("hash")),
    (error) => error === refused,
  );
  assert.deepEqual(script.released, ["broken"]);
});

test("pg() hears of the loss of a connection that is out of its pool, which else would end the process (T11)", async () => {
  for (const failures of [[], [["DELETE", new Error("lost")]]] as const) {
    const script = new Script(...failures.map(([word, error]): [string, Error] => [word, error]));
    const heard: number[] = [];
    const outcome = CLIENTS.pg(script).transaction(async (connection) => {
      heard.push(script.listeners);
      await connection.execute("DELETE FROM userharbor_sessions", []);
    });
    await Promise.allSettled([outcome]);
    assert.deepEqual(heard, [1]);
    assert.equal(script.listeners, 0);
  }
});

/** How postgres.js tells of a connection that was lost: by the statement under way, or by none. */
const LOSSES: Readonly<Record<string, object | null>> = {
  "CONNECTION_CLOSED": { code: "CONNECTION_CLOSED" },
  "an error of its socket": { code: "ECONNRESET", syscall: "read" },
  "a FATAL error": { code: "57P01", severity: "FATAL" },
  "nothing, between two statements": null,
};

for (const [what, details] of Object.entries(LOSSES)) {
  test(`postgres() told by ${what} sends nothing more to a connection that is lost and may be somebody else's (T11)`, async () => {
    const lost = Object.assign(new Error("lost"), details);
    const script = new Script(...details === null ? [] : [["DELETE", lost] satisfies [string, unknown]]);
    const { promise: isOver, resolve: goOn } = Promise.withResolvers<void>();
    const outcome = CLIENTS.postgres(script).transaction(async (connection) => {
      if (details === null) script.lost.reject(lost);
      else {await connection.execute("DELETE FROM userharbor_sessions", []).catch(() =>
          script.lost.reject(lost)
        );}
      await isOver;
      // Whoever swallows the first rejection meets it again.
      await connection.execute("UPDATE userharbor_users SET serial = 0", []);
    });
    await assert.rejects(outcome, (error) => error === lost);
    goOn();
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(script.log, details === null ? ["BEGIN"] : ["BEGIN", "DELETE"]);
  });
}

test("postgres() whose work swallows the loss of its connection commits nothing (T11)", async () => {
  const lost = Object.assign(new Error("lost"), { code: "CONNECTION_CLOSED" });
  const script = new Script(["DELETE", lost]);
  const outcome = CLIENTS.postgres(script).transaction(async (connection) => {
    await connection.execute("DELETE FROM userharbor_sessions", []).catch(() => {});
  });
  await new Promise((resolve) => setTimeout(resolve));
  script.lost.reject(lost);
  await assert.rejects(outcome, (error) => error === lost);
  assert.deepEqual(script.log, ["BEGIN", "DELETE"]);
});
