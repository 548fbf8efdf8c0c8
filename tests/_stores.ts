import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { MemoryUserStore } from "@userharbor/memory";
import { migrate, SqlUserStore } from "@userharbor/sql";
import { nodeSqlite } from "@userharbor/sql/node-sqlite";
import type { UserStore } from "../mod.ts";
import { effort } from "./_effort.ts";

/** A kind of store, and how to open an empty one. */
export interface StoreKind {
  readonly name: string;
  readonly open: () => Promise<UserStore>;
  /** How many times a race is run on this store; the quick one bears the numbers, in the long run ten times them. */
  readonly rounds: (onMemory: number) => number;
}

/** Those that are asked for, separated by commas; all of them unless somebody asks. */
const ASKED = process.env["TEST_STORES"]?.split(",");

const ALL: readonly StoreKind[] = [
  { name: "memory", open: () => Promise.resolve(new MemoryUserStore()), rounds: roundsOnMemory },
  { name: "SQLite", open: openSqlite, rounds: (onMemory) => Math.ceil(roundsOnMemory(onMemory) / 4) },
];

/** The stores that races are run on. */
export const stores: readonly StoreKind[] = ALL.filter(({ name }) => ASKED?.includes(name) ?? true);

function roundsOnMemory(suite: number): number {
  return effort({ suite, long: 10 * suite });
}

async function openSqlite(): Promise<UserStore> {
  const driver = nodeSqlite(new DatabaseSync(":memory:"));
  await migrate(driver);
  return new SqlUserStore(driver);
}
