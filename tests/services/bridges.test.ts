import { userStoreCases } from "@userharbor/core/testing";
import { drizzle } from "@userharbor/sql/drizzle";
import { kysely } from "@userharbor/sql/kysely";
import { sql } from "drizzle-orm";
import { drizzle as drizzleOnMysql2 } from "drizzle-orm/mysql2";
import { drizzle as drizzleOnPg } from "drizzle-orm/node-postgres";
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from "kysely";
import { createPool as createCallbackPool } from "mysql2";
import { createPool } from "mysql2/promise";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
// @ts-types="npm:@types/pg@8.20.0"
import { Pool } from "pg";
import { runCases } from "./_run_cases.ts";
import { type Client, openEmptyStore, ServiceStore } from "./_sql_stores.ts";
import { MariadbServer, withoutMariadb } from "./servers/mariadb.ts";
import { PostgresqlServer, withoutPostgresql } from "./servers/postgresql.ts";

const folder = mkdtempSync(join(tmpdir(), "userharbor-bridges-"));
let postgresql: PostgresqlServer;
let mariadb: MariadbServer;

before(async () => {
  if (withoutPostgresql === false) postgresql = await PostgresqlServer.start();
  if (withoutMariadb === false) {
    mariadb = await MariadbServer.start();
    await mariadb.createDatabase("accounts");
  }
});
after(async () => {
  await postgresql?.[Symbol.asyncDispose]();
  await mariadb?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function kyselyOnPg(): Client {
  const pool = new Pool({ connectionString: postgresql.url(), max: 20 });
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return { driver: kysely(database, { engine: "postgresql" }), end: () => database.destroy() };
}

function kyselyOnMysql2(): Client {
  const pool = createCallbackPool({ uri: mariadb.url("accounts"), connectionLimit: 20 });
  const database = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) });
  return { driver: kysely(database, { engine: "mysql" }), end: () => database.destroy() };
}

function kyselyOnSqlite(): Client {
  const file = new DatabaseSync(join(folder, "kysely.sqlite"));
  file.exec("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
  const database = new Kysely<unknown>({
    dialect: new SqliteDialect({
      database: {
        close: () => file.close(),
        prepare: (text) => {
          const statement = file.prepare(text);
          return {
            reader: statement.columns().length > 0,
            all: (values) => statement.all(...values as string[]),
            run: (values) => statement.run(...values as string[]),
            iterate: (values) => statement.iterate(...values as string[]),
          };
        },
      },
    }),
  });
  return { driver: kysely(database, { engine: "sqlite" }), end: () => database.destroy() };
}

function drizzleToPg(): Client {
  const pool = new Pool({ connectionString: postgresql.url(), max: 20 });
  return { driver: drizzle(drizzleOnPg(pool), { engine: "postgresql", sql }), end: () => pool.end() };
}

function drizzleToMysql2(): Client {
  const pool = createPool({ uri: mariadb.url("accounts"), connectionLimit: 20 });
  return { driver: drizzle(drizzleOnMysql2(pool), { engine: "mysql", sql }), end: () => pool.end() };
}

const BRIDGES: readonly (readonly [string, string | false, () => Client])[] = [
  ["Kysely on PostgreSQL", withoutPostgresql, kyselyOnPg],
  ["Kysely on MariaDB", withoutMariadb, kyselyOnMysql2],
  ["Kysely on SQLite", false, kyselyOnSqlite],
  ["Drizzle on PostgreSQL", withoutPostgresql, drizzleToPg],
  ["Drizzle on MariaDB", withoutMariadb, drizzleToMysql2],
];

for (const [subject, skip, client] of BRIDGES) {
  const another = () => new ServiceStore(client());
  runCases(userStoreCases(() => openEmptyStore(client()), { another }), { subject, skip });
}
