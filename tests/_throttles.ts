import { DatabaseSync } from "node:sqlite";
import { MemoryUserStore } from "@userharbor/memory";
import { migrate, SqlThrottle, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import { MemoryThrottle, type Throttle, type UserStore } from "../mod.ts";

/** A kind of throttle, and how to open an empty one beside an empty store. */
export interface ThrottleKind {
  readonly name: string;
  readonly open: () => Promise<{ readonly store: UserStore; readonly throttle: Throttle }>;
}

/** The throttles that harbors are tried with; the second counts in the database of the accounts. */
export const throttles: readonly ThrottleKind[] = [
  {
    name: "memory",
    open: () => Promise.resolve({ store: new MemoryUserStore(), throttle: new MemoryThrottle() }),
  },
  { name: "SQLite", open: openSqlite },
];

async function openSqlite(): Promise<{ readonly store: UserStore; readonly throttle: Throttle }> {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  await migrate(driver);
  return { store: new SqlUserStore(driver), throttle: new SqlThrottle(driver) };
}
